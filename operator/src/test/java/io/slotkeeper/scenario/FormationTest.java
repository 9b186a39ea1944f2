package io.slotkeeper.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import io.slotkeeper.testkit.Engine;
import io.slotkeeper.testkit.ManagedCluster;
import io.slotkeeper.testkit.OperatorUnderTest;
import io.slotkeeper.testkit.Shows;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** From the manifest to a formed cluster; how long that takes is measured, and only a patience is asserted. */
@Tag("kube")
class FormationTest {
    @ParameterizedTest
    @MethodSource("io.slotkeeper.testkit.Engine#underTest")
    void threeShardsWithAReplicaEachShareTheSlotsEvenly(Engine engine) {
        Formed.once(engine, 3, 1, cluster -> {
            FormedCluster.assertSettings(
                    cluster,
                    Map.of(
                            "cluster-node-timeout", "5000",
                            "cluster-require-full-coverage", "no",
                            "repl-diskless-sync-delay", "0"));
            assertThat(IntStream.range(0, 3)
                            .map(shard -> cluster.nodes()
                                    .self(cluster.nodes().primary(shard))
                                    .orElseThrow()
                                    .slots()
                                    .size()))
                    .containsExactly(5461, 5462, 5461);
            assertThat(OperatorUnderTest.running().log().lines())
                    .as("each decision is a line of the log, with its subject in fields")
                    .anySatisfy(line -> assertThat(line)
                            .contains(
                                    "\"namespace\":\"" + cluster.namespace() + "\"",
                                    "\"cluster\":\"" + ManagedCluster.NAME + "\"",
                                    "\"shard\":\"0\"",
                                    "\"pod\":\"" + ManagedCluster.NAME + "-0-",
                                    "\"reason\":\"GiveSlots\""));
        });
    }

    @ParameterizedTest
    @CsvSource({"1,0", "1,2", "3,0", "3,2"})
    @Shows({"spec.shards", "spec.replicasPerShard"})
    void everyShapeForms(int shards, int replicas) {
        Formed.once(Engine.underTest().getFirst(), shards, replicas, cluster -> {});
    }
}
