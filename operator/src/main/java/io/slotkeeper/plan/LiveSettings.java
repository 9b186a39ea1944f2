package io.slotkeeper.plan;

import java.time.Duration;
import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;

/** Settings that a running node has, or is to have, under the engine's names and in the engine's words. */
public record LiveSettings(Map<String, String> values) {
    static final String NODE_TIMEOUT = "cluster-node-timeout";
    static final String REPLICAS_TO_WRITE = "min-replicas-to-write";

    public LiveSettings {
        values = Collections.unmodifiableMap(new TreeMap<>(values));
    }

    /** After how long without an answer a node takes another one for dead. */
    public Duration nodeTimeout() {
        return Duration.ofMillis(Long.parseLong(values.getOrDefault(NODE_TIMEOUT, "0")));
    }

    /** The same but for the node timeout. */
    public LiveSettings with(Duration nodeTimeout) {
        return with(NODE_TIMEOUT, Long.toString(nodeTimeout.toMillis()));
    }

    /** The same but for one of them. */
    public LiveSettings with(String name, String value) {
        Map<String, String> changed = new TreeMap<>(values);
        changed.put(name, value);
        return new LiveSettings(changed);
    }
}
