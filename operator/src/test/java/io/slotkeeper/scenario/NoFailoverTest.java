package io.slotkeeper.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import io.slotkeeper.engine.CommandRefused;
import io.slotkeeper.engine.EngineNode;
import io.slotkeeper.engine.Server;
import io.slotkeeper.testkit.AtOnce;
import io.slotkeeper.testkit.EmbeddedKubernetes;
import io.slotkeeper.testkit.Engine;
import io.slotkeeper.testkit.Eventually;
import io.slotkeeper.testkit.Ledger;
import io.slotkeeper.testkit.ManagedCluster;
import io.slotkeeper.testkit.OperatorUnderTest;
import io.slotkeeper.testkit.PodNode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A primary that lives keeps its shard, however dead it looks to the operator. */
@Tag("kube")
class NoFailoverTest {
    private static final Duration PATIENCE = Duration.ofMinutes(1);
    private static final Duration A_WHILE = Duration.ofSeconds(5);

    /** The nodes themselves must not find it dead either. */
    private static final String PATIENT = "failover: {nodeTimeoutMillis: 30000}\n";

    private final OperatorUnderTest operator = OperatorUnderTest.running();

    @ParameterizedTest
    @MethodSource("io.slotkeeper.testkit.Engine#underTest")
    void aPrimaryThatLivesKeepsItsShard(Engine engine) {
        try (ManagedCluster cluster = ManagedCluster.applied(Formed.spec(engine, 3, 1) + PATIENT)) {
            cluster.awaitReady(PATIENCE);
            undisturbed(engine, cluster, "refuses the operator alone", primary -> reject(cluster, primary));
            undisturbed(engine, cluster, "lets nobody in any more", primary -> crowd(cluster, primary));
            undisturbed(engine, cluster, "runs a script for ten seconds", primary -> keepBusy(cluster, primary));
            undisturbed(
                    engine,
                    cluster,
                    "stands still for three seconds",
                    primary -> primary.freeze(Duration.ofSeconds(3)));
        }
    }

    private void undisturbed(Engine engine, ManagedCluster cluster, String what, Consumer<PodNode> disturbance) {
        cluster.awaitWell(PATIENCE);
        List<String> before = primaries(cluster);
        try (Ledger ledger = cluster.nodes().startWriters(6)) {
            Eventually.eventually("the writers write", PATIENCE, () -> ledger.acknowledged() > 500);
            disturbance.accept(cluster.nodes().primary(1));
            assertThat(operator.log()).as("the operator's log").isNotEmpty();
            cluster.awaitWell(PATIENCE).awaitReady(PATIENCE);
            Ledger.Report report = ledger.settle();
            Figures.undisturbed(engine, what, report);
            assertThat(report.lost()).as(what).isEmpty();
            assertThat(report.stale()).as(what).isEmpty();
        }
        assertThat(primaries(cluster)).as(what).isEqualTo(before);
        assertThat(operator.log().lines())
                .filteredOn(line -> line.contains(cluster.namespace()))
                .as(what)
                .noneMatch(line -> line.contains("TakeOver"));
    }

    /** The operator's connections end, and its new ones are refused by whoever is in between, as by a firewall. */
    private void reject(ManagedCluster cluster, PodNode primary) {
        EmbeddedKubernetes kubernetes = EmbeddedKubernetes.running();
        List<String> rule = List.of(
                "FORWARD",
                "-s",
                operator.address(),
                "-d",
                primary.address(),
                "-p",
                "tcp",
                "--dport",
                "6379",
                "-j",
                "REJECT",
                "--reject-with",
                "tcp-reset");
        String machine = operator.machine();
        kubernetes.onNode(machine, iptables("-I", rule));
        try {
            hangUpOnTheOperator(cluster, primary);
            awaitMissed(cluster);
            Eventually.pause(A_WHILE);
        } finally {
            kubernetes.onNode(machine, iptables("-D", rule));
        }
    }

    private static String[] iptables(String action, List<String> rule) {
        List<String> words = new ArrayList<>(List.of("iptables", "-w", action));
        words.addAll(rule);
        return words.toArray(String[]::new);
    }

    /** Those who are in stay in; the operator has to come in again, and is told that there are too many. */
    private static void crowd(ManagedCluster cluster, PodNode primary) {
        try (EngineNode node = cluster.nodes().connect(primary)) {
            Map<String, String> before = node.call(Server.configGet("maxclients"));
            node.call(Server.configSet(Map.of("maxclients", "1")));
            try {
                node.call("CLIENT", "KILL", "USER", "slotkeeper-operator", "SKIPME", "yes");
                awaitMissed(cluster);
                Eventually.pause(A_WHILE);
            } finally {
                node.call(Server.configSet(before));
            }
        }
    }

    /** The operator does not get an answer from everybody any more. */
    private static void awaitMissed(ManagedCluster cluster) {
        cluster.await("the operator misses a node", PATIENCE, () -> !cluster.isReady());
    }

    private static void hangUpOnTheOperator(ManagedCluster cluster, PodNode primary) {
        try (EngineNode node = cluster.nodes().connect(primary)) {
            node.call("CLIENT", "KILL", "USER", "slotkeeper-operator", "SKIPME", "yes");
        }
    }

    /** A script without an end, which is told to end after ten seconds. */
    private static void keepBusy(ManagedCluster cluster, PodNode primary) {
        AtOnce.run(List.of(
                () -> {
                    try (EngineNode node = cluster.nodes().connect(primary)) {
                        node.within(PATIENCE).call("EVAL", "while true do end", "0");
                    } catch (CommandRefused ended) {
                        // By the other one.
                    }
                },
                () -> {
                    Eventually.pause(Duration.ofSeconds(10));
                    try (EngineNode node = cluster.nodes().connect(primary)) {
                        node.call("SCRIPT", "KILL");
                    }
                }));
    }

    private static List<String> primaries(ManagedCluster cluster) {
        return IntStream.range(0, 3)
                .mapToObj(shard -> cluster.nodes().primary(shard).name())
                .toList();
    }
}
