package io.slotkeeper.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.slotkeeper.engine.Cluster;
import io.slotkeeper.engine.ClusterNode;
import io.slotkeeper.engine.EngineNode;
import io.slotkeeper.testkit.BulkData;
import io.slotkeeper.testkit.ClusterClient;
import io.slotkeeper.testkit.ClusterUnderTest;
import io.slotkeeper.testkit.Engine;
import io.slotkeeper.testkit.Eventually;
import io.slotkeeper.testkit.LoopbackAddresses;
import io.slotkeeper.testkit.NodeProcess;
import io.slotkeeper.testkit.Secrets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** How the fence has a replica promoted: by votes wherever there is a majority that could give them, and only there. */
@Tag("engine")
class FenceMajorityTest {
    private static final BulkData DATA = new BulkData("bulk", 1_000, 100);

    /** The witness looks once a second, and a replica confirms what it has once a second. */
    private static final Duration ACCOUNT = Duration.ofMillis(2500);

    @TempDir
    private Path directory;

    @ParameterizedTest
    @MethodSource("io.slotkeeper.testkit.Engine#underTest")
    void theOnlyShardIsTakenOver(Engine engine) {
        assertPromoted(engine, 1, 1, "(TAKEOVER)", "(FORCE)");
    }

    @ParameterizedTest
    @MethodSource("io.slotkeeper.testkit.Engine#underTest")
    void theOnlyShardIsTakenOverByOneOfItsTwoReplicas(Engine engine) {
        assertPromoted(engine, 1, 2, "(TAKEOVER)", "(FORCE)");
    }

    @ParameterizedTest
    @MethodSource("io.slotkeeper.testkit.Engine#underTest")
    void oneOfTwoShardsIsTakenOver(Engine engine) {
        assertPromoted(engine, 2, 1, "(TAKEOVER)", "(FORCE)");
    }

    @ParameterizedTest
    @MethodSource("io.slotkeeper.testkit.Engine#underTest")
    void oneOfThreeShardsIsElected(Engine engine) {
        assertPromoted(engine, 3, 1, "(FORCE)", "(TAKEOVER)");
    }

    /** It may die before the other replica has told it that it follows it now, so that it finds no replica in its nodes.conf. */
    @ParameterizedTest
    @MethodSource("io.slotkeeper.testkit.Engine#underTest")
    void aSuccessorThatDiesAtOnceLeavesTheShardToTheReplicaThatIsLeft(Engine engine) {
        try (ClusterUnderTest<NodeProcess> cluster = ClusterUnderTest.ofProcesses(engine, 1, 2, directory, List.of());
                ClusterClient client = cluster.client()) {
            DATA.load(client);
            Eventually.pause(ACCOUNT);
            NodeProcess first = cluster.primary(0);
            first.killEngine();
            NodeProcess[] successor = new NodeProcess[1];
            Eventually.eventually("a replica took over from " + first, Duration.ofSeconds(40), () -> {
                cluster.members().stream()
                        .filter(member -> member != first && leads(cluster, member))
                        .findFirst()
                        .ifPresent(member -> successor[0] = member);
                return successor[0] != null;
            });
            successor[0].killEngine();
            cluster.awaitWell();
            assertThat(DATA.intact(client))
                    .as(() -> cluster.members().stream()
                            .map(member -> member + ":\n" + member.log())
                            .collect(Collectors.joining("\n")))
                    .isEqualTo(DATA.keys());
        }
    }

    /** A replica that stands still is no dead one: over an empty disk it has the only copy. */
    @ParameterizedTest
    @MethodSource("io.slotkeeper.testkit.Engine#underTest")
    void aReplicaThatStandsStillIsWaitedFor(Engine engine) {
        try (ClusterUnderTest<NodeProcess> cluster = ClusterUnderTest.ofProcesses(engine, 1, 1, directory, List.of())) {
            try (ClusterClient client = cluster.client()) {
                DATA.load(client);
            }
            Eventually.pause(ACCOUNT);
            NodeProcess dead = cluster.primary(0);
            NodeProcess replica = cluster.replica(0);
            replica.freeze();
            try {
                dead.killEngine();
                Eventually.eventually(
                        "the fence of " + dead + " is past its patience",
                        Duration.ofSeconds(40),
                        () -> dead.log()
                                .contains("await " + replica.address()
                                        + ", which is there but cannot tell what it holds"));
                Eventually.pause(Duration.ofSeconds(2));
                assertThat(dead.log()).doesNotContain("fence: serve");
            } finally {
                replica.thaw();
            }
            cluster.awaitWell();
            try (ClusterClient client = cluster.client()) {
                assertThat(DATA.intact(client)).isEqualTo(DATA.keys());
            }
        }
    }

    /** A voter has no client port, so nobody could tell it. */
    @ParameterizedTest
    @MethodSource("io.slotkeeper.testkit.Engine#underTest")
    void aNodeFindsASuccessorThatHasANewAddress(Engine engine) {
        Secrets secrets = Secrets.generate();
        String address = LoopbackAddresses.next();
        String other = LoopbackAddresses.next();
        String new1 = LoopbackAddresses.next();
        String new2 = LoopbackAddresses.next();
        try (NodeProcess first = start(engine, secrets, "first", address, other);
                NodeProcess second = start(engine, secrets, "second", other, address);
                ClusterUnderTest<NodeProcess> before = ClusterUnderTest.form(
                        secrets, List.of(first.awaitAnswering(), second.awaitAnswering()), 1, Duration.ofSeconds(5))) {
            Eventually.pause(ACCOUNT);
            first.powerOff();
            try (EngineNode node = before.connect(second)) {
                node.call(Cluster.failover(Cluster.Failover.TAKEOVER));
            }
            Eventually.eventually("the other one leads", Duration.ofSeconds(10), () -> leads(before, second));
            second.shutDown();
            try (NodeProcess moved = start(engine, secrets, "second", new2, new1);
                    NodeProcess back = start(engine, secrets, "first", new1, new2)) {
                Eventually.eventually(
                        back + " follows " + moved,
                        Duration.ofSeconds(40),
                        () -> before.self(back).map(ClusterNode::isPrimary).equals(Optional.of(false)));
            }
        }
    }

    private NodeProcess start(Engine engine, Secrets secrets, String folder, String address, String peer) {
        return NodeProcess.start(
                engine, secrets, directory.resolve(folder), address, List.of(address, peer), List.of("appendonly yes"));
    }

    private static boolean leads(ClusterUnderTest<NodeProcess> cluster, NodeProcess member) {
        return cluster.self(member).filter(ClusterNode::isPrimary).isPresent();
    }

    private void assertPromoted(Engine engine, int shards, int replicas, String how, String never) {
        try (ClusterUnderTest<NodeProcess> cluster =
                        ClusterUnderTest.ofProcesses(engine, shards, replicas, directory, List.of());
                ClusterClient client = cluster.client()) {
            DATA.load(client);
            Eventually.pause(ACCOUNT);
            NodeProcess dead = cluster.primary(0);
            dead.killEngine();
            Eventually.eventually(
                    dead + " is a replica:\n" + dead.log(),
                    Duration.ofSeconds(40),
                    () -> cluster.self(dead).map(ClusterNode::isPrimary).equals(Optional.of(false)));
            cluster.awaitWell();
            assertThat(DATA.intact(client)).isEqualTo(DATA.keys());
            assertThat(dead.log()).contains("fence: telling ", how).doesNotContain(never);
        }
    }
}
