package io.slotkeeper.fence;

import static org.assertj.core.api.Assertions.assertThat;

import io.slotkeeper.engine.Acl;
import io.slotkeeper.engine.Cluster;
import io.slotkeeper.engine.Cluster.Failover;
import io.slotkeeper.engine.EngineNode;
import io.slotkeeper.engine.Server;
import io.slotkeeper.testkit.BulkData;
import io.slotkeeper.testkit.ClusterClient;
import io.slotkeeper.testkit.ClusterUnderTest;
import io.slotkeeper.testkit.Engine;
import io.slotkeeper.testkit.Eventually;
import io.slotkeeper.testkit.Ledger;
import io.slotkeeper.testkit.NodeProcess;
import io.slotkeeper.testkit.Results;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The fence on real engines, as processes: whatever dies, what a living copy holds is not lost. Every scenario has a data set
 * that must be whole afterwards, and writers during the fault, whose unreplicated tail may be lost but is counted.
 */
@Tag("engine")
class FenceTest {
    private static final List<String> NOTHING_ON_DISK = List.of();
    private static final List<String> SNAPSHOTS = List.of("save 3600 1");
    private static final List<String> APPEND_ONLY = List.of("appendonly yes", "shutdown-on-sigterm default");
    private static final BulkData DATA = new BulkData("bulk", 20_000, 100);
    private static final List<String> HEADING = List.of(
            "engine", "scenario", "keys before", "keys after", "seconds to well", "longest stall s", "acked", "lost");

    @TempDir
    private Path directory;

    @ParameterizedTest
    @EnumSource
    void aPrimaryKilledWithNothingOnDiskLosesNothing(Engine engine) {
        run("killed, nothing on disk", engine, NOTHING_ON_DISK, cluster -> {
            NodeProcess dead = cluster.primary(0);
            dead.killEngine();
            awaitRole(cluster, dead, false);
        });
    }

    @ParameterizedTest
    @EnumSource
    void aPrimaryKilledWithAnOldSnapshotLosesNothing(Engine engine) {
        try (ClusterUnderTest<NodeProcess> cluster = start(engine, SNAPSHOTS)) {
            new BulkData("old", 1_000, 100).load(cluster.client());
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
            run("killed, old snapshot", engine, cluster, () -> {
                NodeProcess dead = cluster.primary(0);
                dead.killEngine();
                awaitRole(cluster, dead, false);
            });
        }
    }

    @ParameterizedTest
    @EnumSource
    void aPrimaryKilledWithAppendOnlyFilesLosesNothing(Engine engine) {
        run("killed, append-only", engine, APPEND_ONLY, cluster -> {
            NodeProcess dead = cluster.primary(0);
            dead.killEngine();
            awaitRole(cluster, dead, false);
        });
    }

