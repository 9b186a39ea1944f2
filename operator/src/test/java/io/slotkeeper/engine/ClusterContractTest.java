package io.slotkeeper.engine;

import static io.slotkeeper.engine.SmallCluster.PATIENCE;
import static io.slotkeeper.testkit.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import io.slotkeeper.engine.Cluster.Failover;
import io.slotkeeper.engine.SmallCluster.Member;
import io.slotkeeper.testkit.Engine;
import io.slotkeeper.testkit.Eventually;
import io.slotkeeper.testkit.LoopbackAddresses;
import io.slotkeeper.topology.Address;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What nodes do with each other, on every engine: three primaries and a replica of one of them. */
@Tag("engine")
@ParameterizedClass
@EnumSource
class ClusterContractTest {
    @TempDir(cleanup = CleanupMode.ON_SUCCESS)
    static Path folder;

    private static final Map<Engine, SmallCluster> CLUSTERS = new EnumMap<>(Engine.class);

    private final SmallCluster cluster;
    private final Member replica;
    private final Member primary;

    ClusterContractTest(Engine engine) {
        cluster = CLUSTERS.computeIfAbsent(engine, each -> SmallCluster.form(each, folder, 3, 1));
        cluster.awaitServing();
        replica = cluster.replica();
        primary = cluster.primaryOf(replica);
    }

    @AfterParameterizedClassInvocation
    static void stop() {
        CLUSTERS.values().forEach(SmallCluster::close);
        CLUSTERS.clear();
    }

    @Test
    void bothEndsOfTheReplicationTellTheSame() {
        primary.node().call("SET", keyOf(primary), "x");
        assertThat(primary.node().call(Server.waitForReplicas(1, Duration.ofSeconds(2))))
                .isEqualTo(1);

        Replication there = primary.node().call(Server.info()).replication();
        assertThat(there.connectedReplicas()).isEqualTo(1);
        assertThat(there.replicas().getFirst().isOnline()).isTrue();
        assertThat(there.replicas().getFirst().address()).isEqualTo(replica.address());
        Replication here = replica.node().call(Server.info()).replication();
        Replication.PrimaryLink link = here.primary().orElseThrow();
        assertThat(link.address()).isEqualTo(primary.address());
        assertThat(link.up()).isTrue();
        assertThat(link.downFor()).isEmpty();
        assertThat(link.firstSyncGoingOn()).isFalse();
        assertThat(link.lastHeard()).isPresent();
        assertThat(link.appliedOffset()).isPositive().isLessThanOrEqualTo(link.readOffset());
        assertThat(here.id()).isEqualTo(there.id());

        assertThat(replica.node().call(Server.role())).isInstanceOfSatisfying(Role.Replica.class, role -> {
            assertThat(role.primary()).isEqualTo(primary.address());
            assertThat(role.link()).isEqualTo("connected");
        });
        assertThat(primary.node().call(Server.role()))
                .isInstanceOfSatisfying(
                        Role.Primary.class,
                        role -> assertThat(role.followers().getFirst().address())
                                .isEqualTo(replica.address()));
    }

    @Test
    void everyNodeTellsTheSameShards() {
        for (Member member : cluster.members()) {
            List<ClusterShard> shards = member.node().call(Cluster.shards());
            assertThat(shards).hasSize(3);
            assertThat(shards.stream().mapToInt(each -> each.slots().size()).sum())
                    .isEqualTo(16384);
            assertThat(shards.stream().filter(each -> each.members().size() == 2))
                    .hasSize(1);
        }
        ClusterNode seen = replica.seenBy(primary);
        assertThat(seen.isReplica()).isTrue();
        assertThat(seen.primary()).contains(primary.id());
        assertThat(seen.linkUp()).isTrue();
        assertThat(seen.pongReceived()).isPositive();
        assertThat(seen.unknownFlags()).isEmpty();
    }

    @Test
    void whoAsksTheWrongNodeIsToldTheRightOne() {
        Refusal refusal =
                replica.node().ask(Command.raw("GET", keyOf(primary))).refusal().orElseThrow();
        assertThat(refusal.code()).isEqualTo(Refusal.Code.MOVED);
        assertThat(refusal.redirect().orElseThrow().to()).contains(primary.address());
    }

