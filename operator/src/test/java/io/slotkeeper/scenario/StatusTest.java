package io.slotkeeper.scenario;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.autoscaling.v1.Scale;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.slotkeeper.api.RedisCluster;
import io.slotkeeper.api.RedisClusterStatus;
import io.slotkeeper.api.RedisClusterStatus.Doing;
import io.slotkeeper.api.RedisClusterStatus.Shard;
import io.slotkeeper.engine.Access;
import io.slotkeeper.engine.Acl;
import io.slotkeeper.engine.ClusterNode;
import io.slotkeeper.engine.Connector;
import io.slotkeeper.engine.EngineNode;
import io.slotkeeper.testkit.ClusterUnderTest;
import io.slotkeeper.testkit.EmbeddedKubernetes;
import io.slotkeeper.testkit.Engine;
import io.slotkeeper.testkit.ManagedCluster;
import io.slotkeeper.testkit.PodNode;
import io.slotkeeper.testkit.Shows;
import io.slotkeeper.topology.Address;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every field of the status against that which it speaks of: the pods, the nodes, the objects. */
@Tag("kube")
class StatusTest {
    private static final Duration PATIENCE = Duration.ofMinutes(1);

    private final KubernetesClient client = EmbeddedKubernetes.running().client();

    @ParameterizedTest
    @MethodSource("io.slotkeeper.testkit.Engine#underTest")
    @Shows({
        "status.observedGeneration",
        "status.conditions.type",
        "status.conditions.status",
        "status.conditions.reason",
        "status.conditions.message",
        "status.conditions.observedGeneration",
        "status.conditions.lastTransitionTime",
        "status.shardCount",
        "status.replicasPerShard",
        "status.shardsServing",
        "status.replicasInSync",
        "status.shards.index",
        "status.shards.slots",
        "status.shards.primary",
        "status.shards.replicas.pod",
        "status.shards.replicas.inSync",
        "status.engine",
        "status.image",
        "status.binding.name",
        "status.selector",
        "status.formedAt"
    })
    void whatAFormedClusterSaysOfItselfIsSo(Engine engine) {
        Instant before = Instant.now().truncatedTo(ChronoUnit.SECONDS);
        try (ManagedCluster cluster = ManagedCluster.applied(Formed.spec(engine, 3, 1))) {
            cluster.awaitReady(PATIENCE).awaitWell(PATIENCE);
            RedisClusterStatus status = cluster.status();
            assertThat(status.observedGeneration())
                    .isEqualTo(cluster.resource().getMetadata().getGeneration());
            assertThat(status.conditions())
                    .extracting(condition -> condition.getType() + "=" + condition.getStatus())
                    .containsExactly(
                            "Ready=True",
                            "Reconciling=False",
                            "Stalled=False",
                            "Formed=True",
                            "SlotsCovered=True",
                            "ReplicasInSync=True");
            assertThat(status.conditions()).allSatisfy(condition -> {
                assertThat(condition.getReason()).isNotBlank();
                assertThat(condition.getMessage()).isNotBlank();
                assertThat(condition.getObservedGeneration()).isEqualTo(status.observedGeneration());
                assertThat(Instant.parse(condition.getLastTransitionTime())).isBetween(before, Instant.now());
            });
            assertThat(status.replicasPerShard()).isEqualTo(1);
            assertThat(status.shardsServing()).isEqualTo("3/3");
            assertThat(status.replicasInSync()).isEqualTo("3/3");
            assertThat(status.engine()).isEqualToIgnoringCase(engine.toString().replace('-', ' '));
            assertThat(status.doing()).isNull();
            assertThat(Instant.parse(Optional.ofNullable(status.formedAt()).orElseThrow()))
                    .isBetween(before, Instant.now());
            assertImage(cluster, status);
            assertShards(cluster, shards(status));
            assertCountedByAutoscalers(cluster, status);
            assertOpens(
                    cluster, Optional.ofNullable(status.binding()).orElseThrow().name());
        }
    }

