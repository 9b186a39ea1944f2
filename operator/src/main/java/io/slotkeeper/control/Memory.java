package io.slotkeeper.control;

import io.javaoperatorsdk.operator.processing.event.ResourceID;
import io.javaoperatorsdk.operator.processing.event.source.EventSource;
import io.javaoperatorsdk.operator.processing.event.source.inbound.SimpleInboundEventSource;
import io.slotkeeper.api.RedisCluster;
import io.slotkeeper.engine.Connector;
import jakarta.annotation.PreDestroy;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;

/** What is remembered of all clusters, and the way in which a node that dies calls for a pass over its cluster. */
@Singleton
final class Memory {
    /** How far a machine's clock goes from what passes, without having been set. */
    private static final Duration DRIFT = Duration.ofSeconds(2);

    private final Connector connector;
    private final EngineCalls calls;
    private final InstantSource wall;
    private final LongSupplier nanos;
    private final SimpleInboundEventSource<RedisCluster> tripwires = new SimpleInboundEventSource<>("tripwires");
    private final Map<ResourceID, Kept> clusters = new ConcurrentHashMap<>();

    /** {@code clock}: what the machine's clock said when nothing had passed yet. */
    private record Kept(Remembered cluster, Instant clock) {}

    @Inject
    Memory(Connector connector, EngineCalls calls) {
        this(connector, calls, InstantSource.system(), System::nanoTime);
    }

    /** {@code wall} is the machine's clock, which may be set, {@code nanos} counts what passes. */
    Memory(Connector connector, EngineCalls calls, InstantSource wall, LongSupplier nanos) {
        this.connector = connector;
        this.calls = calls;
        this.wall = wall;
        this.nanos = nanos;
    }

    EventSource<?, RedisCluster> eventSource() {
        return tripwires;
    }

    /**
     * What is remembered of this cluster; one that was deleted and created again is another one. When the machine's clock was set, nobody knows
     * any more how long ago anything was, and it begins anew as after a start of the operator.
     */
    Remembered of(RedisCluster cluster) {
        ResourceID id = ResourceID.fromResource(cluster);
        String uid = cluster.getMetadata().getUid();
        Instant clock = wall.instant().minusNanos(nanos.getAsLong());
        Kept known = clusters.get(id);
        if (known != null
                && known.cluster().uid().equals(uid)
                && Duration.between(known.clock(), clock).abs().compareTo(DRIFT) <= 0) {
            clusters.replace(id, known, new Kept(known.cluster(), clock));
            return known.cluster();
        }
        forget(id);
        Remembered fresh = new Remembered(uid, new Nodes(connector, calls, () -> tripwires.propagateEvent(id)));
        clusters.put(id, new Kept(fresh, clock));
        return fresh;
    }

    /** Ends the connections to a cluster that was deleted, also where its nodes live on, and the threads that held them. */
    void forget(ResourceID id) {
        Optional.ofNullable(clusters.remove(id))
                .ifPresent(kept -> kept.cluster().close());
    }

    @PreDestroy
    void close() {
        clusters.keySet().forEach(this::forget);
    }
}
