package io.slotkeeper.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import io.slotkeeper.testkit.Engine;
import io.slotkeeper.testkit.Eventually;
import io.slotkeeper.testkit.Ledger;
import io.slotkeeper.testkit.ManagedCluster;
import io.slotkeeper.testkit.OperatorUnderTest;
import io.slotkeeper.testkit.PodNode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A primary's process is killed under writers: how long nobody can write to its shard, with the operator and without. */
@Tag("kube")
class PrimaryKilledTest {
    private static final Duration PATIENCE = Duration.ofMinutes(1);
    private static final Duration NODE_TIMEOUT = Duration.ofSeconds(5);
    private static final int KILLS = Integer.getInteger("slotkeeper.kills", 3);

    @ParameterizedTest
    @MethodSource("io.slotkeeper.testkit.Engine#underTest")
    void aReplicaTakesOverAtOnce(Engine engine) {
        OperatorUnderTest operator = OperatorUnderTest.running();
        operator.awaitLeading();
        for (Shape shape : Shape.all()) {
            try (ManagedCluster cluster = ManagedCluster.applied(Formed.spec(engine, shape.shards, shape.replicas))) {
                List<Duration> stalls = kill(engine, shape, cluster, "leads");
                assertThat(stalls)
                        .as("the engines would take their node timeout")
                        .allMatch(stall -> stall.compareTo(NODE_TIMEOUT) < 0);
                assertThat(operator.log().lines())
                        .filteredOn(line -> line.contains(cluster.namespace()))
                        .anyMatch(line -> line.contains("TakeOver"))
                        .noneMatch(line -> line.contains("StepFailed"));
            }
        }
    }

    @ParameterizedTest
    @MethodSource("io.slotkeeper.testkit.Engine#underTest")
    void withoutTheOperatorTheNodesDoItThemselves(Engine engine) {
        OperatorUnderTest operator = OperatorUnderTest.running();
        operator.awaitLeading();
        try (ManagedCluster cluster = ManagedCluster.applied(Formed.spec(engine, 3, 1))) {
            cluster.awaitReady(PATIENCE);
            operator.stop();
            try {
                kill(engine, new Shape(3, 1), cluster, "is away");
            } finally {
                operator.start();
            }
        }
    }

    private record Shape(int shards, int replicas) {
        /** One in `make test`; all that are to be measured where more kills are asked for. */
        static List<Shape> all() {
            return KILLS > 3
                    ? List.of(new Shape(1, 1), new Shape(2, 1), new Shape(3, 1), new Shape(3, 2))
                    : List.of(new Shape(3, 1), new Shape(1, 1));
        }
    }

    private static List<Duration> kill(Engine engine, Shape shape, ManagedCluster cluster, String operator) {
        cluster.awaitReady(PATIENCE);
        List<Duration> stalls = new ArrayList<>();
        List<Duration> well = new ArrayList<>();
        int acknowledged = 0;
        int lost = 0;
        for (int kill = 0; kill < KILLS; kill++) {
            cluster.awaitWell(PATIENCE);
            try (Ledger ledger = cluster.nodes().startWriters(2 * shape.shards)) {
                Eventually.eventually("the writers write", PATIENCE, () -> ledger.acknowledged() > 500);
                PodNode primary = cluster.nodes().primary(kill % shape.shards);
                long start = System.nanoTime();
                primary.killEngine();
                cluster.awaitWell(PATIENCE);
                well.add(Duration.ofNanos(System.nanoTime() - start));
                Ledger.Report report = ledger.settle();
                assertThat(report.stale()).isEmpty();
                stalls.add(report.longestStall());
                acknowledged += report.acknowledged();
                lost += report.lost().size();
            }
        }
        FormedCluster.assertShape(cluster);
        Figures.primariesKilled(
                engine, shape.shards + " × " + shape.replicas, operator, stalls, well, acknowledged, lost);
        return stalls;
    }
}
