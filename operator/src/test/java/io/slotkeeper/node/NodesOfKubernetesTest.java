package io.slotkeeper.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.slotkeeper.testkit.ClusterUnderTest;
import io.slotkeeper.testkit.EmbeddedKubernetes;
import io.slotkeeper.testkit.Engine;
import io.slotkeeper.testkit.Eventually;
import io.slotkeeper.testkit.Ledger;
import io.slotkeeper.testkit.NodePods;
import io.slotkeeper.testkit.NodePods.Storage;
import io.slotkeeper.testkit.PodNode;
import io.slotkeeper.testkit.Results;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What happens to a Kubernetes node happens to the pods on it: what the node image alone makes of that, without an operator. */
@Tag("kube")
class NodesOfKubernetesTest {
    private static final List<String> APPEND_ONLY = List.of("appendonly yes", "shutdown-on-sigterm default");
    private static final Duration MINUTE = Duration.ofMinutes(1);

    private final EmbeddedKubernetes kubernetes = EmbeddedKubernetes.running();

    @ParameterizedTest
    @MethodSource("io.slotkeeper.testkit.Engine#underTest")
    void aDrainedNodeTakesNoWriteWithIt(Engine engine) {
        try (ClusterUnderTest<PodNode> cluster = start(engine)) {
            String machine = machineOfOnePrimary(cluster);
            Ledger.Report report = underWriters(cluster, "drained and let back", engine, () -> {
                try {
                    kubernetes.drain(machine, cluster.primary(0).namespace(), MINUTE);
                } finally {
                    kubernetes.uncordon(machine);
                }
            });
            assertThat(report.lost()).isEmpty();
        }
    }

    @ParameterizedTest
    @MethodSource("io.slotkeeper.testkit.Engine#underTest")
    void aNodeThatIsCutOffIsReplacedByTheReplicasElsewhere(Engine engine) {
        try (ClusterUnderTest<PodNode> cluster = start(engine)) {
            String machine = machineOfOnePrimary(cluster);
            int shard = shardWithItsPrimaryOn(cluster, machine);
            PodNode old = cluster.primary(shard);
            underWriters(cluster, "cut off until its replica leads", engine, () -> {
                try {
                    kubernetes.cut(machine);
                    Eventually.eventually(
                            "the replica of shard " + shard + " leads",
                            MINUTE,
                            () -> cluster.members().stream()
                                            .filter(node -> !node.machine().equals(machine))
                                            .filter(node -> cluster.self(node)
                                                    .map(self -> self.isPrimary()
                                                            && !self.slots().isEmpty())
                                                    .orElse(false))
                                            .count()
                                    == 3);
                } finally {
                    kubernetes.heal(machine);
                }
            });
            assertThat(cluster.primary(shard)).isNotEqualTo(old);
        }
    }

    @ParameterizedTest
    @MethodSource("io.slotkeeper.testkit.Engine#underTest")
    void aNodeThatLosesPowerComesBackWithItsPods(Engine engine) {
        try (ClusterUnderTest<PodNode> cluster = start(engine)) {
            String machine = machineOfOnePrimary(cluster);
            underWriters(cluster, "power lost and back at once", engine, () -> {
                kubernetes.stop(machine);
                kubernetes.start(machine);
            });
        }
    }

    private Ledger.Report underWriters(
            ClusterUnderTest<PodNode> cluster, String scenario, Engine engine, Runnable fault) {
        try (Ledger ledger = cluster.startWriters(6)) {
            Eventually.eventually("the writers write", Duration.ofSeconds(5), () -> ledger.acknowledged() > 500);
            long start = System.nanoTime();
            fault.run();
            cluster.awaitWell();
            long millis = (System.nanoTime() - start) / 1_000_000;
            Ledger.Report report = ledger.settle();
            Results.add(
                    "kubernetes-nodes",
                    List.of("engine", "node", "ms to well", "longest stall ms", "acked", "lost", "failed"),
                    List.of(
                            engine,
                            scenario,
                            millis,
                            report.longestStall().toMillis(),
                            report.acknowledged(),
                            report.lost().size(),
                            report.failures()));
            assertThat(report.stale()).isEmpty();
            return report;
        } catch (AssertionError | RuntimeException e) {
            cluster.members().forEach(node -> e.addSuppressed(new AssertionError(node + ":\n" + node.log())));
            throw e;
        }
    }

    private static ClusterUnderTest<PodNode> start(Engine engine) {
        return NodePods.cluster(engine, 3, 1, Storage.CLAIM, APPEND_ONLY);
    }

    /** With two of three primaries gone nobody could elect anybody, which is a matter for the operator. */
    private String machineOfOnePrimary(ClusterUnderTest<PodNode> cluster) {
        List<String> machines = IntStream.range(0, 3)
                .mapToObj(shard -> cluster.primary(shard).machine())
                .toList();
        return kubernetes.nodes().stream()
                .filter(name -> machines.stream().filter(name::equals).count() == 1)
                .findFirst()
                .orElseThrow(() -> new AssertionError("all primaries are on one machine: " + machines));
    }

    private static int shardWithItsPrimaryOn(ClusterUnderTest<PodNode> cluster, String machine) {
        return IntStream.range(0, 3)
                .filter(shard -> cluster.primary(shard).machine().equals(machine))
                .findFirst()
                .orElseThrow();
    }
}
