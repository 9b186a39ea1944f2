package io.slotkeeper.control;

import io.fabric8.kubernetes.api.model.coordination.v1.Lease;
import io.fabric8.kubernetes.api.model.coordination.v1.LeaseSpec;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
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
    /** The machine's clock, by which the framework dates a renewal; it may be set. */
    private final InstantSource wall;
    /** What is waited for is counted. */
    private final LongSupplier nanos;

    private long lookedAt;
    private long safeUntil;
    private boolean looked;
    private boolean over;

    /** {@code found} asks the API server for the lease, {@code update} writes it, {@code identity} is this operator's. */
    OwnLease(
            Supplier<Optional<Lease>> found,
            Consumer<Lease> update,
            String identity,
            InstantSource wall,
            LongSupplier nanos) {
        this.found = found;
        this.update = update;
        this.identity = identity;
        this.wall = wall;
        this.nanos = nanos;
    }

    /** The lease that the framework keeps for an operator with these settings. */
    static OwnLease of(KubernetesClient client, Settings settings) {
        return new OwnLease(
                () -> Optional.ofNullable(client.leases()
                        .inNamespace(settings.namespace())
                        .withName(NAME)
                        .get()),
                lease -> client.resource(lease).update(),
                settings.identity(),
                InstantSource.system(),
                System::nanoTime);
    }

    @Override
    public synchronized boolean isFreshFor(Duration time) {
        if (over) {
            return false;
        }
        long now = nanos.getAsLong();
        if (!looked || now - lookedAt > REMEMBERED_FOR.toNanos()) {
            safeUntil = now + read().map(this::left).orElse(Duration.ZERO).toNanos();
            lookedAt = nanos.getAsLong();
            looked = true;
        }
        return safeUntil - now > time.toNanos();
    }

    @Override
    public synchronized void giveBack() {
        // From now on nothing is looked up any more, and nothing disruptive done.
        over = true;
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

    /** How long nobody else can have it; no longer than a whole one, however the clock was set. */
    private Duration left(Lease lease) {
        LeaseSpec spec = lease.getSpec();
        if (spec.getRenewTime() == null || spec.getLeaseDurationSeconds() == null) {
            return Duration.ZERO;
        }
        Duration whole = Duration.ofSeconds(spec.getLeaseDurationSeconds()).minus(SKEW);
        Duration left =
                Duration.between(wall.instant(), spec.getRenewTime().toInstant().plus(whole));
        return left.compareTo(whole) < 0 ? left : whole;
    }
}
