package io.slotkeeper.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.LocalObjectReference;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.api.model.Toleration;
import io.fabric8.kubernetes.api.model.scheduling.v1.PriorityClassBuilder;
import io.slotkeeper.engine.Access;
import io.slotkeeper.engine.Connector;
import io.slotkeeper.engine.EngineNode;
import io.slotkeeper.testkit.EmbeddedKubernetes;
import io.slotkeeper.testkit.Engine;
import io.slotkeeper.testkit.Eventually;
import io.slotkeeper.testkit.ManagedCluster;
import io.slotkeeper.testkit.PodNode;
import io.slotkeeper.testkit.Shows;
import io.slotkeeper.topology.Address;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every setting of a RedisCluster does something that can be seen on its pods or asked of its nodes. */
@Tag("kube")
class EverySettingTest {
    private static final Duration PATIENCE = Duration.ofMinutes(1);
    private static final String PRIORITY = "slotkeeper-test";

    private static final String SETTINGS = """
            shards: 2
            replicasPerShard: 1
            resources:
              requests: {cpu: 30m, memory: 64Mi}
              limits: {cpu: 700m, memory: 200Mi}
            memory: {maxmemory: 50%, policy: allkeys-lfu}
            storage: {size: 2Gi, className: standard, whenDeleted: Delete}
            persistence: {mode: AppendOnly, fsync: Always, savePoints: ["900 7"]}
            auth: {passwordSecret: {name: mine, key: secret}}
            failover: {nodeTimeoutMillis: 4000, requireFullCoverage: true}
            durability: {minReplicasToWrite: 1}
            placement:
              nodes: Required
              zones: Required
              nodeSelector: {kubernetes.io/os: linux}
              tolerations:
              - {key: example.com/data, operator: Equal, value: warm, effect: NoExecute, tolerationSeconds: 77}
            pod:
              labels: {team: checkout}
              annotations: {example.com/scrape: "true"}
              priorityClassName: slotkeeper-test
              imagePullSecrets: [registry-login]
            """;

    private final EmbeddedKubernetes kubernetes = EmbeddedKubernetes.running();

    @ParameterizedTest
    @MethodSource("io.slotkeeper.testkit.Engine#underTest")
    @Shows({
        "spec.engine",
        "spec.version",
        "spec.resources.requests",
        "spec.resources.limits",
        "spec.memory.maxmemory",
        "spec.memory.policy",
        "spec.storage.size",
        "spec.storage.className",
        "spec.persistence.mode",
        "spec.persistence.fsync",
        "spec.persistence.savePoints",
        "spec.auth.passwordSecret.name",
        "spec.auth.passwordSecret.key",
        "spec.failover.nodeTimeoutMillis",
        "spec.failover.requireFullCoverage",
        "spec.durability.minReplicasToWrite",
        "spec.placement.tolerations.key",
        "spec.placement.tolerations.operator",
        "spec.placement.tolerations.value",
        "spec.placement.tolerations.effect",
        "spec.placement.tolerations.tolerationSeconds",
        "spec.pod.labels",
        "spec.pod.annotations",
        "spec.pod.priorityClassName",
        "spec.pod.imagePullSecrets"
    })
    void everythingSetAtOnceShowsOnThePodsAndInTheEngines(Engine engine) {
        var priority = new PriorityClassBuilder()
                .withNewMetadata()
                .withName(PRIORITY)
                .endMetadata()
                .withValue(77)
                .build();
        kubernetes.client().resource(priority).createOr(existing -> existing.update());
        try (ManagedCluster cluster = ManagedCluster.notYetApplied()) {
            cluster.create(new SecretBuilder()
                    .withNewMetadata()
                    .withName("mine")
                    .endMetadata()
                    .addToStringData("secret", "correct horse battery staple")
                    .build());
            cluster.apply(engine.inSpec() + SETTINGS).awaitReady(PATIENCE);
            cluster.members().forEach(member -> {
                assertPod(member.pod().orElseThrow(), engine);
                assertApplicationGetsIn(member);
            });
            FormedCluster.assertEngine(cluster, engine);
            FormedCluster.assertSettings(
                    cluster,
                    Map.of(
                            "maxmemory", Long.toString(100 << 20),
                            "maxmemory-policy", "allkeys-lfu",
                            "appendonly", "yes",
                            "appendfsync", "always",
                            "save", "900 7",
                            "cluster-node-timeout", "4000",
                            "cluster-require-full-coverage", "yes",
                            "min-replicas-to-write", "1",
                            "cluster-allow-replica-migration", "no"));
            assertThat(cluster.member(0, 0).machine())
                    .isNotEqualTo(cluster.member(0, 1).machine());
            assertThat(kubernetes
                            .client()
                            .persistentVolumeClaims()
                            .inNamespace(cluster.namespace())
                            .list()
                            .getItems())
                    .hasSize(4)
                    .allSatisfy(claim -> {
                        assertThat(claim.getSpec().getStorageClassName()).isEqualTo("standard");
                        assertThat(claim.getSpec().getResources().getRequests())
                                .containsEntry("storage", Quantity.parse("2Gi"));
                    });
        } finally {
            kubernetes.client().resource(priority).delete();
        }
    }

