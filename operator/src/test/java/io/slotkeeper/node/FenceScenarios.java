package io.slotkeeper.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.slotkeeper.engine.Acl;
import io.slotkeeper.engine.Cluster;
import io.slotkeeper.engine.Cluster.Failover;
import io.slotkeeper.engine.EngineException;
import io.slotkeeper.engine.EngineNode;
import io.slotkeeper.engine.Replication;
import io.slotkeeper.engine.Server;
import io.slotkeeper.engine.ServerInfo;
import io.slotkeeper.testkit.AtOnce;
import io.slotkeeper.testkit.BulkData;
import io.slotkeeper.testkit.ClusterClient;
import io.slotkeeper.testkit.ClusterUnderTest;
import io.slotkeeper.testkit.Engine;
import io.slotkeeper.testkit.Eventually;
import io.slotkeeper.testkit.Ledger;
import io.slotkeeper.testkit.Member;
import io.slotkeeper.testkit.Results;
import io.slotkeeper.topology.NodeId;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What the fence promises, on real engines: whatever dies, what a living copy holds is not lost. Every scenario has a data set
 * that must be whole afterwards, and writers during the fault, whose unreplicated tail may be lost but is counted.
 */
abstract class FenceScenarios<M extends Member> {
    private static final List<String> NOTHING_ON_DISK = List.of();
    private static final List<String> SNAPSHOTS = List.of("save 3600 1");
    private static final List<String> APPEND_ONLY = List.of("appendonly yes", "shutdown-on-sigterm default");

    /** By default an engine confirms writes before they are in the file, for as long as those of the last second are being synced. */
    private static final List<String> EVERY_WRITE_ON_DISK =
            List.of("appendonly yes", "appendfsync always", "shutdown-on-sigterm default");

    private static final BulkData DATA = new BulkData("bulk", 20_000, 100);
    private static final List<String> HEADING = List.of(
            "engine", "scenario", "keys before", "keys after", "seconds to well", "longest stall s", "acked", "lost");

    /** How long a replica is cut off in the scenario that has one cut off: a minute in the full run. */
    private static final Duration CUT = Duration.ofSeconds(Integer.getInteger("slotkeeper.cut.seconds", 10));

    /** What a replica in sync may not have received yet: milliseconds, but a busy machine may stand still for a while. */
    private static final Duration TAIL = Duration.ofSeconds(2);

    /** Starts a cluster of three shards with a replica each. */
    abstract ClusterUnderTest<M> start(Engine engine, List<String> settings);

    /** Where the figures go. */
    abstract String table();

    @ParameterizedTest
    @MethodSource("io.slotkeeper.testkit.Engine#underTest")
    void aPrimaryKilledWithNothingOnDiskLosesAtMostItsLastMoment(Engine engine) {
        run("killed, nothing on disk", engine, NOTHING_ON_DISK, this::killAPrimary);
    }

    @ParameterizedTest
    @MethodSource("io.slotkeeper.testkit.Engine#underTest")
    void aPrimaryKilledWithAnOldSnapshotLosesAtMostItsLastMoment(Engine engine) {
        try (ClusterUnderTest<M> cluster = start(engine, SNAPSHOTS)) {
            load(cluster, new BulkData("old", 1_000, 100));
            try (EngineNode node = cluster.connect(cluster.primary(0))) {
                node.call(Server.backgroundSave());
                Eventually.eventually(
                        "the snapshot is written",
                        Duration.ofSeconds(10),
                        () -> node.call(Server.info())
                                .field("rdb_bgsave_in_progress")
                                .orElse("")
                                .equals("0"));
            }
            run("killed, old snapshot", engine, cluster, () -> killAPrimary(cluster));
        }
    }

    @ParameterizedTest
    @MethodSource("io.slotkeeper.testkit.Engine#underTest")
    void aPrimaryKilledWithAppendOnlyFilesLosesAtMostItsLastMoment(Engine engine) {
        run("killed, append-only", engine, APPEND_ONLY, this::killAPrimary);
    }

    @ParameterizedTest
    @MethodSource("io.slotkeeper.testkit.Engine#underTest")
    void aPrimaryKilledDuringItsReplicasFirstSyncLeads(Engine engine) {
        runWithoutAnyLoss("killed in the replica's first sync, append-only", engine, EVERY_WRITE_ON_DISK, cluster -> {
            M primary = cluster.primary(0);
            try (EngineNode node = cluster.connect(primary)) {
                // Microseconds for each key: the snapshot for the replica takes seconds.
                node.call(Server.configSet(Map.of("rdb-key-save-delay", "1000")));
                M replica = cluster.replica(0);
                replica.killEngine();
                Eventually.eventually(
                        "the first sync goes on",
                        Duration.ofSeconds(15),
                        () -> node.call(Server.info()).replication().replicas().stream()
                                .anyMatch(link -> !link.isOnline()));
            }
            primary.killEngine();
            awaitRole(cluster, primary, true);
        });
    }

