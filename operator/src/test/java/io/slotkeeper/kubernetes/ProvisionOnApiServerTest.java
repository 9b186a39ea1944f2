package io.slotkeeper.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.EnvVarBuilder;
import io.fabric8.kubernetes.api.model.IntOrString;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServiceBuilder;
import io.fabric8.kubernetes.api.model.ServicePort;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;
import io.slotkeeper.api.RedisCluster;
import io.slotkeeper.testkit.Eventually;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a real API server, its defaults and its garbage collector make of what is applied. No pod starts in here. */
@Tag("kube")
class ProvisionOnApiServerTest {
    private static final Duration COLLECTED = Duration.ofMinutes(1);
    private static final String SMALL = "shards: 1\nreplicasPerShard: 0\n";
    private static final String STORED = "shards: 2\nreplicasPerShard: 0\nstorage: {size: 1Gi}\n";

    /** Everything that can be said, and amounts that the API server writes in another way. */
    private static final String TALKATIVE = """
            shards: 2
            replicasPerShard: 2
            resources: {requests: {cpu: "0.5", memory: 0.5Gi}, limits: {memory: 1024Mi}}
            memory: {maxmemory: 50%, policy: allkeys-lru}
            storage: {size: 1024Mi, className: standard, whenDeleted: Delete}
            persistence: {mode: AppendOnly, fsync: Always, savePoints: ["900 1"]}
            failover: {nodeTimeoutMillis: 3000, requireFullCoverage: true}
            placement:
              nodes: Required
              zones: Required
              nodeSelector: {kubernetes.io/os: linux}
              tolerations: [{key: a, operator: Exists, effect: NoExecute, tolerationSeconds: 5}, {operator: Exists}]
            pod:
              labels: {team: checkout}
              annotations: {example.com/note: "yes"}
              imagePullSecrets: [one, two]
            """;

    private final Namespace namespace = new Namespace();

    @AfterEach
    void removeNamespaces() {
        namespace.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {SMALL, STORED, TALKATIVE})
    void aSecondPassOverAnUnchangedClusterWritesNothing(String spec) {
        RedisCluster cluster = namespace.create(spec);
        Provided first = namespace.provide(cluster);
        assertThat(first.obstacles()).isEmpty();
        assertThat(first.operatorPassword()).isPresent();
        assertThat(first.written())
                .contains("Service/cart", "StatefulSet/cart-0", "Secret/cart-operator", "Secret/cart-connection");

        Map<String, String> versions = namespace.resourceVersions();
        Provided second = namespace.provide(cluster);

        assertThat(second.written()).isEmpty();
        assertThat(second.obstacles()).isEmpty();
        assertThat(second.operatorPassword()).isEqualTo(first.operatorPassword());
        assertThat(namespace.resourceVersions()).isEqualTo(versions);
    }

    @Test
    void whatOthersChangeOfOursIsPutRightAndWhatTheyAddIsLeftAlone() {
        RedisCluster cluster = namespace.create(SMALL);
        namespace.provide(cluster);

        namespace.edit(Service.class, "cart", service -> {
            service.getSpec().getPorts().getFirst().setTargetPort(new IntOrString(1234));
            service.getMetadata().setAnnotations(Map.of("example.com/mine", "stays"));
        });
        namespace.edit(
                ConfigMap.class,
                "cart",
                config -> config.getMetadata().getLabels().remove(Labels.CLUSTER));
        namespace.edit(StatefulSet.class, "cart-0", set -> {
            set.getSpec().setReplicas(0);
            set.getSpec()
                    .getTemplate()
                    .getSpec()
                    .getContainers()
                    .getFirst()
                    .getEnv()
                    .add(new EnvVarBuilder().withName("MINE").withValue("stays").build());
        });
        namespace.delete(PodDisruptionBudget.class, "cart-0");

        Provided mended = namespace.provide(cluster);
        assertThat(mended.obstacles()).isEmpty();
        assertThat(mended.written())
                .containsExactlyInAnyOrder(
                        "Service/cart", "ConfigMap/cart", "StatefulSet/cart-0", "PodDisruptionBudget/cart-0");

        Service service = namespace.get(Service.class, "cart");
        assertThat(service.getSpec().getPorts())
                .extracting(ServicePort::getTargetPort)
                .contains(new IntOrString(Ports.CLIENT_NAME));
        assertThat(service.getMetadata().getAnnotations()).containsEntry("example.com/mine", "stays");
        assertThat(namespace.get(ConfigMap.class, "cart").getMetadata().getLabels())
                .containsEntry(Labels.CLUSTER, "cart");
        StatefulSet set = namespace.get(StatefulSet.class, "cart-0");
        assertThat(set.getSpec().getReplicas()).isEqualTo(1);
        assertThat(set.getSpec()
                        .getTemplate()
                        .getSpec()
                        .getContainers()
                        .getFirst()
                        .getEnv())
                .extracting(variable -> variable.getName())
                .contains("MINE");
    }

