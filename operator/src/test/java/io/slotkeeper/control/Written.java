package io.slotkeeper.control;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.slotkeeper.api.RedisCluster;

/** Objects as the API server would give them, written down as a person reads them. */
final class Written {
    private Written() {}

    /** A pod of the cluster cart with this status, in YAML. */
    static Pod pod(String name, String status) {
        return Serialization.unmarshal(
                "metadata: {name: %s, namespace: shop, uid: uid-of-%s}\nstatus:\n%s"
                        .formatted(name, name, status.indent(2)),
                Pod.class);
    }

    /** The cluster cart with this spec, in YAML. */
    static RedisCluster cluster(String spec) {
        return Serialization.unmarshal(
                "metadata: {name: cart, namespace: shop, uid: uid-of-cart, generation: 7, resourceVersion: '100'}\nspec: "
                        + spec,
                RedisCluster.class);
    }
}