    /** What is done within a moment may be over before it is told; what a node refuses goes on. */
    @Test
    @Shows({"status.doing.step", "status.doing.reason"})
    void whileSomethingIsBeingDoneItSaysWhatAndWhy() {
        String spec = Formed.spec(Engine.underTest().getFirst(), 1, 0);
        try (ManagedCluster cluster = ManagedCluster.applied(spec).awaitReady(PATIENCE)) {
            assertThat(cluster.status().doing()).isNull();
            operatorMaySetSettings(cluster, false);
            cluster.apply(spec + "failover: {nodeTimeoutMillis: 9000}\n");
            cluster.await(
                    "it says what is being done",
                    PATIENCE,
                    () -> cluster.status().doing() != null);
            assertThat(cluster.status().doing())
                    .isEqualTo(new Doing("Configure", "cluster-node-timeout is to be 9000; the node had 5000"));
            operatorMaySetSettings(cluster, true);
            cluster.awaitReady(PATIENCE);
            assertThat(cluster.status().doing()).isNull();
        }
    }

    private static void operatorMaySetSettings(ManagedCluster cluster, boolean may) {
        try (EngineNode node = cluster.nodes().connect(cluster.member(0, 0))) {
            node.call(Acl.setUser("slotkeeper-operator", List.of((may ? "+" : "-") + "config|set")));
        }
    }

    private static void assertImage(ManagedCluster cluster, RedisClusterStatus status) {
        assertThat(cluster.members())
                .allSatisfy(member -> assertThat(
                                member.pod().orElseThrow().getSpec().getContainers())
                        .extracting(Container::getImage)
                        .containsExactly(status.image()));
    }

    /** By the word of the nodes in the pods that are named. */
    private static void assertShards(ManagedCluster cluster, List<Shard> shards) {
        ClusterUnderTest<PodNode> nodes = cluster.nodes();
        assertThat(shards).extracting(Shard::index).containsExactly(0, 1, 2);
        for (Shard shard : shards) {
            ClusterNode primary = self(nodes, shard.primary());
            assertThat(primary.isPrimary()).isTrue();
            assertThat(primary.slots()).hasToString(shard.slots());
            assertThat(shard.replicas()).hasSize(1).allSatisfy(replica -> {
                assertThat(self(nodes, replica.pod()).primary()).hasValue(primary.id());
                assertThat(replica.inSync()).isTrue();
            });
        }
    }

    /** One pod for each shard is selected: its primary. */
    private void assertCountedByAutoscalers(ManagedCluster cluster, RedisClusterStatus status) {
        Scale scale = client.resources(RedisCluster.class)
                .inNamespace(cluster.namespace())
                .withName(ManagedCluster.NAME)
                .scale();
        assertThat(scale.getStatus().getReplicas())
                .isEqualTo(status.shardCount())
                .isEqualTo(3);
        assertThat(scale.getStatus().getSelector()).isEqualTo(status.selector());
        assertThat(client.pods()
                        .inNamespace(cluster.namespace())
                        .withLabelSelector(status.selector())
                        .list()
                        .getItems())
                .extracting(pod -> pod.getMetadata().getName())
                .containsExactlyInAnyOrderElementsOf(
                        shards(status).stream().map(Shard::primary).toList());
    }

    private static void assertOpens(ManagedCluster cluster, String secretName) {
        Secret binding = cluster.secret(secretName).orElseThrow();
        assertThat(binding.getData())
                .containsOnlyKeys("type", "provider", "host", "port", "uri", "username", "password");
        try (Connector connector = new Connector();
                EngineNode node = connector.connect(
                        new Address(cluster.member(0, 0).address(), Integer.parseInt(value(binding, "port"))),
                        Access.as(value(binding, "username"), value(binding, "password")),
                        Duration.ofSeconds(2))) {
            assertThat(node.call("PING").asText()).isEqualTo("PONG");
        }
    }

    private static String value(Secret secret, String key) {
        return new String(Base64.getDecoder().decode(secret.getData().get(key)), UTF_8);
    }

    private static ClusterNode self(ClusterUnderTest<PodNode> nodes, @Nullable String pod) {
        return nodes.members().stream()
                .filter(member -> member.name().equals(pod))
                .findFirst()
                .flatMap(nodes::self)
                .orElseThrow(() -> new AssertionError("there is no node " + pod));
    }

    private static List<Shard> shards(RedisClusterStatus status) {
        return Optional.ofNullable(status.shards()).orElseThrow();
    }
}