    @Test
    void whatIsNoLongerWantedGoes() {
        RedisCluster cluster = namespace.create(SMALL + """
                placement: {tolerations: [{key: a, operator: Exists, effect: NoExecute, tolerationSeconds: 5}]}
                pod: {labels: {team: checkout}, annotations: {a: b}}
                """);
        namespace.provide(cluster);
        cluster.setSpec(Examples.drawn(SMALL + """
                placement: {tolerations: [{key: a, operator: Exists, effect: NoExecute}]}
                """).getSpec());

        assertThat(namespace.provide(cluster).written()).containsExactly("StatefulSet/cart-0");

        assertThat(namespace.get(StatefulSet.class, "cart-0").getSpec().getTemplate())
                .satisfies(template -> {
                    assertThat(template.getMetadata().getLabels()).doesNotContainKey("team");
                    assertThat(template.getMetadata().getAnnotations()).containsOnlyKeys(Configuration.MARK);
                    assertThat(template.getSpec().getTolerations().getFirst().getTolerationSeconds())
                            .isNull();
                });
        assertThat(namespace.provide(cluster).written()).isEmpty();
    }

    @Test
    void aServiceOfSomebodyElseIsReportedAndLeftAlone() {
        namespace.put(new ServiceBuilder()
                .withNewMetadata()
                .withName("cart")
                .endMetadata()
                .withNewSpec()
                .addNewPort()
                .withPort(80)
                .endPort()
                .endSpec()
                .build());
        Map<String, String> before = namespace.resourceVersions();
        RedisCluster cluster = namespace.create(SMALL);

        Provided provided = namespace.provide(cluster);

        assertThat(provided.obstacles()).containsExactly(new Obstacle.Conflict("Service", "cart", "somebody else"));
        assertThat(provided.written()).doesNotContain("StatefulSet/cart-0");
        assertThat(namespace.resourceVersions()).containsAllEntriesOf(before);

        namespace.delete(Service.class, "cart");
        assertThat(namespace.provide(cluster))
                .satisfies(healed -> assertThat(healed.obstacles()).isEmpty())
                .satisfies(healed -> assertThat(healed.written()).contains("Service/cart", "StatefulSet/cart-0"));
    }

    @Test
    void whatTheApiServerRefusesIsAnObstacleWithItsAnswer() {
        namespace.limit("count/poddisruptionbudgets.policy", 0);

        Provided provided = namespace.provide(namespace.create(SMALL));

        assertThat(provided.obstacles())
                .singleElement()
                .satisfies(obstacle -> assertThat(obstacle.sentence())
                        .startsWith("the API server refuses PodDisruptionBudget cart-0:")
                        .contains("quota"));
    }

    @Test
    void aDeletedClusterLeavesItsClaimsAndPasswordsToItsSuccessor() {
        RedisCluster cluster = namespace.create(STORED);
        namespace.provide(cluster);
        namespace.awaitClaims(2);
        Map<String, Map<String, String>> passwords = namespace.secrets();
        namespace.delete(RedisCluster.class, "cart");
        Eventually.eventually("all but what is retained is gone", COLLECTED, () -> {
            Eventually.pause(Duration.ofMillis(100));
            return namespace.kinds().equals(List.of("PersistentVolumeClaim", "Secret"));
        });
        passwords.remove("cart-connection");
        assertThat(namespace.secrets()).isEqualTo(passwords);

        RedisCluster smaller = namespace.create("shards: 1\nreplicasPerShard: 0\nstorage: {size: 1Gi}\n");
        assertThat(namespace.provide(smaller)).satisfies(refused -> {
            assertThat(refused.written()).isEmpty();
            assertThat(refused.obstacles())
                    .singleElement()
                    .satisfies(obstacle -> assertThat(obstacle.sentence())
                            .contains("data-cart-1-0", "create the cluster again with shards: 2"));
        });
        namespace.delete(RedisCluster.class, "cart");

        List<String> claims = namespace.claims();
        Provided provided = namespace.provide(namespace.create(STORED));
        assertThat(provided.obstacles()).isEmpty();
        assertThat(namespace.secrets()).containsAllEntriesOf(passwords);
        assertThat(namespace.claims()).isEqualTo(claims);
    }

    @Test
    void aClusterThatRetainsNothingLeavesNothing() {
        namespace.provide(namespace.create(SMALL + "storage: {size: 1Gi, whenDeleted: Delete}\n"));
        namespace.awaitClaims(1);

        namespace.delete(RedisCluster.class, "cart");

        Eventually.eventually("everything is gone", COLLECTED, () -> {
            Eventually.pause(Duration.ofMillis(100));
            return namespace.kinds().isEmpty();
        });
    }

    @Test
    void whatBecomesOfPasswordsFollowsWhatBecomesOfVolumes() {
        RedisCluster cluster = namespace.create(STORED);
        namespace.provide(cluster);
        assertThat(namespace.get(Secret.class, "cart-node").getMetadata().getOwnerReferences())
                .isEmpty();
        Map<String, Map<String, String>> passwords = namespace.secrets();

        cluster.setSpec(Examples.drawn(STORED.replace("1Gi", "1Gi, whenDeleted: Delete"))
                .getSpec());
        assertThat(namespace.provide(cluster).written()).contains("Secret/cart-node", "StatefulSet/cart-0");
        assertThat(namespace.get(Secret.class, "cart-node").getMetadata().getOwnerReferences())
                .singleElement()
                .satisfies(owner -> assertThat(owner.getName()).isEqualTo("cart"));

        cluster.setSpec(Examples.drawn(STORED).getSpec());
        namespace.provide(cluster);
        assertThat(namespace.get(Secret.class, "cart-node").getMetadata().getOwnerReferences())
                .isEmpty();
        assertThat(namespace.provide(cluster).written()).isEmpty();
        assertThat(namespace.secrets()).isEqualTo(passwords);
    }

