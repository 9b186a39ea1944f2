package io.slotkeeper.control;

import io.slotkeeper.api.RedisCluster;
import io.slotkeeper.topology.Place;
import java.util.Map;
import java.util.TreeMap;
import org.jboss.logging.Logger;
import org.jboss.logging.MDC;

/** Lines of the log with what they are about as fields: cluster, shard, pod, reason. */
final class Log {
    private static final Logger LOG = Logger.getLogger("io.slotkeeper");

    private Log() {}

    /** Something was decided about a pod. */
    static void decision(RedisCluster cluster, Place place, String pod, String reason, String message) {
        Map<String, String> fields = about(cluster, reason);
        fields.put("shard", Integer.toString(place.shard()));
        fields.put("pod", pod);
        with(fields, () -> LOG.info(message));
    }

    /** Something was decided about a cluster. */
    static void decision(RedisCluster cluster, String reason, String message) {
        with(about(cluster, reason), () -> LOG.info(message));
    }

    /** Something is in the way. */
    static void trouble(RedisCluster cluster, String reason, String message) {
        with(about(cluster, reason), () -> LOG.warn(message));
    }

    private static Map<String, String> about(RedisCluster cluster, String reason) {
        Map<String, String> fields = new TreeMap<>();
        fields.put("namespace", cluster.getMetadata().getNamespace());
        fields.put("cluster", cluster.getMetadata().getName());
        fields.put("reason", reason);
        return fields;
    }

    private static void with(Map<String, String> fields, Runnable line) {
        // The framework's own fields say the same at greater length.
        Map<String, Object> others = Map.copyOf(MDC.getMap());
        MDC.clear();
        fields.forEach(MDC::put);
        try {
            line.run();
        } finally {
            MDC.clear();
            others.forEach(MDC::put);
        }
    }
}
