package io.slotkeeper.kubernetes;

import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.slotkeeper.api.RedisCluster;
import io.slotkeeper.api.RedisClusterStatus;
import io.slotkeeper.testkit.Engine;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The manifests that users begin with, and clusters drawn in a few lines. */
final class Examples {
    static final String NAMESPACE = "team";
    static final String UID = "1b4e28ba-2fa1-11d2-883f-0016d3cca427";
    static final NodeDefaults DEFAULTS = NodeDefaults.withImagesAt("slotkeeper/node");

    private Examples() {}

    static Path fileOf(String example) {
        return Engine.repository().resolve("examples").resolve(example + ".yaml");
    }

    /** An example as the API server would hand it out. */
    static RedisCluster named(String example) {
        RedisCluster cluster = Serialization.unmarshal(text(fileOf(example)), RedisCluster.class);
        cluster.getMetadata().setNamespace(NAMESPACE);
        cluster.getMetadata().setUid(UID);
        return cluster;
    }

    /** A cluster by its spec alone. */
    static RedisCluster drawn(String spec) {
        RedisCluster cluster = Serialization.unmarshal("spec:\n" + spec.indent(2), RedisCluster.class);
        cluster.setMetadata(new ObjectMetaBuilder()
                .withNamespace(NAMESPACE)
                .withName("cart")
                .withUid(UID)
                .build());
        return cluster;
    }

    static RedisClusterStatus status(String yaml) {
        return Serialization.unmarshal(yaml, RedisClusterStatus.class);
    }

    static Blueprint blueprint(RedisCluster cluster) {
        return Blueprint.of(cluster, DEFAULTS);
    }

    static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException("reading " + file, e);
        }
    }
}
