package io.slotkeeper.scenario;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.slotkeeper.testkit.AtOnce;
import io.slotkeeper.testkit.BulkData;
import io.slotkeeper.testkit.ClusterClient;
import io.slotkeeper.testkit.Engine;
import io.slotkeeper.testkit.Eventually;
import io.slotkeeper.testkit.Ledger;
import io.slotkeeper.testkit.ManagedCluster;
import io.slotkeeper.topology.HashSlot;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Things go wrong on real pods, at random, one or two at a time, under writers that keep a ledger; after each the cluster has to be whole
 * again. A seed decides on the shape of a cluster and on what happens to it; the next one is taken when it is through.
 */
@Tag("kube")
class ChaosTest {
    private static final Duration PATIENCE = Duration.ofMinutes(3);
    private static final long SEED = Long.getLong("slotkeeper.chaos.seed", 1);
    private static final Duration TIME = Duration.ofMinutes(Long.getLong("slotkeeper.chaos.minutes", 2));
    /** Other things happen to each engine. */
    private static final long SEEDS_OF_AN_ENGINE = 1_000;

    private static final int ROUNDS = 6;
    private static final BulkData DATA = new BulkData("bulk", 20_000, 100);

    /** What was acknowledged so shortly before a fault need not have been sent, or be on a disk. */
    private static final Duration TAIL = Duration.ofSeconds(2);
    /** So long nobody waits once it is over: pods start, copies are made, elections are lost and held again. */
    private static final Duration LONGEST_STALL = Duration.ofSeconds(45);

    private enum Shape {
        USUAL(3, 1, true),
        CACHE(3, 1, false),
        TWO_REPLICAS(3, 2, true),
        TWO_SHARDS(2, 1, true),
        ONE_SHARD(1, 2, true);

        private final int shards;
        private final int replicas;
        private final boolean volumes;

        Shape(int shards, int replicas, boolean volumes) {
            this.shards = shards;
            this.replicas = replicas;
            this.volumes = volumes;
        }

        String spec(Engine engine) {
            // Two copies on one machine would be lost with it.
            return Formed.spec(engine, shards, replicas)
                    + (volumes ? "storage: {size: 1Gi}\n" : "placement: {nodes: Required}\n");
        }

        @Override
        public String toString() {
            return shards + " × " + replicas + (volumes ? "" : " without volumes");
        }
    }

    @ParameterizedTest
    @MethodSource("io.slotkeeper.testkit.Engine#underTest")
    void theClusterGetsOverWhateverHappens(Engine engine) {
        long end = System.nanoTime() + TIME.toNanos() / Engine.underTest().size();
        long first = SEED + SEEDS_OF_AN_ENGINE * Engine.underTest().indexOf(engine);
        for (long seed = first; seed == first || System.nanoTime() < end; seed++) {
            tell(engine, seed, end);
        }
    }

    private static void tell(Engine engine, long seed, long end) {
        Random dice = new Random(seed);
        Shape shape = Shape.values()[dice.nextInt(Shape.values().length)];
        try (ManagedCluster cluster = ManagedCluster.applied(shape.spec(engine)).awaitReady(PATIENCE);
                ClusterClient client = cluster.nodes().client()) {
            DATA.load(client);
            for (int round = 1; round <= ROUNDS && (round == 1 || System.nanoTime() < end); round++) {
                List<Harm> harms = Harm.some(dice, shape.shards, shape.volumes);
                String title = seed + "." + round;
                System.out.println("chaos " + title + ", " + engine + ", " + shape + ": " + harms);
                try {
                    round(engine, shape, title, cluster, client, dice, harms);
                } catch (AssertionError | RuntimeException e) {
                    throw new AssertionError(
                            "round " + title + ", " + harms + " to " + engine + ", " + shape
                                    + "; the same again: make chaos ENGINES=" + engine + " SEED=" + seed + "\n" + cluster.diagnosis(),
                            e);
                }
            }
        }
    }

    private static void round(
            Engine engine,
            Shape shape,
            String title,
            ManagedCluster cluster,
            ClusterClient client,
            Random dice,
            List<Harm> harms) {
        cluster.awaitWell(PATIENCE);
        Scene scene = new Scene(cluster, dice);
        List<Runnable> deeds = new ArrayList<>();
        for (Harm harm : harms) {
            Runnable deed = harm.on(scene);
            Duration after = deeds.isEmpty() ? Duration.ZERO : scene.between(0, 3_000);
            deeds.add(() -> {
                Eventually.pause(after);
                deed.run();
            });
        }
        try (Ledger ledger = cluster.nodes().startWriters(2 * shape.shards)) {
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
            Figures.chaos(engine, shape, title, harms, Duration.ofNanos(over - start), well, report);
            assertThat(DATA.intact(client)).isEqualTo(DATA.keys());
            assertThat(report.stale()).isEmpty();
            if (harms.stream().allMatch(harm -> harm.harmless)) {
                assertThat(report.lost()).isEmpty();
            }
            assertThat(report.lost())
                    .allMatch(write -> write.acknowledgedAt() > start - TAIL.toNanos()
                            && write.acknowledgedAt() < over + TAIL.toNanos())
                    .noneMatch(write -> scene.isSpared(shardOf(write.key(), shape.shards)));
            assertThat(report.longestStall()).isLessThan(LONGEST_STALL.plusNanos(over - start));
        }
    }

    /** Writers stay away from the borders. */
    private static int shardOf(String key, int shards) {
        return HashSlot.of(key.getBytes(UTF_8)) * shards / HashSlot.COUNT;
    }
}