    @Test
    void aGracefulFailoverSwapsTheRoles() {
        assertThat(refusalOf(primary, Cluster.failover(Failover.GRACEFUL))).contains("to a replica");
        replica.node().call(Cluster.failover(Failover.GRACEFUL));
        eventually("the replica leads", PATIENCE, () -> replica.self().isPrimary());
        eventually("the old primary follows", PATIENCE, () -> primary.self().isReplica());
    }

    @ParameterizedTest
    @EnumSource(names = {"FORCE", "TAKEOVER"})
    void aReplicaLeadsWithoutItsDeadPrimary(Failover how) {
        primary.process().kill();
        eventually("the replica has noticed", PATIENCE, () -> !SmallCluster.inSync(replica));
        assertThat(replica.node()
                        .call(Server.info())
                        .replication()
                        .primary()
                        .orElseThrow()
                        .downFor())
                .isPresent();
        replica.node().call(Cluster.failover(how));
        eventually("the replica leads", PATIENCE, () -> replica.self().isPrimary());
        Member revived = cluster.revive(primary, primary.address().host());
        eventually("the old primary follows", PATIENCE, () -> revived.self().isReplica());
    }

    @Test
    void aNodeIsMetByAddressFollowsAndIsForgotten() {
        assertThat(refusalOf(primary, Cluster.meet(new Address("localhost", 6379), 16379)))
                .contains("Invalid node address");
        Member guest = cluster.join();
        assertThat(guest.self().slots().isEmpty()).isTrue();
        guest.node().call(Cluster.replicate(primary.id()));
        eventually("the guest follows", PATIENCE, () -> SmallCluster.inSync(guest));
        assertThat(refusalOf(guest, Cluster.forget(primary.id()))).contains("Can't forget my master");
        assertThat(refusalOf(guest, Cluster.forget(guest.id()))).contains("I can't forget myself");
        eventually(
                "everybody sees it follow",
                PATIENCE,
                () -> guest.seenBy(replica).isReplica());
        assertThat(refusalOf(guest, Cluster.replicate(replica.id()))).contains("only replicate a master");

        guest.process().kill();
        primary.node().call(Cluster.forget(guest.id()));
        if (capabilities().forgetSpreads()) {
            eventually(
                    "the others forget it too",
                    PATIENCE,
                    () -> cluster.members().stream()
                            .filter(each -> !each.equals(guest))
                            .allMatch(each -> each.node().call(Cluster.nodes()).size() == 4));
        } else {
            Eventually.pause(Duration.ofSeconds(2));
            assertThat(replica.node().call(Cluster.nodes())).hasSize(5);
        }
        cluster.leave(guest);
    }

    @Test
    void aNodeThatComesBackElsewhereIsFound() {
        Member moved = cluster.revive(primary, LoopbackAddresses.next());
        eventually(
                "everybody knows the new address",
                PATIENCE,
                () -> cluster.members().stream()
                        .allMatch(each -> moved.seenBy(each).address().equals(Optional.of(moved.address()))));
        if (!capabilities().replicaFollowsAddress()) {
            // Redis follows when the primary itself tells the new address, and does not when gossip was faster.
            replica.node().call(Cluster.replicate(primary.id()));
        }
        eventually(
                "the replica follows to the new address",
                PATIENCE,
                () -> upstreamOf(replica).equals(moved.address()) && SmallCluster.inSync(replica));
    }

    private static Address upstreamOf(Member replica) {
        return replica.node()
                .call(Server.info())
                .replication()
                .primary()
                .orElseThrow()
                .address();
    }

    private static String refusalOf(Member member, Command<?> command) {
        return member.node().ask(command).refusal().orElseThrow().line();
    }

    private Capabilities capabilities() {
        return Capabilities.of(replica.node().call(Server.info()).version());
    }

    private static String keyOf(Member member) {
        return SlotMovesContractTest.keyIn(
                member.self().slots().slots().findFirst().orElseThrow());
    }
}
