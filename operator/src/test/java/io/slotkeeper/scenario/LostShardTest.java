package io.slotkeeper.scenario;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.slotkeeper.api.RedisClusterStatus.AcceptedLoss;
import io.slotkeeper.kubernetes.Names;
import io.slotkeeper.testkit.BulkData;
import io.slotkeeper.testkit.ClusterClient;
import io.slotkeeper.testkit.EmbeddedKubernetes;
import io.slotkeeper.testkit.Engine;
import io.slotkeeper.testkit.ManagedCluster;
import io.slotkeeper.testkit.PodNode;
import io.slotkeeper.testkit.Shows;
import io.slotkeeper.topology.HashSlot;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every copy of a shard is gone: what was in it is given up by its user's word, and never without. */
@Tag("kube")
class LostShardTest {
    private static final Duration PATIENCE = Duration.ofMinutes(1);
    private static final String ACCEPTED = "recovery: {acceptDataLoss: [1]}\n";
    private static final BulkData DATA = new BulkData("bulk", 5_000, 100);

    @ParameterizedTest
    @MethodSource("io.slotkeeper.testkit.Engine#underTest")
    @Shows({"spec.recovery.acceptDataLoss", "status.recovery.shard", "status.recovery.message"})
    void withVolumesOnlyAWordThatIsNotUsedUpStartsItWithNothing(Engine engine) {
        String spec = Formed.spec(engine, 3, 0) + "storage: {size: 1Gi}\n";
        try (ManagedCluster cluster = ManagedCluster.applied(spec).awaitReady(PATIENCE);
                ClusterClient client = cluster.nodes().client()) {
            DATA.load(client);
            var ids = FormedCluster.ids(cluster);
            cluster.apply(spec + ACCEPTED).awaitReady(PATIENCE);
            cluster.await("the word is used up", PATIENCE, () -> usedUp(cluster).equals(List.of(1)));
            assertThat(cluster.status().recovery())
                    .extracting(AcceptedLoss::message)
                    .singleElement()
                    .asString()
                    .startsWith("cart-1-0 serves shard 1");
            assertThat(FormedCluster.ids(cluster)).isEqualTo(ids);
            assertThat(DATA.intact(client)).isEqualTo(DATA.keys());

            lose(cluster, true);
            cluster.awaitCondition(
                    "Stalled", "says what is lost", why -> why.getReason().equals("ShardLost"), PATIENCE);
            cluster.apply(spec);
            cluster.await(
                    "the old word is gone", PATIENCE, () -> usedUp(cluster).isEmpty());
            cluster.apply(spec + ACCEPTED).awaitReady(PATIENCE).awaitWell(PATIENCE);
            FormedCluster.assertShape(cluster);
            assertThat(DATA.intact(client)).isEqualTo(keysOfOtherShards());
        }
    }

    @ParameterizedTest
    @MethodSource("io.slotkeeper.testkit.Engine#underTest")
    @Shows("spec.failover.lostShard")
    void withoutVolumesItStartsWithNothingUnlessItIsToWait(Engine engine) {
        String spec = Formed.spec(engine, 3, 0);
        try (ManagedCluster cluster = ManagedCluster.applied(spec).awaitReady(PATIENCE);
                ClusterClient client = cluster.nodes().client()) {
            DATA.load(client);
            lose(cluster, false);
            cluster.awaitReady(PATIENCE).awaitWell(PATIENCE);
            FormedCluster.assertShape(cluster);
            assertThat(DATA.intact(client)).isEqualTo(keysOfOtherShards());

            cluster.apply(spec + "failover: {lostShard: Wait}\n").awaitReady(PATIENCE);
            lose(cluster, false);
            cluster.awaitCondition(
                    "Stalled", "says what is lost", why -> why.getReason().equals("ShardLost"), PATIENCE);
            cluster.apply(spec + "failover: {lostShard: StartEmpty}\n")
                    .awaitReady(PATIENCE)
                    .awaitWell(PATIENCE);
            FormedCluster.assertShape(cluster);
        }
    }

    /** Takes the only pod of shard 1 away, with its volume if it has one. */
    private static void lose(ManagedCluster cluster, boolean volume) {
        PodNode pod = cluster.member(1, 0);
        String uid = pod.uid();
        if (volume) {
            EmbeddedKubernetes.running()
                    .client()
                    .persistentVolumeClaims()
                    .inNamespace(cluster.namespace())
                    .withName(Names.of(cluster.resource()).claim(1, 0))
                    .delete();
        }
        pod.delete(Duration.ZERO);
        pod.awaitReplaced(uid);
    }

    private static List<Integer> usedUp(ManagedCluster cluster) {
        return Optional.ofNullable(cluster.status().recovery()).orElse(List.of()).stream()
                .map(AcceptedLoss::shard)
                .toList();
    }

    private static int keysOfOtherShards() {
        return (int) IntStream.range(0, DATA.keys())
                .map(i -> HashSlot.of((DATA.prefix() + ":" + i).getBytes(UTF_8)))
                .filter(slot -> slot < 5461 || slot > 10922)
                .count();
    }
}