    @ParameterizedTest
    @MethodSource("io.slotkeeper.testkit.Engine#underTest")
    void aPrimaryKilledWhileItsReplicaLoadsItsFirstCopyLeads(Engine engine) {
        runWithoutAnyLoss(
                "killed while the replica loads its first copy, append-only", engine, EVERY_WRITE_ON_DISK, cluster -> {
                    M primary = cluster.primary(0);
                    M replica = cluster.replica(0);
                    try (EngineNode node = cluster.connect(primary)) {
                        node.call(Server.configSet(Map.of("rdb-key-save-delay", "300")));
                    }
                    replica.killEngine();
                    // The engine calls a replica online when it has sent the copy, however long the loading takes.
                    Eventually.eventually(
                            "the replica loads its first copy, slowly",
                            Duration.ofSeconds(20),
                            () -> slowed(cluster, replica) && isLoadingACopy(cluster, replica));
                    Eventually.pause(Duration.ofMillis(1500));
                    primary.killEngine();
                    awaitRole(cluster, primary, true);
                });
    }

    private boolean slowed(ClusterUnderTest<M> cluster, M replica) {
        try (EngineNode node = cluster.connect(replica)) {
            // It would not answer anybody for the first two megabytes otherwise.
            return node.ask(Server.configSet(
                                    Map.of("key-load-delay", "300", "loading-process-events-interval-bytes", "1024")))
                            .answer()
                            .isPresent()
                    || node.call(Server.info()).loading();
        } catch (EngineException notYet) {
            return false;
        }
    }

    private boolean isLoadingACopy(ClusterUnderTest<M> cluster, M replica) {
        try (EngineNode node = cluster.connect(replica)) {
            ServerInfo info = node.call(Server.info());
            return info.loading()
                    && info.replication()
                            .primary()
                            .map(Replication.PrimaryLink::firstSyncGoingOn)
                            .orElse(false);
        } catch (EngineException notYet) {
            return false;
        }
    }

    @ParameterizedTest
    @MethodSource("io.slotkeeper.testkit.Engine#underTest")
    void aPrimaryKilledLongAfterItsReplicaWasCutOffLeads(Engine engine) {
        runWithoutAnyLoss(
                "killed, replica cut off for " + CUT.toSeconds() + " s, append-only",
                engine,
                EVERY_WRITE_ON_DISK,
                cluster -> {
                    M primary = cluster.primary(0);
                    cutReplication(cluster, primary);
                    Eventually.pause(CUT);
                    primary.killEngine();
                    awaitRole(cluster, primary, true);
                });
    }

    @ParameterizedTest
    @MethodSource("io.slotkeeper.testkit.Engine#underTest")
    void aPrimaryAndItsReplicaKilledAtOnceComeBackWithWhatTheDiskHolds(Engine engine) {
        runWithoutAnyLoss("primary and replica killed, append-only", engine, EVERY_WRITE_ON_DISK, cluster -> {
            M primary = cluster.primary(0);
            M replica = cluster.replica(0);
            killTogether(cluster, List.of(primary, replica));
        });
    }

    @ParameterizedTest
    @MethodSource("io.slotkeeper.testkit.Engine#underTest")
    void sixNodesKilledAtOnceComeBackWithWhatTheirDisksHold(Engine engine) {
        runWithoutAnyLoss(
                "all six killed, append-only",
                engine,
                EVERY_WRITE_ON_DISK,
                cluster -> killTogether(cluster, cluster.members()));
    }

    @ParameterizedTest
    @MethodSource("io.slotkeeper.testkit.Engine#underTest")
    void anEmptiedNodeAtTheSameAddressDoesNotEmptyItsReplica(Engine engine) {
        run("emptied volume, same address (failover 3 s later)", engine, NOTHING_ON_DISK, cluster -> {
            M primary = cluster.primary(0);
            M replica = cluster.replica(0);
            NodeId former = cluster.self(primary).orElseThrow().id();
            primary.killAndEmpty();
            // Longer than an engine needs to find the address again and fetch a first copy.
            Eventually.pause(Duration.ofSeconds(3));
            // What the operator would do: the old primary is gone by every sign, its replica lives.
            try (EngineNode node = cluster.connect(replica)) {
                if (node.call(Server.info()).replication().isReplica()) {
                    node.call(Cluster.failover(Failover.FORCE));
                }
            }
            awaitRole(cluster, replica, true);
            cluster.takeBack(primary, former, replica);
        });
    }

    @ParameterizedTest
    @MethodSource("io.slotkeeper.testkit.Engine#underTest")
    void aPrimaryThatWasShutDownCleanlyServesAgainWithoutAFence(Engine engine) {
        runWithoutAnyLoss(
                "SIGTERM and restart, nothing on disk but the last save", engine, NOTHING_ON_DISK, cluster -> {
                    M primary = cluster.primary(0);
                    primary.restartCleanly();
                    assertThat(primary.hasFile("clean-shutdown")).isFalse();
                    assertThat(primary.log()).doesNotContain("this primary died");
                });
    }

