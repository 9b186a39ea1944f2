package io.slotkeeper.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.slotkeeper.api.RedisCluster;
import io.slotkeeper.testkit.PretendedApiServer;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What becomes of a cluster's objects when something around them goes wrong. */
@Tag("unit")
class ProvisionTest {
    private static final String SECRETS = "/api/v1/namespaces/team/secrets/";

    private final PretendedApiServer kubernetes = new PretendedApiServer();
    private final ApiServer server = new ApiServer(kubernetes.client());
    private final Provision provision = new Provision(server, server, Examples.DEFAULTS);
    private final Wanted wanted = new Wanted();

    @AfterEach
    void stop() {
        kubernetes.close();
    }

    @Test
    void aLostPasswordThatAPersonPutsBackIsTheClustersAgain() {
        RedisCluster cluster = formed("shards: 1");
        Provided lost = provision.provide(cluster, wanted);
        assertThat(lost.obstacles()).contains(new Obstacle.PasswordLost("cart-operator", "password"));

        withGeneratedPasswords();
        kubernetes.put(SECRETS + "cart-password", secret("cart-password", "password", "of users\n"));
        Provided found = provision.provide(cluster, wanted);

        assertThat(found.obstacles()).isEmpty();
        assertThat(found.operatorPassword()).contains(new Password("of cart-operator"));
        assertThat(get("cart-operator").getMetadata().getLabels()).containsAllEntriesOf(Labels.of(Names.of(cluster)));
        assertThat(get("cart-operator").getMetadata().getOwnerReferences())
                .singleElement()
                .satisfies(owner -> assertThat(owner.getUid()).isEqualTo(Examples.UID));
    }

    @Test
    void aStrangersSecretIsNobodysPasswordUntilTheClusterIsFormed() {
        kubernetes.put(SECRETS + "cart-operator", secret("cart-operator", "password", "theirs"));

        Provided provided = provision.provide(Examples.drawn("shards: 1"), wanted);

        assertThat(provided.obstacles()).contains(new Obstacle.Conflict("Secret", "cart-operator", "somebody else"));
        assertThat(provided.operatorPassword()).isEmpty();
    }

    @Test
    void whatAPausedClusterIsEnteredWithIsReadByTheSameRules() {
        RedisCluster cluster = formed("shards: 1");
        kubernetes.put(SECRETS + "cart-operator", secret("cart-operator", "password", "word\n"));

        Provided looked = provision.look(cluster);

        assertThat(looked.operatorPassword()).contains(new Password("word"));
        assertThat(looked.written()).isEmpty();
        assertThat(get("cart-operator").getMetadata().getLabels()).isNullOrEmpty();
        assertThat(provision.look(Examples.drawn("shards: 1")).operatorPassword())
                .as("of a Secret that is not the cluster's")
                .isEmpty();
    }

    @Test
    void aPasswordThatRunningNodesDoNotKnowIsNotTold() {
        RedisCluster cluster = formed("{shards: 1, auth: {passwordSecret: {name: mine, key: word}}}");
        withGeneratedPasswords();
        kubernetes.put(SECRETS + "mine", secret("mine", "word", "new"));
        kubernetes.put(SECRETS + "cart-connection", binding(cluster, "old"));

        Provided changed = provision.provide(cluster, wanted);

        assertThat(changed.obstacles())
                .containsExactly(new Obstacle.PasswordChanged("mine", "word", "cart-connection"));
        assertThat(changed.operatorPassword()).isPresent();
        assertThat(get("cart-connection").getData()).containsEntry("password", Binding.encoded("old"));

        kubernetes.put(SECRETS + "mine", secret("mine", "word", "old"));
        assertThat(provision.provide(cluster, wanted).obstacles()).isEmpty();
    }

