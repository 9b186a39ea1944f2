package io.slotkeeper.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import io.slotkeeper.api.RedisClusterStatus;
import io.slotkeeper.testkit.Engine;
import io.slotkeeper.testkit.Eventually;
import io.slotkeeper.testkit.Ledger;
import io.slotkeeper.testkit.ManagedCluster;
import io.slotkeeper.testkit.Shows;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A user has another pod serve its shard, by annotation. */
@Tag("kube")
class AskedFailoverTest {
    private static final String ANNOTATION = "slotkeeper.io/failover";
    private static final Duration PATIENCE = Duration.ofMinutes(1);
    private static final int TIMES = Integer.getInteger("slotkeeper.failovers", 3);

    @ParameterizedTest
    @MethodSource("io.slotkeeper.testkit.Engine#underTest")
    @Shows({"status.failover.asked", "status.failover.outcome", "status.failover.message"})
    void noWriteIsLostAndNoneFails(Engine engine) {
        try (ManagedCluster cluster = ManagedCluster.applied(Formed.spec(engine, 3, 1))) {
            cluster.awaitReady(PATIENCE);
            List<Duration> stalls = new ArrayList<>();
            List<Duration> done = new ArrayList<>();
            int acknowledged = 0;
            for (int time = 0; time < TIMES; time++) {
                cluster.awaitWell(PATIENCE);
                try (Ledger ledger = cluster.nodes().startWriters(6)) {
                    Eventually.eventually("the writers write", PATIENCE, () -> ledger.acknowledged() > 500);
                    String replica = cluster.nodes().replica(time % 3).name();
                    long start = System.nanoTime();
                    cluster.annotate(ANNOTATION, replica);
                    RedisClusterStatus.Failover said = answer(cluster, replica);
                    done.add(Duration.ofNanos(System.nanoTime() - start));
                    assertThat(said.outcome()).as(said.message()).isEqualTo("Done");
                    assertThat(cluster.nodes().primary(time % 3).name()).isEqualTo(replica);
                    Ledger.Report report = ledger.settle();
                    assertThat(report.lost()).isEmpty();
                    assertThat(report.stale()).isEmpty();
                    assertThat(report.failures()).isEmpty();
                    stalls.add(report.longestStall());
                    acknowledged += report.acknowledged();
                }
            }
            cluster.awaitReady(PATIENCE);
            FormedCluster.assertShape(cluster);
            Figures.failoversAskedFor(engine, stalls, done, acknowledged);
        }
    }

    @Test
    void whatCannotBeDoneIsRefusedWithASentenceAndNothingHappens() {
        try (ManagedCluster cluster =
                ManagedCluster.applied(Formed.spec(Engine.underTest().getFirst(), 3, 1))) {
            cluster.awaitReady(PATIENCE);
            String primary = cluster.nodes().primary(0).name();
            cluster.annotate(ANNOTATION, "cart-9-9");
            assertThat(answer(cluster, "cart-9-9"))
                    .extracting(RedisClusterStatus.Failover::outcome, RedisClusterStatus.Failover::message)
                    .containsExactly(
                            "Refused",
                            "there is no pod cart-9-9 in this cluster. Nothing was done; to ask again, write another value, such as the pod's name with #2 behind it");
            cluster.annotate(ANNOTATION, primary);
            assertThat(answer(cluster, primary).message()).isEqualTo(primary + " serves shard 0");
            cluster.annotate(ANNOTATION, null);
            cluster.await(
                    "the answer goes with the annotation",
                    PATIENCE,
                    () -> cluster.status().failover() == null);
            assertThat(cluster.nodes().primary(0).name()).isEqualTo(primary);
            assertThat(cluster.isReady()).isTrue();
        }
    }

    private static RedisClusterStatus.Failover answer(ManagedCluster cluster, String pod) {
        cluster.await(
                "the failover to " + pod + " is answered",
                PATIENCE,
                () -> cluster.status().failover() != null
                        && cluster.status().failover().asked().equals(pod));
        return Objects.requireNonNull(cluster.status().failover());
    }
}