    @ParameterizedTest
    @MethodSource("io.slotkeeper.testkit.Engine#underTest")
    void twoFencesInDifferentShardsElectBothReplicasAndLoseAtMostTheirLastMoment(Engine engine) {
        run("two of three primaries killed, nothing on disk", engine, NOTHING_ON_DISK, cluster -> {
            M first = cluster.primary(0);
            M second = cluster.primary(1);
            killTogether(cluster, List.of(first, second));
            awaitRole(cluster, first, false);
            awaitRole(cluster, second, false);
        });
    }

    /** Where a replica comes to lead, what it had not received yet is lost, and is counted; what is older is not. */
    private void run(String scenario, Engine engine, List<String> settings, Consumer<ClusterUnderTest<M>> fault) {
        try (ClusterUnderTest<M> cluster = start(engine, settings)) {
            run(scenario, engine, cluster, () -> fault.accept(cluster));
        }
    }

    /** Where the disk leads, and holds every write, no acknowledged write may be lost. */
    private void runWithoutAnyLoss(
            String scenario, Engine engine, List<String> settings, Consumer<ClusterUnderTest<M>> fault) {
        try (ClusterUnderTest<M> cluster = start(engine, settings)) {
            Ledger.Report report = run(scenario, engine, cluster, () -> fault.accept(cluster));
            assertThat(report.lost()).isEmpty();
        }
    }

    private Ledger.Report run(String scenario, Engine engine, ClusterUnderTest<M> cluster, Runnable fault) {
        try (Ledger ledger = loaded(cluster).startWriters(6)) {
            Eventually.eventually("the writers write", Duration.ofSeconds(30), () -> ledger.acknowledged() > 500);
            // A replica confirms what it has once a second, and the witness looks once a second.
            Eventually.pause(Duration.ofMillis(2500));
            long start = System.nanoTime();
            fault.run();
            long over = System.nanoTime();
            cluster.awaitWell();
            double seconds = seconds(start);
            Ledger.Report report = ledger.settle();
            int intact = intact(cluster);
            record(
                    scenario,
                    engine,
                    intact,
                    seconds,
                    String.format(Locale.ROOT, "%.2f", report.longestStall().toMillis() / 1000.0),
                    report.acknowledged(),
                    report.lost().size());
            assertThat(intact).as("values of the data set that are there").isEqualTo(DATA.keys());
            assertThat(report.stale()).isEmpty();
            assertThat(report.lost())
                    .as(
                            "writes that were lost although every replica had had the time to fetch them, or after the fault")
                    .noneMatch(
                            write -> write.acknowledgedAt() < start - TAIL.toNanos() || write.acknowledgedAt() > over);
            return report;
        } catch (AssertionError | RuntimeException e) {
            cluster.members().forEach(node -> e.addSuppressed(new AssertionError(node + ":\n" + node.log())));
            throw e;
        }
    }

    /** The primary refuses its replicas from now on, as a broken network between the two would. */
    private void cutReplication(ClusterUnderTest<M> cluster, M primary) {
        try (EngineNode node = cluster.connect(primary)) {
            node.call(Acl.setUser("slotkeeper-replication", List.of("off")));
            node.call("CLIENT", "KILL", "TYPE", "replica");
        }
    }

    /** Kills one, and waits until its replica leads. */
    private void killAPrimary(ClusterUnderTest<M> cluster) {
        M dead = cluster.primary(0);
        dead.killEngine();
        awaitRole(cluster, dead, false);
    }

    /** Kills all these engines at the same time, and returns when each of them has been started again. */
    private void killTogether(ClusterUnderTest<M> cluster, List<M> doomed) {
        Map<M, String> lives = doomed.stream()
                .collect(Collectors.toMap(
                        node -> node, node -> cluster.life(node).orElseThrow()));
        AtOnce.run(doomed.stream().<Runnable>map(node -> node::killEngine).toList());
        lives.forEach((node, life) -> Eventually.eventually(
                node + " lives another life",
                Duration.ofSeconds(40),
                () -> cluster.life(node).filter(today -> !today.equals(life)).isPresent()));
    }

    private void awaitRole(ClusterUnderTest<M> cluster, M node, boolean primary) {
        Eventually.eventually(
                node + " is " + (primary ? "a primary" : "a replica"),
                Duration.ofSeconds(40),
                () -> cluster.self(node)
                        .map(self -> self.isPrimary() == primary)
                        .orElse(false));
    }

    private ClusterUnderTest<M> loaded(ClusterUnderTest<M> cluster) {
        load(cluster, DATA);
        return cluster;
    }

    private void load(ClusterUnderTest<M> cluster, BulkData data) {
        try (ClusterClient client = cluster.client()) {
            data.load(client);
        }
    }

    private int intact(ClusterUnderTest<M> cluster) {
        try (ClusterClient client = cluster.client()) {
            return DATA.intact(client);
        }
    }

    private void record(
            String scenario, Engine engine, int intact, double seconds, String stall, long acked, int lost) {
        Results.add(
                table(),
                HEADING,
                List.of(
                        engine,
                        scenario,
                        DATA.keys(),
                        intact,
                        String.format(Locale.ROOT, "%.2f", seconds),
                        stall,
                        acked,
                        lost));
    }

    private static double seconds(long start) {
        return (System.nanoTime() - start) / 1e9;
    }
}