    @ParameterizedTest
    @EnumSource
    void aPrimaryKilledDuringItsReplicasFirstSyncLeads(Engine engine) {
        run("killed in the replica's first sync, append-only", engine, APPEND_ONLY, cluster -> {
            NodeProcess primary = cluster.primary(0);
            try (EngineNode node = cluster.connect(primary)) {
                // Microseconds for each key: the snapshot for the replica takes seconds.
                node.call(Server.configSet(Map.of("rdb-key-save-delay", "1000")));
                NodeProcess replica = cluster.replica(0);
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
    @EnumSource
    void aPrimaryKilledAfterItsReplicaWasCutOffForAMinuteLeads(Engine engine) {
        run("killed, replica cut off for a minute, append-only", engine, APPEND_ONLY, cluster -> {
            NodeProcess primary = cluster.primary(0);
            cutReplication(cluster, primary);
            LockSupport.parkNanos(Duration.ofSeconds(60).toNanos());
            primary.killEngine();
            awaitRole(cluster, primary, true);
        });
    }

    @ParameterizedTest
    @EnumSource
    void aPrimaryAndItsReplicaKilledAtOnceComeBackWithWhatTheDiskHolds(Engine engine) {
        run("primary and replica killed, append-only", engine, APPEND_ONLY, cluster -> {
            NodeProcess primary = cluster.primary(0);
            NodeProcess replica = cluster.replica(0);
            inParallel(primary::killEngine, replica::killEngine);
        });
    }

    @ParameterizedTest
    @EnumSource
    void sixNodesKilledAtOnceComeBackWithWhatTheirDisksHold(Engine engine) {
        run(
                "all six killed, append-only",
                engine,
                APPEND_ONLY,
                cluster -> inParallel(cluster.members().stream()
                        .<Runnable>map(node -> node::killEngine)
                        .toArray(Runnable[]::new)));
    }

    @ParameterizedTest
    @EnumSource
    void anEmptiedNodeAtTheSameAddressDoesNotEmptyItsReplica(Engine engine) {
        try (ClusterUnderTest<NodeProcess> cluster = start(engine, NOTHING_ON_DISK)) {
            ClusterClient client = cluster.client();
            DATA.load(client);
            NodeProcess primary = cluster.primary(0);
            NodeProcess replica = cluster.replica(0);
            long start = System.nanoTime();
            primary.powerOff();
            primary.emptyVolume();
            primary.powerOn();
            primary.awaitAnswering();
            // Longer than an engine needs to find the address again and fetch a first copy.
            LockSupport.parkNanos(Duration.ofSeconds(3).toNanos());
            // What the operator would do: the old primary is gone by every sign, its replica lives.
            try (EngineNode node = cluster.connect(replica)) {
                if (node.call(Server.info()).replication().isReplica()) {
                    node.call(Cluster.failover(Failover.FORCE));
                }
            }
            awaitRole(cluster, replica, true);
            assertThat(DATA.intact(client)).isEqualTo(DATA.keys());
            record("emptied volume, same address (failover 3 s later)", engine, DATA.keys(), start, "-", "-", "-");
        }
    }

    @ParameterizedTest
    @EnumSource
    void aPrimaryThatWasShutDownCleanlyServesAgainWithoutAFence(Engine engine) {
        run("SIGTERM and restart, nothing on disk but the last save", engine, NOTHING_ON_DISK, cluster -> {
            NodeProcess primary = cluster.primary(0);
            assertThat(primary.shutDown()).isZero();
            assertThat(primary.volume().resolve("clean-shutdown")).exists();
            primary.powerOn();
            primary.awaitAnswering();
            assertThat(primary.volume().resolve("clean-shutdown")).doesNotExist();
            assertThat(primary.log()).doesNotContain("this primary died");
        });
    }

    @ParameterizedTest
    @EnumSource
    void twoFencesInDifferentShardsElectBothReplicas(Engine engine) {
        run("two of three primaries killed, nothing on disk", engine, NOTHING_ON_DISK, cluster -> {
            NodeProcess first = cluster.primary(0);
            NodeProcess second = cluster.primary(1);
            inParallel(first::killEngine, second::killEngine);
            awaitRole(cluster, first, false);
            awaitRole(cluster, second, false);
        });
    }

    private void run(
            String scenario, Engine engine, List<String> settings, Consumer<ClusterUnderTest<NodeProcess>> fault) {
        try (ClusterUnderTest<NodeProcess> cluster = start(engine, settings)) {
            run(scenario, engine, cluster, () -> fault.accept(cluster));
        }
    }

    private static void run(String scenario, Engine engine, ClusterUnderTest<NodeProcess> cluster, Runnable fault) {
        try {
            ClusterClient client = cluster.client();
            DATA.load(client);
            Ledger ledger = cluster.startWriters(6);
            Eventually.eventually("the writers write", Duration.ofSeconds(5), () -> ledger.acknowledged() > 500);
            // The witness looks once a second.
            LockSupport.parkNanos(Duration.ofMillis(1500).toNanos());
            long start = System.nanoTime();
            fault.run();
            cluster.awaitWell();
            double seconds = seconds(start);
            Ledger.Report report = ledger.settle();
            int intact = DATA.intact(client);
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
        } catch (AssertionError | RuntimeException e) {
            cluster.members().forEach(node -> e.addSuppressed(new AssertionError(node + ":\n" + node.log())));
            throw e;
        }
    }

    private ClusterUnderTest<NodeProcess> start(Engine engine, List<String> settings) {
        return ClusterUnderTest.ofProcesses(engine, 3, 1, directory, settings);
    }

    /** The primary refuses its replicas from now on, as a broken network between the two would. */
    private static void cutReplication(ClusterUnderTest<NodeProcess> cluster, NodeProcess primary) {
        try (EngineNode node = cluster.connect(primary)) {
            node.call(Acl.setUser("slotkeeper-replication", List.of("off")));
            node.call("CLIENT", "KILL", "TYPE", "replica");
        }
    }

    private static void awaitRole(ClusterUnderTest<NodeProcess> cluster, NodeProcess node, boolean primary) {
        Eventually.eventually(
                node + " is " + (primary ? "a primary" : "a replica"),
                Duration.ofSeconds(40),
                () -> cluster.self(node)
                        .map(self -> self.isPrimary() == primary)
                        .orElse(false));
    }

    private static void inParallel(Runnable... actions) {
        List<Thread> threads =
                java.util.Arrays.stream(actions).map(Thread.ofVirtual()::start).toList();
        for (Thread thread : threads) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IllegalStateException("interrupted", e);
            }
        }
    }

    private static void record(
            String scenario, Engine engine, int intact, long start, String stall, Object acked, Object lost) {
        record(scenario, engine, intact, seconds(start), stall, acked, lost);
    }

    private static void record(
            String scenario, Engine engine, int intact, double seconds, String stall, Object acked, Object lost) {
        Results.add(
                "fence-processes",
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
