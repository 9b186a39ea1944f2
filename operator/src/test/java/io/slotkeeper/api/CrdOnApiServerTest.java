package io.slotkeeper.api;

import static io.slotkeeper.testkit.EmbeddedKubernetes.kubectl;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.groups.Tuple.tuple;

import io.fabric8.kubernetes.api.model.Condition;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.autoscaling.v1.Scale;
import io.fabric8.kubernetes.client.dsl.FieldValidateable;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** The kind as the API server serves it: defaults, columns, scale, unknown fields, merging of conditions. */
@Tag("kube")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class CrdOnApiServerTest {
    private static final String CONDITION =
            "{conditions: [{type: %s, status: \"%s\", reason: Because, message: So., lastTransitionTime: \"2026-01-01T00:00:00Z\"}]}";

    private ApiServer api;

    @BeforeAll
    void connect() {
        api = new ApiServer();
    }

    @AfterAll
    void cleanUp() {
        api.close();
    }

    @Test
    void anEmptySpecificationIsACluster() {
        assertThat(api.tried(api.cluster("")).getAdditionalProperties())
                .containsEntry("spec", Map.of("shards", 3, "replicasPerShard", 1));
    }

    @Test
    void theScaleOfAClusterIsItsShards() {
        GenericKubernetesResource cluster = api.created("shards: 4");
        api.report(
                cluster,
                "tests",
                "{shardCount: 4, selector: \"slotkeeper.io/cluster=cart,slotkeeper.io/role=primary\"}");
        Scale scale = Objects.requireNonNull(api.client()
                .resources(RedisCluster.class)
                .inNamespace(api.namespace())
                .withName(cluster.getMetadata().getName())
                .scale());
        assertThat(scale.getSpec().getReplicas()).isEqualTo(4);
        assertThat(scale.getStatus().getReplicas()).isEqualTo(4);
        assertThat(scale.getStatus().getSelector()).isEqualTo("slotkeeper.io/cluster=cart,slotkeeper.io/role=primary");
        assertThatThrownBy(() -> kubectl(
                        "scale",
                        "--namespace=" + api.namespace(),
                        "--replicas=5",
                        "rdc/" + cluster.getMetadata().getName()))
                .hasMessageContaining("cannot change the shards of a cluster: write the number that was there");
    }

    @Test
    void theColumnsSayWhatIsGoingOn() {
        GenericKubernetesResource cluster = api.created("");
        String name = cluster.getMetadata().getName();
        api.report(
                cluster,
                "tests",
                "{shardsServing: 2/3, replicasInSync: 1/3, engine: Redis 8.6, doing: {step: GiveSlots, reason: nobody has them}, "
                        + "image: \"slotkeeper/node:redis-8.6\", binding: {name: cart-connection}, conditions: [{type: Ready, "
                        + "status: \"False\", reason: Forming, message: Wait., lastTransitionTime: \"2026-01-01T00:00:00Z\"}]}");
        assertThat(kubectl("get", "rdc", name, "--namespace=" + api.namespace()).lines())
                .satisfiesExactly(
                        head -> assertThat(head.split(" +"))
                                .containsExactly(
                                        "NAME", "READY", "REASON", "DOING", "SHARDS", "REPLICAS", "ENGINE", "AGE"),
                        line -> assertThat(line)
                                .startsWith(name)
                                .containsPattern("False +Forming +GiveSlots +2/3 +1/3 +Redis 8.6"));
        assertThat(kubectl("get", "slotkeeper", name, "--namespace=" + api.namespace(), "--output=wide"))
                .contains("MESSAGE", "WHY", "BINDING", "IMAGE", "PAUSED", "nobody has them", "cart-connection", "true");
    }

    @Test
    void aFieldThatDoesNotExistIsPointedOutToStrictClientsAndDroppedForOthers() {
        GenericKubernetesResource cluster = api.cluster("shard: 4");
        assertThatThrownBy(() -> api.client()
                        .resource(cluster)
                        .inNamespace(api.namespace())
                        .fieldValidation(FieldValidateable.Validation.STRICT)
                        .create())
                .hasMessageContaining("unknown field \"spec.shard\"");
        assertThat(api.tried(cluster).getAdditionalProperties())
                .containsEntry("spec", Map.of("shards", 3, "replicasPerShard", 1));
    }

    @Test
    void conditionsOfTwoWritersLieSideBySide() {
        GenericKubernetesResource cluster = api.created("");
        api.report(cluster, "one", CONDITION.formatted("Mine", "True"));
        api.report(cluster, "two", CONDITION.formatted("Yours", "True"));
        api.report(cluster, "one", CONDITION.formatted("Mine", "False"));
        assertThat(Objects.requireNonNull(
                        Objects.requireNonNull(api.read(cluster).getStatus()).conditions()))
                .filteredOn(condition -> condition.getReason().equals("Because"))
                .extracting(Condition::getType, Condition::getStatus)
                .containsExactlyInAnyOrder(tuple("Mine", "False"), tuple("Yours", "True"));
    }

    @Test
    void whatUsersSeeIsExplained() {
        assertThat(kubectl("explain", "rediscluster.spec.failover.nodeTimeoutMillis"))
                .contains("cluster-node-timeout");
    }
}
