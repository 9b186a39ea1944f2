package io.slotkeeper.kubernetes;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.OwnerReference;
import io.fabric8.kubernetes.api.model.OwnerReferenceBuilder;
import io.slotkeeper.api.RedisCluster;
import io.slotkeeper.api.RedisClusterSpec;
import io.slotkeeper.api.WhenDeleted;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.stream.IntStream;

/** All that the objects of one cluster are made from. */
record Blueprint(
        Names names,
        RedisClusterSpec spec,
        OwnerReference owner,
        String image,
        OptionalLong volumeGroup,
        boolean formed) {
    static Blueprint of(RedisCluster cluster, NodeDefaults defaults) {
        OwnerReference owner = new OwnerReferenceBuilder()
                .withApiVersion(HasMetadata.getApiVersion(RedisCluster.class))
                .withKind(HasMetadata.getKind(RedisCluster.class))
                .withName(cluster.getMetadata().getName())
                .withUid(cluster.getMetadata().getUid())
                .withController(true)
                .withBlockOwnerDeletion(true)
                .build();
        boolean formed = cluster.getStatus() != null && cluster.getStatus().formedAt() != null;
        return new Blueprint(
                Names.of(cluster), specOf(cluster), owner, defaults.imageOf(cluster), defaults.volumeGroup(), formed);
    }

    /** What is wanted of a cluster; a resource without a spec wants what an empty one wants. */
    static RedisClusterSpec specOf(RedisCluster cluster) {
        RedisClusterSpec spec = cluster.getSpec();
        return spec == null ? RedisClusterSpec.empty() : spec;
    }

    /** What must stand before any pod starts: all objects but the Secrets with passwords and those of the shards. */
    List<HasMetadata> ground() {
        return List.of(
                Account.of(this),
                Configuration.of(this),
                Isolation.of(this),
                NodesService.of(this),
                ClientService.of(this));
    }

    /** The shards, each with its budget. */
    List<HasMetadata> shards() {
        List<HasMetadata> objects = new ArrayList<>();
        for (int shard = 0; shard < spec.shardCount(); shard++) {
            objects.add(ShardBudget.of(this, shard));
            objects.add(ShardSet.of(this, shard));
        }
        return objects;
    }

    /** How many pods each shard has. */
    int podsPerShard() {
        return 1 + spec.replicaCount();
    }

    IntStream shardNumbers() {
        return IntStream.range(0, spec.shardCount());
    }

    /** Whether data, and the passwords that open it, outlive the resource. */
    boolean retains() {
        return spec.volume().isPresent() && spec.volume().get().fate() == WhenDeleted.Retain;
    }

    /** Of an object that goes with the cluster. */
    ObjectMeta owned(String name) {
        return metadata(name, Labels.of(names)).withOwnerReferences(owner).build();
    }

    /** Of an object of one shard, which goes with the cluster. */
    ObjectMeta owned(String name, int shard) {
        return metadata(name, Labels.of(names, shard))
                .withOwnerReferences(owner)
                .build();
    }

    /** Of an object that stays when the cluster goes, where that is wanted. */
    ObjectMeta retained(String name) {
        return retains() ? metadata(name, Labels.of(names)).build() : owned(name);
    }

    private ObjectMetaBuilder metadata(String name, Map<String, String> labels) {
        return new ObjectMetaBuilder()
                .withNamespace(names.namespace())
                .withName(name)
                .withLabels(labels);
    }
}