    @Test
    @Shows({
        "spec.failover.nodeTimeoutMillis",
        "spec.failover.requireFullCoverage",
        "spec.durability.minReplicasToWrite",
        "spec.replicasPerShard"
    })
    void whatMayChangeTakesEffectWhileTheClusterLives() {
        String spec = Formed.spec(Engine.underTest().getFirst(), 3, 0);
        try (ManagedCluster cluster = ManagedCluster.applied(spec)) {
            cluster.awaitReady(PATIENCE);
            List<String> uids = cluster.members().stream().map(PodNode::uid).toList();
            cluster.apply(spec + "failover: {nodeTimeoutMillis: 9000, requireFullCoverage: true}\n");
            awaitSetting(cluster, "cluster-node-timeout", "9000");
            awaitSetting(cluster, "cluster-require-full-coverage", "yes");
            cluster.awaitReady(PATIENCE);
            assertThat(cluster.members().stream().map(PodNode::uid)).isEqualTo(uids);

            String grown = spec.replace("replicasPerShard: 0", "replicasPerShard: 1");
            cluster.apply(grown).awaitReady(PATIENCE).awaitWell(PATIENCE);
            awaitSetting(cluster, "cluster-node-timeout", "5000");
            cluster.apply(grown + "durability: {minReplicasToWrite: 1}\n");
            awaitSetting(cluster, "min-replicas-to-write", "1");
            FormedCluster.assertShape(cluster);
        }
    }

    @Test
    @Shows("spec.paused")
    void aPausedClusterIsObservedAndLeftAlone() {
        String spec = Formed.spec(Engine.underTest().getFirst(), 3, 0);
        try (ManagedCluster cluster = ManagedCluster.applied(spec)) {
            cluster.awaitReady(PATIENCE);
            cluster.apply(spec + "paused: true\nfailover: {nodeTimeoutMillis: 9000}\n");
            cluster.awaitCondition(
                    "Reconciling",
                    "says that it is paused",
                    doing -> doing.getReason().equals("Paused"),
                    PATIENCE);
            Eventually.pause(Duration.ofSeconds(2));
            assertThat(FormedCluster.settings(cluster, "cluster-node-timeout")).containsOnly("5000");
            cluster.apply(spec + "failover: {nodeTimeoutMillis: 9000}\n");
            awaitSetting(cluster, "cluster-node-timeout", "9000");
        }
    }

    private static void assertPod(Pod pod, Engine engine) {
        assertThat(pod.getMetadata().getLabels()).containsEntry("team", "checkout");
        assertThat(pod.getMetadata().getAnnotations()).containsEntry("example.com/scrape", "true");
        assertThat(pod.getSpec().getPriority()).isEqualTo(77);
        assertThat(pod.getSpec().getNodeSelector()).containsEntry("kubernetes.io/os", "linux");
        assertThat(pod.getSpec().getTolerations())
                .contains(new Toleration("NoExecute", "example.com/data", "Equal", 77L, "warm"));
        assertThat(pod.getSpec().getImagePullSecrets())
                .extracting(LocalObjectReference::getName)
                .containsExactly("registry-login");
        Container node = pod.getSpec().getContainers().getFirst();
        assertThat(node.getImage()).endsWith(":" + engine);
        assertThat(node.getResources().getRequests())
                .isEqualTo(Map.of("cpu", Quantity.parse("30m"), "memory", Quantity.parse("64Mi")));
        assertThat(node.getResources().getLimits())
                .isEqualTo(Map.of("cpu", Quantity.parse("700m"), "memory", Quantity.parse("200Mi")));
    }

    /** By the password of the Secret that the user named. */
    private static void assertApplicationGetsIn(PodNode member) {
        try (Connector connector = new Connector();
                EngineNode node = connector.connect(
                        new Address(member.address(), 6379),
                        Access.as("default", "correct horse battery staple"),
                        Duration.ofSeconds(2))) {
            assertThat(node.call("PING").asText()).isEqualTo("PONG");
        }
    }

    private static void awaitSetting(ManagedCluster cluster, String name, String value) {
        cluster.await(
                "every node has " + name + " " + value,
                PATIENCE,
                () -> FormedCluster.settings(cluster, name).stream().allMatch(value::equals));
    }
}