    @Test
    void aBindingThatSomebodyTamperedWithIsPutRight() {
        RedisCluster cluster = formed("{shards: 1, auth: {passwordSecret: {name: mine, key: word}}}");
        withGeneratedPasswords();
        kubernetes.put(SECRETS + "mine", secret("mine", "word", "old"));
        Secret binding = binding(cluster, "nonsense");
        binding.getMetadata().setManagedFields(List.of());
        kubernetes.put(SECRETS + "cart-connection", binding);

        assertThat(provision.provide(cluster, wanted).obstacles()).isEmpty();

        assertThat(get("cart-connection").getData()).containsEntry("password", Binding.encoded("old"));
    }

    @ParameterizedTest
    @ValueSource(ints = {409, 429, 500})
    void anObjectThatTheApiServerDoesNotTakeKeepsNothingElseBack(int code) {
        RedisCluster cluster = Examples.drawn("shards: 1");
        kubernetes.fail("PATCH", "/services/cart", code);

        Provided provided = provision.provide(cluster, wanted);

        assertThat(provided.obstacles())
                .containsExactly(new Obstacle.ApiServerTrouble("Service", "cart", "the answer is " + code));
        assertThat(provided.operatorPassword()).isPresent();
        assertThat(provided.written())
                .contains("ConfigMap/cart", "Service/cart-nodes", "Secret/cart-connection")
                .doesNotContain("StatefulSet/cart-0");

        kubernetes.recover();
        assertThat(provision.provide(cluster, wanted))
                .satisfies(healed -> assertThat(healed.obstacles()).isEmpty())
                .satisfies(healed -> assertThat(healed.written()).contains("Service/cart", "StatefulSet/cart-0"));
    }

    @Test
    void whatCannotBeReadIsNotTakenForMissing() {
        RedisCluster cluster = formed("{shards: 1, auth: {passwordSecret: {name: mine, key: word}}}");
        withGeneratedPasswords();
        kubernetes.fail("GET", "/secrets/mine", 500);
        kubernetes.fail("GET", "/secrets/cart-node", 503);

        Provided provided = provision.provide(cluster, wanted);

        assertThat(provided.obstacles())
                .containsExactlyInAnyOrder(
                        new Obstacle.ApiServerTrouble("Secret", "mine", "the answer is 500"),
                        new Obstacle.ApiServerTrouble("Secret", "cart-node", "the answer is 503"));
        assertThat(provided.operatorPassword()).isPresent();
    }

    @Test
    void nodesAreEnteredEvenWhenNobodySaysWhetherTheirClaimsAreInTheWay() {
        RedisCluster cluster = formed("shards: 1");
        withGeneratedPasswords();
        kubernetes.fail("GET", "/persistentvolumeclaims", 500);

        Provided provided = provision.provide(cluster, wanted);

        assertThat(provided.obstacles()).singleElement().isInstanceOf(Obstacle.ApiServerTrouble.class);
        assertThat(provided.operatorPassword()).isPresent();
    }

    private void withGeneratedPasswords() {
        for (String name : List.of("cart-operator", "cart-replication", "cart-node")) {
            kubernetes.put(SECRETS + name, secret(name, "password", "of " + name));
        }
    }

    /** As the API server has it after we have applied it. */
    private static Secret binding(RedisCluster cluster, String password) {
        return new SecretBuilder(Binding.of(Examples.blueprint(cluster), new Password(password)))
                .editMetadata()
                .addNewManagedField()
                .withManager(ApiServer.FIELD_MANAGER)
                .withOperation("Apply")
                .withNewFieldsV1()
                .addToAdditionalProperties("f:data", Map.of("f:password", Map.of()))
                .endFieldsV1()
                .endManagedField()
                .endMetadata()
                .build();
    }

    private Secret get(String name) {
        return kubernetes.get(SECRETS + name, Secret.class).orElseThrow();
    }

    private static Secret secret(String name, String key, String value) {
        return new SecretBuilder()
                .withNewMetadata()
                .withNamespace(Examples.NAMESPACE)
                .withName(name)
                .endMetadata()
                .withData(Map.of(key, Binding.encoded(value)))
                .build();
    }

    private static RedisCluster formed(String spec) {
        RedisCluster cluster = Examples.drawn(spec);
        cluster.setStatus(Examples.status("formedAt: 2026-01-01T00:00:00Z"));
        return cluster;
    }
}
