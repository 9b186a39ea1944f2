package io.slotkeeper.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.slotkeeper.engine.Cluster;
import io.slotkeeper.engine.ClusterNode;
import io.slotkeeper.engine.Command;
import io.slotkeeper.engine.EngineNode;
import io.slotkeeper.engine.Refusal;
import io.slotkeeper.testkit.AtOnce;
import io.slotkeeper.testkit.ClusterUnderTest;
import io.slotkeeper.testkit.Engine;
import io.slotkeeper.testkit.Eventually;
import io.slotkeeper.testkit.NodeProcess;
import io.slotkeeper.topology.HashSlot;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What a node does before its pod is stopped, at the moments that are the hardest for an election. */
@Tag("engine")
class HandOverTest {
    private static final int SHARDS = 3;
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    @TempDir
    private Path directory;

    /** Their replicas have confirmed nothing yet, since nothing was written, and all ask for votes. */
    @ParameterizedTest
    @MethodSource("io.slotkeeper.testkit.Engine#underTest")
    void primariesStoppedTogetherInANewClusterAllHandOver(Engine engine) {
        try (ClusterUnderTest<NodeProcess> cluster = cluster(engine, 1)) {
            List<NodeProcess> primaries = cluster.members().subList(0, SHARDS);
            Map<NodeProcess, String> said = new ConcurrentHashMap<>();
            AtOnce.run(primaries.stream()
                    .<Runnable>map(primary -> () -> said.put(primary, primary.prepareToStop()))
                    .toList());
            primaries.forEach(primary -> assertReplica(cluster, primary, said.getOrDefault(primary, "nothing\n")));
        }
    }

    /** Their links to the replica are not up yet, and Valkey 9.1 does not vote within two seconds of its start. */
    @ParameterizedTest
    @MethodSource("io.slotkeeper.testkit.Engine#underTest")
    void aPrimaryHandsOverAlthoughTheOthersWereJustStarted(Engine engine) {
        try (ClusterUnderTest<NodeProcess> cluster = cluster(engine, 1)) {
            List<NodeProcess> others = cluster.members().subList(1, SHARDS);
            others.forEach(NodeProcess::shutDown);
            others.forEach(NodeProcess::powerOn);
            others.forEach(NodeProcess::awaitAnswering);
            NodeProcess primary = cluster.members().getFirst();
            assertReplica(cluster, primary, primary.prepareToStop());
        }
    }

    @ParameterizedTest
    @MethodSource("io.slotkeeper.testkit.Engine#underTest")
    void aPrimaryWithoutAReplicaDoesNotWaitForOne(Engine engine) {
        try (ClusterUnderTest<NodeProcess> cluster = cluster(engine, 0)) {
            assertThat(cluster.members().getFirst().prepareToStop())
                    .isEqualTo("slotkeeper: pre-stop: no replica to hand over to\n");
        }
    }

    /** The cluster is being deleted: somebody who goes as well is no help, and nobody waits for one who stays. */
    @ParameterizedTest
    @MethodSource("io.slotkeeper.testkit.Engine#underTest")
    void aPrimaryDoesNotHandOverToAReplicaThatGoesAsWell(Engine engine) {
        try (ClusterUnderTest<NodeProcess> cluster = cluster(engine, 1)) {
            NodeProcess primary = cluster.primary(0);
            NodeProcess replica = cluster.replica(0);
            CompletableFuture<String> said = CompletableFuture.supplyAsync(primary::prepareToStop);
            assertThat(replica.prepareToStop()).isEmpty();
            assertThat(said.join()).isEqualTo("slotkeeper: pre-stop: every replica is about to go, too\n");
            assertThat(leads(cluster, primary)).isTrue();
        }
    }

    @ParameterizedTest
    @MethodSource("io.slotkeeper.testkit.Engine#underTest")
    void aPrimaryHandsOverToTheReplicaThatStays(Engine engine) {
        try (ClusterUnderTest<NodeProcess> cluster = cluster(engine, 2)) {
            NodeProcess primary = cluster.primary(0);
            NodeProcess goes = cluster.replica(0);
            goes.prepareToStop();
            primary.prepareToStop();
            assertThat(leads(cluster, primary)).isFalse();
            assertThat(cluster.primary(0)).isNotEqualTo(goes);
        }
    }

    /** Clients that ask it for a second longer are sent to its successor, and the whole takes ten seconds at most. */
    @ParameterizedTest
    @MethodSource("io.slotkeeper.testkit.Engine#underTest")
    void aFormerPrimaryStaysForAMomentToSendItsClientsOn(Engine engine) {
        try (ClusterUnderTest<NodeProcess> cluster = cluster(engine, 1)) {
            NodeProcess primary = cluster.primary(0);
            long start = System.nanoTime();
            CompletableFuture<Long> ended = CompletableFuture.supplyAsync(() -> {
                primary.prepareToStop();
                return System.nanoTime();
            });
            Eventually.eventually("it is a replica", PATIENCE, () -> !leads(cluster, primary));
            long handedOver = System.nanoTime();
            try (EngineNode node = cluster.connect(primary)) {
                assertThat(node.ask(Command.raw("SET", "bar", "of slot 5061")).refusal())
                        .hasValueSatisfying(
                                refusal -> assertThat(refusal.code()).isEqualTo(Refusal.Code.MOVED));
            }
            assertThat(Duration.ofNanos(ended.join() - handedOver)).isGreaterThan(Duration.ofMillis(700));
            assertThat(Duration.ofNanos(ended.join() - start)).isLessThan(Duration.ofSeconds(12));
        }
    }

    /**
     * As a late packet makes a Redis forget whose the slots are, so does a command here; until it knows again it would refuse its
     * clients.
     */
    @ParameterizedTest
    @MethodSource("io.slotkeeper.testkit.Engine#underTest")
    void aNodeThatForgetsItsSuccessorHasItToldAgain(Engine engine) {
        try (ClusterUnderTest<NodeProcess> cluster = cluster(engine, 1)) {
            NodeProcess primary = cluster.primary(0);
            CompletableFuture<String> preStop = CompletableFuture.supplyAsync(primary::prepareToStop);
            Eventually.eventually("it is a replica", PATIENCE, () -> !leads(cluster, primary));
            try (EngineNode node = cluster.connect(primary)) {
                Eventually.eventually("its pre-stop has ended", PATIENCE, () -> {
                    if (knowsAllSlots(node)) {
                        node.call("CLUSTER", "DELSLOTSRANGE", "0", "5460");
                    }
                    return preStop.isDone();
                });
                Eventually.eventually("it knows all slots again", PATIENCE, () -> knowsAllSlots(node));
            }
            assertThat(preStop.join()).contains("to say again that it leads");
        }
    }

    private ClusterUnderTest<NodeProcess> cluster(Engine engine, int replicas) {
        return ClusterUnderTest.ofProcesses(engine, SHARDS, replicas, directory, List.of("appendonly yes"));
    }

    private static void assertReplica(ClusterUnderTest<NodeProcess> cluster, NodeProcess node, String said) {
        assertThat(leads(cluster, node))
                .as(() -> node + " is a primary; its pre-stop said: " + said + "the nodes said:\n"
                        + cluster.members().stream().map(NodeProcess::log).collect(Collectors.joining("\n")))
                .isFalse();
    }

    private static boolean knowsAllSlots(EngineNode node) {
        return node.call(Cluster.info()).slotsAssigned() == HashSlot.COUNT;
    }

    private static boolean leads(ClusterUnderTest<NodeProcess> cluster, NodeProcess node) {
        return cluster.self(node).map(ClusterNode::isPrimary).orElse(true);
    }
}
