package io.slotkeeper.scenario;

import io.slotkeeper.testkit.AtOnce;
import io.slotkeeper.testkit.ClusterUnderTest;
import io.slotkeeper.testkit.Engine;
import io.slotkeeper.testkit.Eventually;
import io.slotkeeper.testkit.Ledger;
import io.slotkeeper.testkit.ManagedCluster;
import io.slotkeeper.testkit.NodePods;
import io.slotkeeper.testkit.PodNode;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The same faults on engines in plain StatefulSets and on a cluster of ours, in turn: same engine, settings, node timeout and volumes. */
@Tag("measure")
@Timeout(value = 1, unit = TimeUnit.HOURS)
class SideBySideMeasurement {
    private static final Duration PATIENCE = Duration.ofMinutes(1);
    private static final int TIMES = Integer.getInteger("slotkeeper.sides", 3);
    private static final List<String> APPEND_ONLY = List.of("appendonly yes", "shutdown-on-sigterm default");

    private static final Map<String, Consumer<ClusterUnderTest<PodNode>>> FAULTS = faults();

    private static Map<String, Consumer<ClusterUnderTest<PodNode>>> faults() {
        Map<String, Consumer<ClusterUnderTest<PodNode>>> faults = new LinkedHashMap<>();
        faults.put("primary's process killed", cluster -> cluster.primary(1).killEngine());
        faults.put("primary's pod deleted", cluster -> delete(cluster.primary(1), Duration.ofSeconds(30)));
        faults.put("primary's pod deleted without grace", cluster -> delete(cluster.primary(1), Duration.ZERO));
        faults.put(
                "all pods deleted at once",
                cluster -> AtOnce.run(cluster.members().stream()
                        .<Runnable>map(member -> () -> delete(member, Duration.ZERO))
                        .toList()));
        return faults;
    }

    /** How long writers stood still and how many writes were lost; nothing where the cluster did not get over it. */
    record Outcome(Optional<Ledger.Report> report) {}

    @ParameterizedTest
    @MethodSource("io.slotkeeper.testkit.Engine#underTest")
    void theSameFaultsOnPlainStatefulSets(Engine engine) {
        FAULTS.forEach((what, fault) -> {
            for (int time = 0; time < TIMES; time++) {
                Outcome plain;
                try (ClusterUnderTest<PodNode> cluster =
                        NodePods.plainCluster(engine, 3, 1, NodePods.Storage.CLAIM, APPEND_ONLY)) {
                    plain = suffer(cluster, fault);
                }
                try (ManagedCluster cluster =
                        ManagedCluster.applied(Formed.spec(engine, 3, 1) + "storage: {size: 1Gi}\n")) {
                    cluster.awaitReady(PATIENCE);
                    Figures.sideBySide(engine, what, plain, suffer(cluster.nodes(), fault));
                }
            }
        });
    }

    private static Outcome suffer(ClusterUnderTest<PodNode> cluster, Consumer<ClusterUnderTest<PodNode>> fault) {
        cluster.awaitWell();
        try (Ledger ledger = cluster.startWriters(6)) {
            Eventually.eventually("the writers write", PATIENCE, () -> ledger.acknowledged() > 500);
            fault.accept(cluster);
            return new Outcome(isWell(cluster) ? Optional.of(ledger.settle()) : Optional.empty());
        }
    }

    private static boolean isWell(ClusterUnderTest<PodNode> cluster) {
        try {
            cluster.awaitWell(PATIENCE);
            return true;
        } catch (AssertionError never) {
            return false;
        }
    }

    private static void delete(PodNode victim, Duration grace) {
        String uid = victim.uid();
        victim.delete(grace);
        victim.awaitReplaced(uid);
    }
}
