package io.slotkeeper.kubernetes;

import io.fabric8.kubernetes.api.model.Affinity;
import io.fabric8.kubernetes.api.model.AffinityBuilder;
import io.fabric8.kubernetes.api.model.PodAffinityTerm;
import io.fabric8.kubernetes.api.model.PodAffinityTermBuilder;
import io.fabric8.kubernetes.api.model.PodAntiAffinityBuilder;
import io.fabric8.kubernetes.api.model.TopologySpreadConstraint;
import io.fabric8.kubernetes.api.model.TopologySpreadConstraintBuilder;
import io.slotkeeper.api.Placement.Spread;
import io.slotkeeper.api.RedisClusterSpec;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Keeps the pods of a shard apart, so that no machine and no zone takes all of its copies; and spreads the whole cluster
 * evenly, so that none takes a majority of its primaries.
 */
final class Spreading {
    private static final String MACHINE = "kubernetes.io/hostname";
    private static final String ZONE = "topology.kubernetes.io/zone";

    private Spreading() {}

    static Affinity withinShard(Names names, int shard, RedisClusterSpec spec) {
        PodAntiAffinityBuilder apart = new PodAntiAffinityBuilder();
        keepApart(apart, spec.nodeSpread(), term(MACHINE, names, shard), 100);
        keepApart(apart, spec.zoneSpread(), term(ZONE, names, shard), 50);
        return new AffinityBuilder().withPodAntiAffinity(apart.build()).build();
    }

    static List<TopologySpreadConstraint> ofCluster(Names names) {
        return Stream.of(MACHINE, ZONE)
                .map(key -> new TopologySpreadConstraintBuilder()
                        .withTopologyKey(key)
                        .withMaxSkew(1)
                        .withWhenUnsatisfiable("ScheduleAnyway")
                        .withNewLabelSelector()
                        .withMatchLabels(Map.of(Labels.CLUSTER, names.cluster()))
                        .endLabelSelector()
                        .build())
                .toList();
    }

    private static void keepApart(PodAntiAffinityBuilder apart, Spread how, PodAffinityTerm term, int weight) {
        switch (how) {
            case Required -> apart.addToRequiredDuringSchedulingIgnoredDuringExecution(term);
            case Preferred ->
                apart.addNewPreferredDuringSchedulingIgnoredDuringExecution()
                        .withWeight(weight)
                        .withPodAffinityTerm(term)
                        .endPreferredDuringSchedulingIgnoredDuringExecution();
        }
    }

    private static PodAffinityTerm term(String topologyKey, Names names, int shard) {
        return new PodAffinityTermBuilder()
                .withTopologyKey(topologyKey)
                .withNewLabelSelector()
                .withMatchLabels(Map.of(Labels.CLUSTER, names.cluster(), Labels.SHARD, Integer.toString(shard)))
                .endLabelSelector()
                .build();
    }
}
