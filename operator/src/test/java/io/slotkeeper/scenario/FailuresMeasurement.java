package io.slotkeeper.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import io.slotkeeper.testkit.BulkData;
import io.slotkeeper.testkit.ClusterClient;
import io.slotkeeper.testkit.Engine;
import io.slotkeeper.testkit.ManagedCluster;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** How long a cluster of three shards with a replica each takes to get over what happens to it, each thing ten times. */
@Tag("measure")
@Timeout(value = 3, unit = TimeUnit.HOURS)
class FailuresMeasurement {
    private static final Duration PATIENCE = Duration.ofMinutes(3);
    private static final int TIMES = Integer.getInteger("slotkeeper.failures", 10);
    private static final BulkData DATA = new BulkData("bulk", 20_000, 100);

    /** Those that are named, or all of these. */
    private static final List<Harm> HARMS = Arrays.stream(System.getProperty(
                            "slotkeeper.harms",
                            "POD_DELETED,POD_DELETED_WITHOUT_GRACE,MACHINE_DRAINED,MACHINE_CUT_OFF,TWO_PRIMARIES_KILLED,ALL_KILLED,"
                                    + "ALL_PODS_DELETED,VOLUME_OF_A_REPLICA_LOST,VOLUME_OF_A_PRIMARY_LOST")
                    .split(","))
            .map(Harm::valueOf)
            .toList();

    @ParameterizedTest
    @MethodSource("io.slotkeeper.testkit.Engine#underTest")
    void aPrimaryOrAMachineOrAllOfThem(Engine engine) {
        String spec = Formed.spec(engine, 3, 1) + ChaosTest.APART + "storage: {size: 1Gi}\n";
        try (ManagedCluster cluster = ManagedCluster.applied(spec)) {
            cluster.awaitReady(PATIENCE);
            try (ClusterClient client = cluster.nodes().client()) {
                DATA.load(client);
                for (Harm harm : HARMS) {
                    Figures.failures(engine, harm, rounds(cluster, client, harm));
                }
            }
        }
    }

    private static List<Round> rounds(ManagedCluster cluster, ClusterClient client, Harm harm) {
        List<Round> rounds = new ArrayList<>();
        for (int time = 0; time < TIMES; time++) {
            rounds.add(Round.of(cluster, new Scene(cluster, new Random(time), true), List.of(harm)));
            assertThat(DATA.intact(client)).isEqualTo(DATA.keys());
        }
        return rounds;
    }
}
