package io.slotkeeper.kubernetes;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.slotkeeper.api.Persistence;
import io.slotkeeper.api.RedisClusterSpec;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.CRC32;

/**
 * What the cluster's resource says about the engine, in the engine's own words; what all nodes have in common is in the node
 * image. A node reads it when it starts. What is also set on running nodes leaves no trace in the pod template, since it must
 * not cost a pod. The rest may change until the cluster is formed, and leaves a mark there: a pod that started with something
 * else is outdated, and one that would go on with it could lack the persistence that the resource promises.
 */
final class Configuration {
    static final String FILE = "slotkeeper.conf";

    /** Whose copy comes first after a primary's death: its own disk or a living replica. The fence reads it when it has to know. */
    static final String FIRST_COPY = "first-copy";

    /** The annotation of a pod with the {@link #mark} of what its node has read. */
    static final String MARK = "slotkeeper.io/configuration";

    private Configuration() {}

    static ConfigMap of(Blueprint blueprint) {
        return new ConfigMapBuilder()
                .withMetadata(blueprint.owned(blueprint.names().configuration()))
                .addToData(FILE, String.join("\n", settings(blueprint)) + "\n")
                .addToData(FIRST_COPY, blueprint.spec().prefersDisk() ? "disk" : "replica")
                .build();
    }

    static List<String> settings(Blueprint blueprint) {
        return Stream.concat(setLive(blueprint).stream(), readAtStart(blueprint).stream())
                .toList();
    }

    /** Changes when a node would have to start anew to do as it is told. */
    static String mark(Blueprint blueprint) {
        CRC32 hash = new CRC32();
        hash.update(String.join("\n", readAtStart(blueprint)).getBytes(StandardCharsets.UTF_8));
        return "%08x".formatted(hash.getValue());
    }

    private static List<String> setLive(Blueprint blueprint) {
        return blueprint.spec().liveSettings().entrySet().stream()
                .map(setting -> setting.getKey() + " " + setting.getValue())
                .toList();
    }

    private static List<String> readAtStart(Blueprint blueprint) {
        RedisClusterSpec spec = blueprint.spec();
        int bus = Ports.bus(blueprint.names());
        List<String> settings = new ArrayList<>();
        settings.add("cluster-port " + bus);
        settings.add("cluster-announce-bus-port " + bus);
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
