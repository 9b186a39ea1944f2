package io.slotkeeper.kubernetes;

import io.slotkeeper.api.RedisCluster;
import io.slotkeeper.api.RedisClusterSpec;
import io.slotkeeper.api.RedisClusterStatus;
import java.util.Locale;
import java.util.OptionalLong;

/**
 * What the operator was told about all nodes: where their images are, and the group that may write to their volumes. No user
 * is ever asked for, the image has one. A group has to be, since most volumes come owned by root; without one it is left to a
 * platform that gives each namespace a range of its own and refuses any other (OpenShift). No setting says so yet.
 */
public record NodeDefaults(String imagePrefix, OptionalLong volumeGroup) {
    /** The group of the engine images' own user. */
    public static final long IMAGE_GROUP = 999;

    /** Nodes on a platform that assigns no groups. */
    public static NodeDefaults withImagesAt(String imagePrefix) {
        return new NodeDefaults(imagePrefix, OptionalLong.of(IMAGE_GROUP));
    }

    /** The image of a cluster's nodes: chosen once, a formed cluster keeps it whatever a newer operator would choose. */
    public String imageOf(RedisCluster cluster) {
        RedisClusterStatus status = cluster.getStatus();
        if (status != null && status.formedAt() != null && status.image() != null) {
            return status.image();
        }
        RedisClusterSpec spec = Blueprint.specOf(cluster);
        return spec.ownImage()
                .orElseGet(() -> "%s:%s-%s"
                        .formatted(
                                imagePrefix,
                                spec.engineFamily().name().toLowerCase(Locale.ROOT),
                                spec.engineVersion()));
    }
}
