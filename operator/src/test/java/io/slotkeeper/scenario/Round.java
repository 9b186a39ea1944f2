package io.slotkeeper.scenario;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.slotkeeper.testkit.AtOnce;
import io.slotkeeper.testkit.Eventually;
import io.slotkeeper.testkit.Ledger;
import io.slotkeeper.testkit.ManagedCluster;
import io.slotkeeper.topology.HashSlot;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Something was done to a cluster under writers, and it got over that: how long it was done, when all was well again, what became of writes. */
record Round(Duration harm, Duration well, Ledger.Report report) {
    private static final Duration PATIENCE = Duration.ofMinutes(3);

    /** What was acknowledged so shortly before a fault need not have been sent, or be on a disk. */
    private static final Duration TAIL = Duration.ofSeconds(2);
    /** So long nobody waits once it is over: pods start, copies are made, elections are lost and held again. */
    private static final Duration LONGEST_STALL = Duration.ofSeconds(45);

    /** Does it, all at about the same time, waits until all is well, and judges. */
    static Round of(ManagedCluster cluster, Scene scene, List<Harm> harms) {
        cluster.awaitWell(PATIENCE);
        List<Runnable> deeds = new ArrayList<>();
        for (Harm harm : harms) {
            Runnable deed = harm.on(scene);
            Duration after = deeds.isEmpty() ? Duration.ZERO : scene.between(0, 3_000);
            deeds.add(() -> {
                Eventually.pause(after);
                deed.run();
            });
        }
        int shards = cluster.resource().getSpec().shardCount();
        try (Ledger ledger = cluster.nodes().startWriters(2 * shards)) {
            Eventually.eventually("the writers write", PATIENCE, () -> ledger.acknowledged() > 500);
            long start = System.nanoTime();
            AtOnce.run(deeds);
            long over = System.nanoTime();
            cluster.awaitWell(PATIENCE);
            Duration well = Duration.ofNanos(System.nanoTime() - start);
            // What the status says may be from before: an answer is of today.
            scene.operator().awaitLeading();
            scene.ask(cluster.nodes().primary(0).name());
            cluster.awaitReady(PATIENCE).awaitWell(PATIENCE);
            FormedCluster.assertShape(cluster);
            Ledger.Report report = ledger.settle();
            assertThat(report.stale()).isEmpty();
            if (harms.stream().allMatch(harm -> harm.harmless)) {
                assertThat(report.lost()).isEmpty();
            }
            assertThat(report.lost())
                    .allMatch(write -> write.acknowledgedAt() > start - TAIL.toNanos()
                            && write.acknowledgedAt() < over + TAIL.toNanos())
                    .noneMatch(write -> scene.isSpared(shardOf(write.key(), shards)));
            assertThat(report.longestStall()).isLessThan(LONGEST_STALL.plusNanos(over - start));
            return new Round(Duration.ofNanos(over - start), well, report);
        }
    }

    /** Writers stay away from the borders. */
    private static int shardOf(String key, int shards) {
        return HashSlot.of(key.getBytes(UTF_8)) * shards / HashSlot.COUNT;
    }
}
