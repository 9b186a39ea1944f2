package io.slotkeeper.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import io.slotkeeper.testkit.BulkData;
import io.slotkeeper.testkit.ClusterClient;
import io.slotkeeper.testkit.EmbeddedKubernetes;
import io.slotkeeper.testkit.Engine;
import io.slotkeeper.testkit.Eventually;
import io.slotkeeper.testkit.Ledger;
import io.slotkeeper.testkit.ManagedCluster;
import io.slotkeeper.testkit.OperatorUnderTest;
import io.slotkeeper.testkit.Shows;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What the operator makes of a machine that is cordoned, drained or lost. */
@Tag("kube")
class MachinesTest {
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    private final EmbeddedKubernetes kubernetes = EmbeddedKubernetes.running();

    @ParameterizedTest
    @MethodSource("io.slotkeeper.testkit.Engine#underTest")
    void primariesLeaveACordonedMachineAndNobodyNotices(Engine engine) {
        try (ManagedCluster cluster = ManagedCluster.applied(Formed.spec(engine, 3, 1))) {
            cluster.awaitReady(PATIENCE);
            for (String machine : kubernetes.nodes()) {
                cluster.awaitWell(PATIENCE);
                try (Ledger ledger = cluster.nodes().startWriters(6)) {
                    Eventually.eventually("the writers write", PATIENCE, () -> ledger.acknowledged() > 500);
                    int before = primariesOn(cluster, machine).size();
                    long start = System.nanoTime();
                    kubernetes.cordon(machine);
                    cluster.await(
                            "no primary is on " + machine,
                            PATIENCE,
                            () -> primariesOn(cluster, machine).isEmpty());
                    Duration left = Duration.ofNanos(System.nanoTime() - start);
                    kubernetes.drain(machine, cluster.namespace(), PATIENCE);
                    kubernetes.uncordon(machine);
                    cluster.awaitWell(PATIENCE);
                    Ledger.Report report = ledger.settle();
                    Figures.machineEmptied(engine, before, left, report);
                    assertThat(report.lost()).isEmpty();
                    assertThat(report.stale()).isEmpty();
                } finally {
                    kubernetes.uncordon(machine);
                }
            }
            FormedCluster.assertShape(cluster);
        }
    }

    @ParameterizedTest
    @MethodSource("io.slotkeeper.testkit.Engine#underTest")
    @Shows({"spec.nodeFailure.forceDeleteAfter", "spec.nodeFailure.replaceClaimsAfter"})
    void thePodsOfALostMachineComeBackElsewhereWithoutTheVolumesThatItHas(Engine engine) {
        String spec = Formed.spec(engine, 3, 1) + """
                storage: {size: 1Gi}
                nodeFailure: {forceDeleteAfter: 30s, replaceClaimsAfter: 30s}
                placement:
                  tolerations:
                  - {key: node.kubernetes.io/unreachable, operator: Exists, effect: NoExecute, tolerationSeconds: 2}
                """;
        try (ManagedCluster cluster = ManagedCluster.applied(spec)) {
            cluster.awaitReady(PATIENCE);
            // Without a majority of primaries nobody could elect anybody while nothing proves them dead.
            String machine = kubernetes.nodes().stream()
                    .filter(each -> !each.equals(OperatorUnderTest.running().machine()))
                    .filter(each -> primariesOn(cluster, each).size() <= 1)
                    .findFirst()
                    .orElseThrow();
            assertThat(on(cluster, machine)).isNotEmpty();
            BulkData data = new BulkData("bulk", 1_000, 100);
            try (ClusterClient client = cluster.nodes().client()) {
                data.load(client);
            }
            try {
                long stopped = System.nanoTime();
                kubernetes.stop(machine);
                cluster.await(
                        "its pods are elsewhere",
                        PATIENCE,
                        () -> on(cluster, machine).isEmpty());
                assertThat(Duration.ofNanos(System.nanoTime() - stopped)).isGreaterThan(Duration.ofSeconds(30));
                cluster.awaitReady(PATIENCE).awaitWell(PATIENCE);
                try (ClusterClient client = cluster.nodes().client()) {
                    assertThat(data.intact(client)).isEqualTo(data.keys());
                }
            } finally {
                kubernetes.start(machine);
            }
            FormedCluster.assertShape(cluster);
        }
    }

    private static List<String> on(ManagedCluster cluster, String machine) {
        return cluster.pods().stream()
                .filter(pod -> machine.equals(pod.getSpec().getNodeName()))
                .map(pod -> pod.getMetadata().getName())
                .toList();
    }

    private static List<String> primariesOn(ManagedCluster cluster, String machine) {
        List<String> there = on(cluster, machine);
        return IntStream.range(0, 3)
                .mapToObj(shard -> cluster.nodes().primary(shard).name())
                .filter(there::contains)
                .toList();
    }
}
