package io.slotkeeper.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import io.slotkeeper.testkit.AtOnce;
import io.slotkeeper.testkit.BulkData;
import io.slotkeeper.testkit.ClusterClient;
import io.slotkeeper.testkit.Engine;
import io.slotkeeper.testkit.Eventually;
import io.slotkeeper.testkit.Ledger;
import io.slotkeeper.testkit.ManagedCluster;
import io.slotkeeper.testkit.PodNode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Pods go, one after the other or all at once, and come back with other addresses. */
@Tag("kube")
class PodsDeletedTest {
    private static final Duration PATIENCE = Duration.ofMinutes(1);
    private static final Duration GRACE = Duration.ofSeconds(30);
    /** The append-only file is written out once a second. */
    private static final Duration A_MOMENT = Duration.ofSeconds(2);

    private static final int TIMES = Integer.getInteger("slotkeeper.times", 1);
    private static final String STORAGE = "storage: {size: 1Gi}\n";

    @ParameterizedTest
    @MethodSource("io.slotkeeper.testkit.Engine#underTest")
    void everyPodMayBeDeletedOnceWithoutALostWrite(Engine engine) {
        eachOnce(engine, STORAGE);
    }

    @ParameterizedTest
    @MethodSource("io.slotkeeper.testkit.Engine#underTest")
    void theSameHoldsWithoutVolumesAsLongAsAReplicaLives(Engine engine) {
        eachOnce(engine, "");
    }

    @ParameterizedTest
    @MethodSource("io.slotkeeper.testkit.Engine#underTest")
    void allPodsMayBeDeletedAtOnceWhenThereAreVolumes(Engine engine) {
        try (ManagedCluster cluster = ManagedCluster.applied(Formed.spec(engine, 3, 1) + STORAGE);
                ClusterClient client = ready(cluster)) {
            BulkData data = new BulkData("bulk", 20_000, 100);
            data.load(client);
            var ids = FormedCluster.ids(cluster);
            List<PodNode> members = cluster.members();
            for (int time = 0; time < TIMES; time++) {
                allAtOnce(engine, cluster, members);
                assertThat(FormedCluster.ids(cluster)).isEqualTo(ids);
                FormedCluster.assertShape(cluster);
                assertThat(data.intact(client)).isEqualTo(data.keys());
            }
        }
    }

    /** Every address is another one then, which only the operator can tell those who look for each other. */
    private static void allAtOnce(Engine engine, ManagedCluster cluster, List<PodNode> members) {
        List<String> uids = members.stream().map(PodNode::uid).toList();
        List<String> addresses = members.stream().map(PodNode::address).toList();
        try (Ledger ledger = cluster.nodes().startWriters(6)) {
            Eventually.eventually("the writers write", PATIENCE, () -> ledger.acknowledged() > 500);
            long start = System.nanoTime();
            AtOnce.run(members.stream()
                    .<Runnable>map(member -> () -> member.delete(Duration.ZERO))
                    .toList());
            for (int i = 0; i < uids.size(); i++) {
                members.get(i).awaitReplaced(uids.get(i));
            }
            cluster.awaitWell(PATIENCE);
            long well = System.nanoTime();
            long lastStart = cluster.lastContainerStartAt();
            Duration ready = readyAgain(cluster, start);
            Ledger.Report report = ledger.settle();
            assertThat(report.stale()).isEmpty();
            assertThat(report.lost())
                    .as("what had not been on a disk for a second")
                    .allMatch(write -> write.acknowledgedAt() > start - A_MOMENT.toNanos());
            assertThat(members).extracting(PodNode::address).doesNotContainAnyElementsOf(addresses);
            Figures.allPodsDeleted(
                    engine, report, Duration.ofNanos(well - lastStart), Duration.ofNanos(well - start), ready);
        }
    }

    private static void eachOnce(Engine engine, String storage) {
        try (ManagedCluster cluster = ManagedCluster.applied(Formed.spec(engine, 3, 1) + storage);
                ClusterClient client = ready(cluster)) {
            BulkData data = new BulkData("bulk", 20_000, 100);
            data.load(client);
            try (Ledger ledger = cluster.nodes().startWriters(6)) {
                Eventually.eventually("the writers write", PATIENCE, () -> ledger.acknowledged() > 500);
                List<Duration> well = new ArrayList<>();
                List<Duration> ready = new ArrayList<>();
                for (PodNode member : cluster.members()) {
                    String uid = member.uid();
                    long start = System.nanoTime();
                    member.delete(GRACE);
                    member.awaitReplaced(uid);
                    well.add(wellAgain(cluster, start));
                    ready.add(readyAgain(cluster, start));
                }
                Ledger.Report report = ledger.settle();
                FormedCluster.assertShape(cluster);
                assertThat(data.intact(client)).isEqualTo(data.keys());
                assertThat(report.lost()).isEmpty();
                assertThat(report.stale()).isEmpty();
                Figures.podsDeletedOneByOne(engine, !storage.isEmpty(), well, ready, report);
            }
        }
    }

    private static ClusterClient ready(ManagedCluster cluster) {
        cluster.awaitReady(PATIENCE);
        return cluster.nodes().client();
    }

    private static Duration wellAgain(ManagedCluster cluster, long since) {
        cluster.awaitWell(PATIENCE);
        return Duration.ofNanos(System.nanoTime() - since);
    }

    private static Duration readyAgain(ManagedCluster cluster, long since) {
        cluster.await(
                "the cluster and each of its pods are ready again",
                PATIENCE,
                () -> cluster.isReady() && cluster.members().stream().allMatch(PodNode::isReady));
        return Duration.ofNanos(System.nanoTime() - since);
    }
}
