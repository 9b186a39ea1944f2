package io.slotkeeper.scenario;

import io.slotkeeper.testkit.Engine;
import io.slotkeeper.testkit.Eventually;
import io.slotkeeper.testkit.ManagedCluster;
import io.slotkeeper.testkit.OperatorUnderTest;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The operator dies between any two lines of its work, and its successor goes on from what is. */
@Tag("kube")
class OperatorKilledTest {
    private static final int KILLS = Integer.getInteger("slotkeeper.kills", 3);
    private static final long SEED = Long.getLong("slotkeeper.seed", System.nanoTime());
    private static final Duration PATIENCE = Duration.ofMinutes(1);

    private final OperatorUnderTest operator = OperatorUnderTest.running();

    @Test
    @Timeout(value = 1, unit = TimeUnit.HOURS)
    void anOperatorThatIsKilledWhileItFormsAClusterIsSucceededByOneThatFinishesIt() {
        System.out.println("seed " + SEED + ": -Dslotkeeper.seed repeats the moments, as parts of a formation");
        Random random = new Random(SEED);
        List<Engine> engines = Engine.underTest();
        // Until it is Ready: the last thing before that is to put the short timeout back.
        int formation = Math.toIntExact(Formed.once(engines.getFirst(), 3, 1, cluster -> {})
                .applyToReady()
                .toMillis());
        System.out.println("a formation takes " + formation + " ms");
        for (int i = 0; i < KILLS; i++) {
            int moment = random.nextInt(formation);
            killAt(engines.get(i % engines.size()), Duration.ofMillis(moment));
        }
    }

    private void killAt(Engine engine, Duration moment) {
        operator.awaitLeading();
        try (ManagedCluster cluster = ManagedCluster.applied(
                Formed.spec(engine, 3, 1) + "failover: {nodeTimeoutMillis: 7000, requireFullCoverage: true}\n")) {
            Eventually.pause(moment.minusNanos(System.nanoTime() - cluster.appliedAt()));
            operator.kill();
            Formed formed = Formed.time(cluster);
            FormedCluster.assertShape(cluster);
            // The last thing of a formation is to put the short timeout back, which may come after all is well.
            cluster.await(
                    "every node has its own timeout",
                    PATIENCE,
                    () -> FormedCluster.settings(cluster, "cluster-node-timeout").stream()
                            .allMatch("7000"::equals));
            FormedCluster.assertSettings(cluster, Map.of("cluster-require-full-coverage", "yes"));
            Figures.operatorKilled(engine, moment, formed);
        }
    }
}
