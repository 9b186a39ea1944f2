package io.slotkeeper.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.OwnerReference;
import io.fabric8.kubernetes.api.model.OwnerReferenceBuilder;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("unit")
class StandingTest {
    private static final Blueprint BLUEPRINT = Examples.blueprint(Examples.drawn("{}"));
    private static final Map<String, String> OUR_LABELS = Labels.of(BLUEPRINT.names());

    @Test
    void whatTheClusterOwnsIsOurs() {
        assertThat(standing(secret(Map.of(), BLUEPRINT.owner()))).isInstanceOf(Standing.Ours.class);
    }

    @Test
    void whatWasLeftBehindIsOursByItsLabels() {
        assertThat(standing(secret(OUR_LABELS))).isInstanceOf(Standing.Ours.class);
    }

    @Test
    void nobodysObjectWithoutOurLabelsIsNotOurs() {
        assertThat(standing(secret(Map.of())))
                .isEqualTo(new Standing.InTheWay<Secret>(
                        new Obstacle.Conflict("Secret", "cart-operator", "somebody else")));
    }

    @Test
    void anotherControllersObjectIsNotOursWhateverItsLabelsSay() {
        OwnerReference other = owner("apps/v1", "Deployment", "shop");
        assertThat(standing(secret(OUR_LABELS, other)))
                .isEqualTo(new Standing.InTheWay<Secret>(
                        new Obstacle.Conflict("Secret", "cart-operator", "Deployment shop")));
        assertThat(standing(secret(OUR_LABELS, owner("redis.example.com/v1", "RedisCluster", "cart"))))
                .isEqualTo(new Standing.InTheWay<Secret>(
                        new Obstacle.Conflict("Secret", "cart-operator", "RedisCluster cart")));
    }

    @Test
    void whatADeletedClusterOfThisNameOwnedIsWaitedFor() {
        assertThat(standing(secret(OUR_LABELS, owner("slotkeeper.io/v1alpha1", "RedisCluster", "cart"))))
                .isEqualTo(new Standing.InTheWay<Secret>(new Obstacle.Leaving("Secret", "cart-operator")));
    }

    @Test
    void whatIsBeingDeletedIsWaitedFor() {
        Secret leaving = new SecretBuilder(secret(OUR_LABELS))
                .editMetadata()
                .withDeletionTimestamp("2026-01-01T00:00:00Z")
                .endMetadata()
                .build();
        assertThat(standing(leaving))
                .isEqualTo(new Standing.InTheWay<Secret>(new Obstacle.Leaving("Secret", "cart-operator")));
    }

    private static Standing<Secret> standing(Secret secret) {
        return Standing.of(Optional.of(secret), BLUEPRINT);
    }

    private static OwnerReference owner(String apiVersion, String kind, String name) {
        return new OwnerReferenceBuilder()
                .withApiVersion(apiVersion)
                .withKind(kind)
                .withName(name)
                .withUid("another-uid")
                .withController(true)
                .build();
    }

    private static Secret secret(Map<String, String> labels, OwnerReference... owners) {
        return new SecretBuilder()
                .withNewMetadata()
                .withName("cart-operator")
                .withLabels(labels)
                .withOwnerReferences(List.of(owners))
                .endMetadata()
                .build();
    }
}
