package io.slotkeeper.kubernetes;

import io.fabric8.kubernetes.api.model.IntOrString;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudgetBuilder;

/**
 * Lets evictions take one pod of a shard at a time, and only while the others are ready, which means that each holds a full
 * copy. A shard of a single pod may be evicted as well: its node saves and starts elsewhere, and a budget that never
 * yields would only make somebody drain the machine by force.
 */
final class ShardBudget {
    private ShardBudget() {}

    static PodDisruptionBudget of(Blueprint blueprint, int shard) {
        return new PodDisruptionBudgetBuilder()
                .withMetadata(blueprint.owned(blueprint.names().shard(shard), shard))
                .withNewSpec()
                .withMaxUnavailable(new IntOrString(1))
                .withNewSelector()
                .withMatchLabels(Labels.of(blueprint.names(), shard))
                .endSelector()
                .endSpec()
                .build();
    }
}
