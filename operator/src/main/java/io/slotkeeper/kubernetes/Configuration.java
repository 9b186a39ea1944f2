package io.slotkeeper.kubernetes;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.slotkeeper.api.Persistence;
import io.slotkeeper.api.RedisClusterSpec;
import java.util.ArrayList;
import java.util.List;

/**
 * What the cluster's resource says about the engine, in the engine's own words; what all nodes have in common is in the node
 * image. A node reads it when it starts. It leaves no trace in the pod template: what can be changed on a running node must not
 * cost a pod.
 */
final class Configuration {
    static final String FILE = "slotkeeper.conf";

    private Configuration() {}

    static ConfigMap of(Blueprint blueprint) {
        return new ConfigMapBuilder()
                .withMetadata(blueprint.owned(blueprint.names().configuration()))
                .addToData(FILE, String.join("\n", settings(blueprint)) + "\n")
                .build();
    }

    static List<String> settings(Blueprint blueprint) {
        RedisClusterSpec spec = blueprint.spec();
        int bus = Ports.bus(blueprint.names());
        List<String> settings = new ArrayList<>();
        settings.add("cluster-port " + bus);
        settings.add("cluster-announce-bus-port " + bus);
        settings.add("cluster-node-timeout " + spec.nodeTimeout().toMillis());
        settings.add("cluster-require-full-coverage " + word(spec.fullCoverage()));
        settings.add("maxmemory " + spec.maxmemoryBytes().orElse(0));
        settings.add("maxmemory-policy " + spec.evictionPolicy().setting());
        settings.add("appendonly " + word(spec.persistenceMode() == Persistence.Mode.AppendOnly));
        settings.add("appendfsync " + spec.appendFsync().setting());
        // The node image begins with none, and each line adds one.
        spec.snapshotPoints().forEach(point -> settings.add("save " + point));
        return settings;
    }

    private static String word(boolean on) {
        return on ? "yes" : "no";
    }
}
