package io.slotkeeper.control;

import io.fabric8.kubernetes.client.extended.leaderelection.LeaderCallbacks;
import io.quarkus.runtime.ShutdownEvent;
import jakarta.annotation.Priority;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import jakarta.interceptor.Interceptor;
import org.jboss.logging.Logger;

/**
 * How this operator's time as the leader ends. One that has lost the lease ends at once, in the middle of whatever it does: its
 * successor may have begun. One that is asked to end gives the lease back, after the framework has stopped the loop. The
 * framework's own way out is not taken: it waits for ever when the process is ending already.
 */
@Singleton
final class Leadership {
    private static final Logger LOG = Logger.getLogger(Leadership.class);
    private static final int LOST = 1;

    private final LeaseGuard lease;
    private volatile boolean ending;

    Leadership(LeaseGuard lease) {
        this.lease = lease;
    }

    LeaderCallbacks callbacks() {
        return new LeaderCallbacks(() -> LOG.info("this operator leads"), this::lost, leader -> {});
    }

    private void lost() {
        if (!ending) {
            LOG.error("the lease could not be renewed in time, and another operator may lead: this one ends");
            Runtime.getRuntime().halt(LOST);
        }
    }

    void onStop(@Observes @Priority(Interceptor.Priority.PLATFORM_BEFORE) ShutdownEvent stop) {
        ending = true;
    }

    void onStopped(@Observes @Priority(Interceptor.Priority.PLATFORM_AFTER + 500) ShutdownEvent stopped) {
        lease.giveBack();
    }
}
