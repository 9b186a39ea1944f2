package io.slotkeeper.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import io.slotkeeper.testkit.BulkData;
import io.slotkeeper.testkit.ClusterClient;
import io.slotkeeper.testkit.Engine;
import io.slotkeeper.testkit.ManagedCluster;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Things go wrong on real pods, at random, one or two at a time, under writers that keep a ledger; after each the cluster has to be whole
 * again. A seed decides on the shape of a cluster and on what happens to it; the next one is taken when it is through.
 */
@Tag("kube")
@Timeout(value = 3, unit = TimeUnit.HOURS)
class ChaosTest {
    private static final Duration PATIENCE = Duration.ofMinutes(3);
    private static final long SEED = Long.getLong("slotkeeper.chaos.seed", 1);
    private static final Duration TIME = Duration.ofMinutes(Long.getLong("slotkeeper.chaos.minutes", 2));
    /** Other things happen to each engine. */
    private static final long SEEDS_OF_AN_ENGINE = 1_000;

    private static final int ROUNDS = 6;

    /** Two copies on one machine are lost with it, and cannot be evicted one after the other if they cannot leave it. */
    static final String APART = "placement: {nodes: Required}\n";

    private static final BulkData DATA = new BulkData("bulk", 20_000, 100);

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
            return Formed.spec(engine, shards, replicas) + APART + (volumes ? "storage: {size: 1Gi}\n" : "");
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
        try (ManagedCluster cluster = ManagedCluster.applied(shape.spec(engine))) {
            cluster.awaitReady(PATIENCE);
            try (ClusterClient client = cluster.nodes().client()) {
                DATA.load(client);
                for (int round = 1; round <= ROUNDS && (round == 1 || System.nanoTime() < end); round++) {
                    List<Harm> harms = Harm.some(dice, shape.shards, shape.volumes);
                    round(engine, seed, round, shape, cluster, client, harms, new Scene(cluster, dice, false));
                }
            }
        }
    }

    private static void round(
            Engine engine,
            long seed,
            int round,
            Shape shape,
            ManagedCluster cluster,
            ClusterClient client,
            List<Harm> harms,
            Scene scene) {
        String title = seed + "." + round;
        System.out.println("chaos " + title + ", " + engine + ", " + shape + ": " + harms);
        try {
            Round outcome = Round.of(cluster, scene, harms);
            assertThat(DATA.intact(client)).isEqualTo(DATA.keys());
            Figures.chaos(engine, shape, title, harms, outcome);
        } catch (AssertionError | RuntimeException e) {
            throw new AssertionError(
                    "round " + title + ", " + harms + " to " + engine + ", " + shape
                            + "; the same again: make chaos ENGINES=" + engine + " SEED=" + seed + "\n"
                            + cluster.diagnosis(),
                    e);
        }
    }
}
