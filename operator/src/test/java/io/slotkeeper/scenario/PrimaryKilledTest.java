package io.slotkeeper.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import io.slotkeeper.testkit.Engine;
import io.slotkeeper.testkit.Eventually;
import io.slotkeeper.testkit.Ledger;
import io.slotkeeper.testkit.ManagedCluster;
import io.slotkeeper.testkit.OperatorUnderTest;
import io.slotkeeper.testkit.PodNode;
import io.slotkeeper.testkit.Shows;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A primary's process is killed under writers: how long nobody can write to its shard, with the operator and without. */
@Tag("kube")
@Timeout(value = 2, unit = TimeUnit.HOURS)
class PrimaryKilledTest {
    private static final Duration PATIENCE = Duration.ofMinutes(1);
    private static final int KILLS = Integer.getInteger("slotkeeper.kills", 3);
    /** Like 2x1,3x2: shards and replicas of each. */
    private static final String SHAPES = System.getProperty("slotkeeper.shapes", "");

    private static final Shape USUAL = new Shape(3, 1);
    /** Every write is on the disk before it is acknowledged. */
    private static final String DISK = """
            storage: {size: 1Gi}
            persistence: {mode: AppendOnly, fsync: Always}
            failover: {prefer: Durability, nodeTimeoutMillis: 15000}
            """;

    /** Four node timeouts. */
    private static final Duration REMEMBERED = Duration.ofSeconds(21);

    /** A replica tells its primary once a second how much it has; in the first one nobody knows that it is in sync. */
    private static final Duration CONFIRMED = Duration.ofSeconds(2);

    private static final Duration UNDISTURBED = Duration.ofSeconds(1);

    /** What is on its way to a replica that is in sync. */
    private static final Duration A_MOMENT = Duration.ofSeconds(1);

    @ParameterizedTest
    @MethodSource("io.slotkeeper.testkit.Engine#underTest")
    void aReplicaTakesOverAtOnce(Engine engine) {
        OperatorUnderTest operator = OperatorUnderTest.running();
        operator.awaitLeading();
        for (Shape shape : Shape.all()) {
            try (ManagedCluster cluster = ManagedCluster.applied(Formed.spec(engine, shape.shards, shape.replicas))) {
                cluster.awaitReady(PATIENCE);
                Outcome led = kill(engine, shape, cluster, "leads");
                assertThat(operator.log().lines())
                        .filteredOn(line -> line.contains(cluster.namespace()))
                        .anyMatch(line -> line.contains("TakeOver"));
                if (shape.equals(USUAL)) {
                    assertThat(led.stall())
                            .as("the fence needs the container to start")
                            .isLessThan(killWithoutOperator(engine, cluster, operator)
                                    .stall());
                }
            }
        }
    }

    @ParameterizedTest
    @MethodSource("io.slotkeeper.testkit.Engine#underTest")
    @Shows("spec.failover.prefer")
    void whereTheDiskIsPreferredThePrimaryComesBackWithEveryWrite(Engine engine) {
        OperatorUnderTest.running().awaitLeading();
        try (ManagedCluster cluster =
                ManagedCluster.applied(Formed.spec(engine, USUAL.shards, USUAL.replicas) + DISK)) {
            cluster.awaitReady(PATIENCE);
            List<String> primaries = primaries(cluster);
            Outcome outcome = kill(engine, USUAL, cluster, "prefers the disk");
            assertThat(outcome.lost()).isZero();
            assertThat(primaries(cluster)).isEqualTo(primaries);
        }
    }

    private static List<String> primaries(ManagedCluster cluster) {
        return IntStream.range(0, USUAL.shards)
                .mapToObj(shard -> cluster.nodes().primary(shard).name())
                .toList();
    }

    private static Outcome killWithoutOperator(Engine engine, ManagedCluster cluster, OperatorUnderTest operator) {
        operator.stop();
        try {
            return kill(engine, USUAL, cluster, "is away");
        } finally {
            operator.start();
        }
    }

    private record Shape(int shards, int replicas) {
        /** One in `make test`; all that are to be measured where more kills are asked for, or those that are named. */
        static List<Shape> all() {
            if (!SHAPES.isEmpty()) {
                return Arrays.stream(SHAPES.split(","))
                        .map(shape -> shape.split("x"))
                        .map(sides -> new Shape(Integer.parseInt(sides[0]), Integer.parseInt(sides[1])))
                        .toList();
            }
            return KILLS > 3
                    ? List.of(new Shape(1, 1), new Shape(2, 1), USUAL, new Shape(3, 2))
                    : List.of(USUAL, new Shape(1, 1));
        }
    }

    /** The nodes remember an election, and hold no other one in that shard meanwhile. */
    private static void rest(long lastKill) {
        Duration since = Duration.ofNanos(System.nanoTime() - lastKill);
        if (lastKill != 0 && since.compareTo(REMEMBERED) < 0) {
            Eventually.pause(REMEMBERED.minus(since));
        }
    }

    /** Of several kills: the median of how long writers stood still, and how many writes were lost. */
    private record Outcome(Duration stall, int lost) {}

    /** Kills one primary after the other. */
    private static Outcome kill(Engine engine, Shape shape, ManagedCluster cluster, String operator) {
        List<Duration> stalls = new ArrayList<>();
        List<Duration> well = new ArrayList<>();
        int acknowledged = 0;
        int lost = 0;
        long[] lastKill = new long[shape.shards];
        for (int kill = 0; kill < KILLS; kill++) {
            int shard = kill % shape.shards;
            cluster.awaitWell(PATIENCE);
            rest(lastKill[shard]);
            try (Ledger ledger = cluster.nodes().startWriters(2 * shape.shards)) {
                Eventually.eventually("the writers write", PATIENCE, () -> ledger.acknowledged() > 500);
                Eventually.pause(CONFIRMED);
                PodNode primary = cluster.nodes().primary(shard);
                long start = System.nanoTime();
                lastKill[shard] = start;
                primary.killEngine();
                long killed = System.nanoTime();
                // Who looks at every node all the time takes the processor from those who are to agree.
                Eventually.pause(UNDISTURBED);
                cluster.awaitWell(PATIENCE);
                well.add(Duration.ofNanos(System.nanoTime() - start));
                Ledger.Report report = ledger.settle();
                assertThat(report.stale()).isEmpty();
                assertThat(report.lost())
                        .as("what its replica may not have had yet")
                        .extracting(Ledger.Write::acknowledgedAt)
                        .allMatch(when -> when > start - A_MOMENT.toNanos() && when < killed);
                stalls.add(report.longestStall());
                acknowledged += report.acknowledged();
                lost += report.lost().size();
            }
        }
        FormedCluster.assertShape(cluster);
        Figures.primariesKilled(
                engine, shape.shards + " × " + shape.replicas, operator, stalls, well, acknowledged, lost);
        return new Outcome(stalls.stream().sorted().toList().get(stalls.size() / 2), lost);
    }
}
