package io.slotkeeper.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import io.slotkeeper.testkit.ClusterUnderTest;
import io.slotkeeper.testkit.EmbeddedKubernetes;
import io.slotkeeper.testkit.Engine;
import io.slotkeeper.testkit.Eventually;
import io.slotkeeper.testkit.Ledger;
import io.slotkeeper.testkit.ManagedCluster;
import io.slotkeeper.testkit.PodNode;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The API server does not answer for a minute and a half, longer than the operator's lease lasts, and primaries die meanwhile. */
@Tag("kube")
class ApiServerAwayTest {
    private static final Duration PATIENCE = Duration.ofMinutes(1);
    private static final Duration AWAY = Duration.ofSeconds(90);
    /** A lease lasts for twenty seconds. */
    private static final Duration LEASE_IS_OVER = Duration.ofSeconds(25);
    /** A node timeout, the election, and one that is held again. */
    private static final Duration LONGEST_ELECTION = Duration.ofSeconds(40);
    /** What is on its way to a replica that is in sync. */
    private static final Duration A_MOMENT = Duration.ofSeconds(1);

    @ParameterizedTest
    @MethodSource("io.slotkeeper.testkit.Engine#underTest")
    void theEnginesElectAndTheOperatorFindsItsWayBack(Engine engine) {
        try (ManagedCluster cluster = ManagedCluster.applied(Formed.spec(engine, 3, 1))) {
            cluster.awaitReady(PATIENCE).awaitWell(PATIENCE);
            ClusterUnderTest<PodNode> nodes = cluster.nodes();
            try (Ledger ledger = nodes.startWriters(6)) {
                Eventually.eventually("the writers write", PATIENCE, () -> ledger.acknowledged() > 500);
                CompletableFuture<Void> away = CompletableFuture.runAsync(
                        () -> EmbeddedKubernetes.running().freezeApiServer(AWAY));
                Eventually.pause(LEASE_IS_OVER);
                long start = System.nanoTime();
                nodes.primary(0).killEngine();
                long killed = System.nanoTime();
                nodes.awaitWell(PATIENCE);
                assertThat(away).isNotDone();
                away.join();
                cluster.awaitReady(PATIENCE).awaitWell(PATIENCE);
                FormedCluster.assertShape(cluster);
                Ledger.Report report = ledger.settle();
                assertThat(report.stale()).isEmpty();
                assertThat(report.lost())
                        .allMatch(write ->
                                write.acknowledgedAt() > start - A_MOMENT.toNanos() && write.acknowledgedAt() < killed);
                assertThat(report.longestStall()).isLessThan(LONGEST_ELECTION);
                Figures.apiServerAway(engine, AWAY, report);
            }
        }
    }
}
