package io.slotkeeper.kubernetes;

import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaimBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.api.model.apps.StatefulSetBuilder;
import io.slotkeeper.api.Storage;

/**
 * One shard's pods. Kubernetes starts them all at once and replaces none by itself: the operator decides when a pod goes.
 */
final class ShardSet {
    private static final String RETAIN = "Retain";
    private static final String DELETE = "Delete";

    private ShardSet() {}

    static StatefulSet of(Blueprint blueprint, int shard) {
        Names names = blueprint.names();
        StatefulSetBuilder set = new StatefulSetBuilder()
                .withMetadata(blueprint.owned(names.shard(shard), shard))
                .withNewSpec()
                .withServiceName(names.nodesService())
                .withReplicas(blueprint.podsPerShard())
                .withPodManagementPolicy("Parallel")
                .withNewUpdateStrategy()
                .withType("OnDelete")
                .endUpdateStrategy()
                .withNewSelector()
                .withMatchLabels(Labels.of(names, shard))
                .endSelector()
                .withTemplate(NodePod.of(blueprint, shard))
                .endSpec();
        blueprint
                .spec()
                .volume()
                .ifPresent(storage -> set.editSpec()
                        .withNewPersistentVolumeClaimRetentionPolicy()
                        .withWhenDeleted(blueprint.retains() ? RETAIN : DELETE)
                        // Someone who scales the set by hand must not lose data before the operator has put it right.
                        .withWhenScaled(RETAIN)
                        .endPersistentVolumeClaimRetentionPolicy()
                        .withVolumeClaimTemplates(claim(storage, names, shard))
                        .endSpec());
        return set.build();
    }

    private static PersistentVolumeClaim claim(Storage storage, Names names, int shard) {
        PersistentVolumeClaimBuilder claim = new PersistentVolumeClaimBuilder()
                .withNewMetadata()
                .withName(Names.DATA)
                .withLabels(Labels.of(names, shard))
                .endMetadata()
                .withNewSpec()
                .withAccessModes("ReadWriteOnce")
                .withNewResources()
                .addToRequests("storage", Quantity.parse(storage.size()))
                .endResources()
                .endSpec();
        storage.storageClass()
                .ifPresent(name -> claim.editSpec().withStorageClassName(name).endSpec());
        return claim.build();
    }
}
