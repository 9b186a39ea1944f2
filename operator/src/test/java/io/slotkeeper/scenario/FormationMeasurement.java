package io.slotkeeper.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import io.slotkeeper.testkit.Engine;
import io.slotkeeper.testkit.Eventually;
import io.slotkeeper.testkit.ManagedCluster;
import io.slotkeeper.testkit.OperatorUnderTest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** `make measure-scenarios`: what stands in docs/results.md about how long clusters take. */
@Tag("measure")
@Timeout(value = 1, unit = TimeUnit.HOURS)
class FormationMeasurement {
    private static final int RUNS = Integer.getInteger("slotkeeper.runs", 10);

    /** The kubelets take the last cluster's pods down on the same cores, after Kubernetes has forgotten them. */
    private static final Duration TAKING_DOWN = Duration.ofSeconds(10);

    @ParameterizedTest
    @MethodSource("io.slotkeeper.testkit.Engine#underTest")
    void threeShardsWithAReplicaEach(Engine engine) {
        measure(engine, 3, 1, RUNS);
    }

    @ParameterizedTest
    @CsvSource({"1,0,3", "1,2,3", "3,0,3", "3,2,3", "10,1,3", "30,1,1"})
    void otherShapes(int shards, int replicas, int runs) {
        measure(Engine.underTest().getFirst(), shards, replicas, Math.min(runs, RUNS));
    }

    @Test
    void eightClustersAtOnce() {
        Engine engine = Engine.underTest().getFirst();
        OperatorUnderTest.running();
        Eventually.pause(TAKING_DOWN);
        List<ManagedCluster> clusters = new ArrayList<>();
        try {
            for (int i = 0; i < 8; i++) {
                clusters.add(ManagedCluster.notYetApplied());
            }
            clusters.forEach(cluster -> cluster.apply(Formed.spec(engine, 3, 1)));
            long first = clusters.getFirst().appliedAt();
            List<Duration> times = new ArrayList<>();
            for (ManagedCluster cluster : clusters) {
                cluster.awaitReady(Duration.ofMinutes(3));
            }
            for (ManagedCluster cluster : clusters) {
                FormedCluster.assertShape(cluster);
                times.add(Duration.ofNanos(cluster.readyAt() - first));
            }
            Figures.atOnce(engine, times);
            assertThat(times).hasSize(8);
        } finally {
            clusters.forEach(ManagedCluster::close);
        }
    }

    private static void measure(Engine engine, int shards, int replicas, int runs) {
        List<Formed> formed = new ArrayList<>();
        for (int i = 0; i < runs; i++) {
            Eventually.pause(TAKING_DOWN);
            formed.add(Formed.once(engine, shards, replicas, cluster -> {}));
        }
        Figures.formation(engine, shards + " × " + replicas, formed);
    }
}
