package io.slotkeeper.control;

import io.javaoperatorsdk.operator.processing.event.ResourceID;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Liveness;

/**
 * Whether the loop still goes round. Every cluster has a pass at least once a minute, so that a loop in which none has ended for
 * five has come to a standstill, and the kubelet starts the operator anew. Where no pass is called for, because there are
 * no clusters or another operator leads, none is missed.
 */
@Liveness
@Singleton
final class Pulse implements HealthCheck {
    private static final Duration STANDSTILL = Duration.ofMinutes(5);

    private final Set<ResourceID> clusters = ConcurrentHashMap.newKeySet();
    private final InstantSource clock;
    private volatile Instant lastSign = Instant.EPOCH;

    Pulse(InstantSource clock) {
        this.clock = clock;
    }

    /** A pass over this cluster was called for, which happens in an operator that leads and in no other. */
    synchronized void passIsDue(ResourceID cluster) {
        if (clusters.isEmpty()) {
            lastSign = clock.instant();
        }
        clusters.add(cluster);
    }

    /** A pass has ended, well or not. */
    void passHasEnded() {
        lastSign = clock.instant();
    }

    /** This cluster is gone, and nobody waits for a pass over it. */
    void isGone(ResourceID cluster) {
        clusters.remove(cluster);
    }

    @Override
    public HealthCheckResponse call() {
        boolean beats = clusters.isEmpty() || lastSign.plus(STANDSTILL).isAfter(clock.instant());
        return HealthCheckResponse.named("The loop goes round").status(beats).build();
    }
}
