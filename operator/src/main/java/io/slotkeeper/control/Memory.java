package io.slotkeeper.control;

import io.javaoperatorsdk.operator.processing.event.ResourceID;
import io.javaoperatorsdk.operator.processing.event.source.EventSource;
import io.javaoperatorsdk.operator.processing.event.source.inbound.SimpleInboundEventSource;
import io.slotkeeper.api.RedisCluster;
import io.slotkeeper.engine.Connector;
import jakarta.annotation.PreDestroy;
import jakarta.inject.Singleton;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** What is remembered of all clusters, and the way in which a node that dies calls for a pass over its cluster. */
@Singleton
final class Memory {
    private final Connector connector;
    private final EngineCalls calls;
    private final SimpleInboundEventSource<RedisCluster> tripwires = new SimpleInboundEventSource<>("tripwires");
    private final Map<ResourceID, Remembered> clusters = new ConcurrentHashMap<>();

    Memory(Connector connector, EngineCalls calls) {
        this.connector = connector;
        this.calls = calls;
    }

    EventSource<?, RedisCluster> eventSource() {
        return tripwires;
    }

    /** What is remembered of this cluster; one that was deleted and created again is another one. */
    Remembered of(RedisCluster cluster) {
        ResourceID id = ResourceID.fromResource(cluster);
        String uid = cluster.getMetadata().getUid();
        Remembered known = clusters.get(id);
        if (known != null && known.uid().equals(uid)) {
            return known;
        }
        forget(id);
        Remembered fresh = new Remembered(uid, new Nodes(connector, calls, () -> tripwires.propagateEvent(id)));
        clusters.put(id, fresh);
        return fresh;
    }

    /** Ends the connections to a cluster that was deleted, also where its nodes live on, and the threads that held them. */
    void forget(ResourceID id) {
        Optional.ofNullable(clusters.remove(id)).ifPresent(Remembered::close);
    }

    @PreDestroy
    void close() {
        clusters.keySet().forEach(this::forget);
    }
}