    @Test
    void anOperatorThatSeesNothingYetDoesNotReplacePasswords() {
        RedisCluster cluster = namespace.create(SMALL);
        Provided first = namespace.provide(cluster);
        Map<String, Map<String, String>> passwords = namespace.secrets();

        Provided second = namespace.provideBlindly(cluster);

        assertThat(second.obstacles()).isEmpty();
        assertThat(second.operatorPassword()).isEqualTo(first.operatorPassword());
        assertThat(namespace.secrets()).isEqualTo(passwords);
    }

    @Test
    void aPasswordThatIsLostIsNotMadeUpAgainUnderRunningNodes() {
        RedisCluster cluster = namespace.create(SMALL);
        namespace.provide(cluster);
        cluster.setStatus(Examples.status("formedAt: 2026-01-01T00:00:00Z"));
        namespace.delete(Secret.class, "cart-operator");

        assertThat(namespace.provide(cluster)).satisfies(provided -> {
            assertThat(provided.obstacles()).containsExactly(new Obstacle.PasswordLost("cart-operator", "password"));
            assertThat(provided.operatorPassword()).isEmpty();
            assertThat(provided.written()).isEmpty();
        });

        namespace.put(new SecretBuilder()
                .withNewMetadata()
                .withName("cart-operator")
                .endMetadata()
                .addToStringData("password", "new")
                .build());
        assertThat(namespace.provide(cluster)).satisfies(provided -> {
            assertThat(provided.obstacles()).isEmpty();
            assertThat(provided.operatorPassword()).contains(new Password("new"));
            assertThat(provided.written()).containsExactly("Secret/cart-operator");
        });
        assertThat(namespace.provide(cluster).written()).isEmpty();
    }

    @Test
    void nodesWaitForTheUsersPasswordAndTheBindingTellsIt() {
        RedisCluster cluster = namespace.create(SMALL + "auth: {passwordSecret: {name: mine, key: word}}\n");
        assertThat(namespace.provide(cluster)).satisfies(provided -> {
            assertThat(provided.obstacles())
                    .extracting(Obstacle::sentence)
                    .containsExactly("Secret mine does not exist: create it with the password under the key word");
            assertThat(provided.written()).doesNotContain("StatefulSet/cart-0");
        });

        namespace.put(new SecretBuilder()
                .withNewMetadata()
                .withName("mine")
                .endMetadata()
                .addToStringData("other", "x")
                .build());
        assertThat(namespace.provide(cluster).obstacles())
                .extracting(Obstacle::sentence)
                .containsExactly("Secret mine has no key word, or an empty one: add the password under that key");

        namespace.edit(Secret.class, "mine", secret -> secret.setStringData(Map.of("word", "p@ss word\n")));
        assertThat(namespace.provide(cluster).obstacles()).isEmpty();
        assertThat(namespace.secrets().get("cart-connection"))
                .containsEntry("password", Binding.encoded("p@ss word"))
                .containsEntry(
                        "uri", Binding.encoded("redis://default:p%40ss%20word@cart." + namespace.name() + ".svc:6379"));

        cluster.setStatus(Examples.status("formedAt: 2026-01-01T00:00:00Z"));
        namespace.edit(Secret.class, "mine", secret -> secret.setStringData(Map.of("word", "another")));
        assertThat(namespace.provide(cluster)).satisfies(changed -> {
            assertThat(changed.obstacles())
                    .containsExactly(new Obstacle.PasswordChanged("mine", "word", "cart-connection"));
            assertThat(changed.written()).isEmpty();
        });
        namespace.edit(Secret.class, "mine", secret -> secret.setStringData(Map.of("word", "p@ss word")));
        namespace.edit(Secret.class, "cart-connection", secret -> secret.setStringData(Map.of("password", "nonsense")));
        assertThat(namespace.provide(cluster)).satisfies(mended -> {
            assertThat(mended.obstacles()).isEmpty();
            assertThat(mended.written()).containsExactly("Secret/cart-connection");
        });
    }

    @Test
    void clustersOfTheSameNameInTwoNamespacesShareNothing() {
        try (Namespace other = new Namespace()) {
            Provided one = namespace.provide(namespace.create(SMALL));
            Map<String, String> versions = namespace.resourceVersions();
            Provided two = other.provide(other.create(SMALL));

            assertThat(two.obstacles()).isEmpty();
            assertThat(one.operatorPassword()).isNotEqualTo(two.operatorPassword());
            assertThat(namespace.resourceVersions()).isEqualTo(versions);
        }
    }
}
