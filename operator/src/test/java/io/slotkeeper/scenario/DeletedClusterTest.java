package io.slotkeeper.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.slotkeeper.testkit.BulkData;
import io.slotkeeper.testkit.ClusterClient;
import io.slotkeeper.testkit.EmbeddedKubernetes;
import io.slotkeeper.testkit.Engine;
import io.slotkeeper.testkit.ManagedCluster;
import io.slotkeeper.testkit.Shows;
import io.slotkeeper.topology.NodeId;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A RedisCluster is deleted, and created again. */
@Tag("kube")
class DeletedClusterTest {
    private static final Duration PATIENCE = Duration.ofMinutes(1);
    private static final BulkData DATA = new BulkData("bulk", 5_000, 100);

    private final KubernetesClient client = EmbeddedKubernetes.running().client();

    @ParameterizedTest
    @MethodSource("io.slotkeeper.testkit.Engine#underTest")
    @Shows("spec.storage.whenDeleted")
    void nothingStaysUnlessItIsRetained(Engine engine) {
        try (ManagedCluster cluster =
                ManagedCluster.applied(Formed.spec(engine, 3, 1) + "storage: {size: 1Gi, whenDeleted: Delete}\n")) {
            cluster.awaitReady(PATIENCE);
            cluster.delete();
            cluster.await("nothing is left", PATIENCE, () -> left(cluster).isEmpty());
        }
    }

    @ParameterizedTest
    @MethodSource("io.slotkeeper.testkit.Engine#underTest")
    @Shows("spec.storage.whenDeleted")
    void retainedVolumesBringBackTheDataAndTheNodes(Engine engine) {
        String spec = Formed.spec(engine, 3, 1) + "storage: {size: 1Gi, whenDeleted: Retain}\n";
        try (ManagedCluster cluster = ManagedCluster.applied(spec)) {
            Map<String, NodeId> ids = fill(cluster);
            deleteAllButWhatIsRetained(cluster, ids.size());
            cluster.apply(spec).awaitReady(PATIENCE).awaitWell(PATIENCE);
            assertThat(FormedCluster.ids(cluster)).isEqualTo(ids);
            assertIntact(cluster);
        }
    }

    @ParameterizedTest
    @MethodSource("io.slotkeeper.testkit.Engine#underTest")
    void fewerShardsThanTheRetainedVolumesHoldAreRefusedUntilThereAreEnough(Engine engine) {
        String storage = "storage: {size: 1Gi, whenDeleted: Retain}\n";
        try (ManagedCluster cluster = ManagedCluster.applied(Formed.spec(engine, 3, 0) + storage)) {
            Map<String, NodeId> ids = fill(cluster);
            deleteAllButWhatIsRetained(cluster, ids.size());
            cluster.apply(Formed.spec(engine, 2, 0) + storage);
            String message = cluster.awaitCondition(
                            "Ready",
                            "says what is wrong",
                            ready -> ready.getStatus().equals("False")
                                    && ready.getMessage().contains("shards: 3"),
                            PATIENCE)
                    .getMessage();
            assertThat(message).contains("data-" + ManagedCluster.NAME + "-2-0");
            assertThat(cluster.pods()).isEmpty();
            cluster.delete();
            cluster.apply(Formed.spec(engine, 3, 0) + storage)
                    .awaitReady(PATIENCE)
                    .awaitWell(PATIENCE);
            assertThat(FormedCluster.ids(cluster)).isEqualTo(ids);
            assertIntact(cluster);
        }
    }

    private static Map<String, NodeId> fill(ManagedCluster cluster) {
        cluster.awaitReady(PATIENCE);
        try (ClusterClient application = cluster.nodes().client()) {
            DATA.load(application);
        }
        return FormedCluster.ids(cluster);
    }

    private static void assertIntact(ManagedCluster cluster) {
        FormedCluster.assertShape(cluster);
        try (ClusterClient application = cluster.nodes().client()) {
            assertThat(DATA.intact(application)).isEqualTo(DATA.keys());
        }
    }

    private void deleteAllButWhatIsRetained(ManagedCluster cluster, int claims) {
        cluster.delete();
        cluster.await(
                "only claims and passwords are left",
                PATIENCE,
                () -> left(cluster).stream()
                        .allMatch(object -> object.startsWith("PersistentVolumeClaim/data-cart-")
                                || Set.of("operator", "replication", "node", "password").stream()
                                        .anyMatch(name -> object.equals("Secret/cart-" + name))));
        assertThat(left(cluster)).hasSize(claims + 4);
    }

    /** Everything in the namespace that the cluster could have made, but what Kubernetes puts into every namespace. */
    private Set<String> left(ManagedCluster cluster) {
        String namespace = cluster.namespace();
        Set<String> names = new TreeSet<>();
        Stream.of(
                        client.pods(),
                        client.services(),
                        client.secrets(),
                        client.configMaps(),
                        client.serviceAccounts(),
                        client.persistentVolumeClaims(),
                        client.apps().statefulSets(),
                        client.policy().v1().podDisruptionBudget(),
                        client.network().v1().networkPolicies())
                .flatMap(kind -> kind.inNamespace(namespace).list().getItems().stream())
                .map(HasMetadata.class::cast)
                .map(object -> object.getKind() + "/" + object.getMetadata().getName())
                .filter(object -> !Set.of("ServiceAccount/default", "ConfigMap/kube-root-ca.crt")
                        .contains(object))
                .forEach(names::add);
        return names;
    }
}
