package io.slotkeeper.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import io.slotkeeper.testkit.AtOnce;
import io.slotkeeper.testkit.Engine;
import io.slotkeeper.testkit.Eventually;
import io.slotkeeper.testkit.Ledger;
import io.slotkeeper.testkit.ManagedCluster;
import io.slotkeeper.testkit.OperatorUnderTest;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** An operator stands still for so long that another one takes its place, and wakes up in the middle of what it did. */
@Tag("kube")
class TwoOperatorsTest {
    private static final Duration PATIENCE = Duration.ofMinutes(2);
    /** Longer than the lease, and not so long that the kubelet ends it. */
    private static final Duration ASLEEP = Duration.ofSeconds(27);

    private final OperatorUnderTest operator = OperatorUnderTest.running();
    private final Engine engine = Engine.underTest().getFirst();

    @BeforeEach
    void startAnother() {
        operator.awaitLeading();
        operator.startAnother();
    }

    @AfterEach
    void endTheOther() {
        operator.endTheOther();
    }

    @Test
    void theSecondOneFormsTheClusterThatTheFirstOneHasBegun() {
        String first = operator.name();
        try (ManagedCluster cluster = ManagedCluster.applied(Formed.spec(engine, 3, 1))) {
            cluster.await(
                    "half of its pods run",
                    PATIENCE,
                    () -> cluster.pods().stream()
                                    .filter(pod -> pod.getStatus().getPodIP() != null)
                                    .count()
                            >= 3);
            operator.freeze(ASLEEP);
            cluster.awaitReady(PATIENCE).awaitWell(PATIENCE);
            assertThat(operator.name()).isNotEqualTo(first);
            FormedCluster.assertShape(cluster);
        }
    }

    @Test
    void theSecondOneSucceedsAPrimaryAndTheFirstOneChangesNothingWhenItWakesUp() {
        String first = operator.name();
        try (ManagedCluster cluster = ManagedCluster.applied(Formed.spec(engine, 3, 1))) {
            cluster.awaitReady(PATIENCE).awaitWell(PATIENCE);
            try (Ledger ledger = cluster.nodes().startWriters(6)) {
                Eventually.eventually("the writers write", PATIENCE, () -> ledger.acknowledged() > 500);
                long start = System.nanoTime();
                AtOnce.run(List.of(
                        () -> operator.freeze(ASLEEP),
                        () -> cluster.nodes().primary(0).killEngine()));
                long over = System.nanoTime();
                cluster.awaitReady(PATIENCE).awaitWell(PATIENCE);
                Ledger.Report report = ledger.settle();
                assertThat(report.stale()).isEmpty();
                assertThat(report.lost())
                        .as("what its replica may not have had yet")
                        .allMatch(write ->
                                write.acknowledgedAt() < over && write.acknowledgedAt() > start - 1_000_000_000L);
            }
            assertThat(operator.name()).isNotEqualTo(first);
            FormedCluster.assertShape(cluster);
        }
    }
}
