package io.slotkeeper.control;

import io.fabric8.kubernetes.api.model.coordination.v1.Lease;
import io.fabric8.kubernetes.api.model.coordination.v1.LeaseSpec;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jboss.logging.Logger;

/**
 * The lease as the API server has it, looked at before something disruptive is done. The framework renews it; this class
 * says whether the last renewal is recent enough for a step, and gives the lease back at the end.
 */
final class OwnLease implements LeaseGuard {
    static final String NAME = "slotkeeper";
    static final Duration DURATION = Duration.ofSeconds(20);
    static final Duration RENEW_DEADLINE = Duration.ofSeconds(14);
    /** Renewing is most of what an operator does that has nothing to do. */
    static final Duration RETRY = Duration.ofSeconds(4);

    /** How far the clocks of two machines may be apart: the next leader judges by its own. */
    private static final Duration SKEW = Duration.ofSeconds(2);

    private static final Duration REMEMBERED_FOR = Duration.ofSeconds(1);

    private static final Logger LOG = Logger.getLogger(OwnLease.class);

    private final Supplier<Optional<Lease>> found;
    private final Consumer<Lease> update;
    private final String identity;
    private final InstantSource clock;
    private Instant lookedAt = Instant.EPOCH;
    private Instant safeUntil = Instant.EPOCH;

    /** {@code found} asks the API server for the lease, {@code update} writes it, {@code identity} is this operator's. */
    OwnLease(Supplier<Optional<Lease>> found, Consumer<Lease> update, String identity, InstantSource clock) {
        this.found = found;
        this.update = update;
        this.identity = identity;
        this.clock = clock;
    }

    /** The lease that the framework keeps for an operator with these settings. */
    static OwnLease of(KubernetesClient client, Settings settings, InstantSource clock) {
        return new OwnLease(
                () -> Optional.ofNullable(client.leases()
                        .inNamespace(settings.namespace())
                        .withName(NAME)
                        .get()),
                lease -> client.resource(lease).update(),
                settings.identity(),
                clock);
    }

    @Override
    public synchronized boolean isFreshFor(Duration time) {
        Instant now = clock.instant();
        if (lookedAt.plus(REMEMBERED_FOR).isBefore(now)) {
            safeUntil = read().map(OwnLease::safeUntil).orElse(Instant.EPOCH);
            lookedAt = now;
        }
        return now.plus(time).isBefore(safeUntil);
    }

    @Override
    public synchronized void giveBack() {
        safeUntil = Instant.EPOCH;
        // From now on nothing is looked up any more, and nothing disruptive done.
        lookedAt = Instant.MAX.minus(REMEMBERED_FOR);
        read().ifPresent(lease -> {
            lease.getSpec().setHolderIdentity("");
            try {
                update.accept(lease);
            } catch (KubernetesClientException tooLate) {
                LOG.infof("the lease was not given back: %s", tooLate.getMessage());
            }
        });
    }

    private Optional<Lease> read() {
        try {
            return found.get().filter(lease -> identity.equals(lease.getSpec().getHolderIdentity()));
        } catch (KubernetesClientException unknown) {
            return Optional.empty();
        }
    }

    private static Instant safeUntil(Lease lease) {
        LeaseSpec spec = lease.getSpec();
        return spec.getRenewTime() == null || spec.getLeaseDurationSeconds() == null
                ? Instant.EPOCH
                : spec.getRenewTime()
                        .toInstant()
                        .plusSeconds(spec.getLeaseDurationSeconds())
                        .minus(SKEW);
    }
}
