package io.slotkeeper.api;

import io.fabric8.kubernetes.api.model.Namespaced;
import io.fabric8.kubernetes.client.CustomResource;
import io.fabric8.kubernetes.model.annotation.Categories;
import io.fabric8.kubernetes.model.annotation.Group;
import io.fabric8.kubernetes.model.annotation.ShortNames;
import io.fabric8.kubernetes.model.annotation.Version;

/** A cluster of Redis or Valkey nodes. */
@Group("slotkeeper.io")
@Version("v1alpha1")
@ShortNames("rdc")
@Categories({"all", "slotkeeper"})
public class RedisCluster extends CustomResource<RedisClusterSpec, RedisClusterStatus> implements Namespaced {
    private static final long serialVersionUID = 1L;
}
