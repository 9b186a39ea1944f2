package io.slotkeeper.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaimBuilder;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("unit")
class ClaimsTest {
    private static final String STORED = "storage: {size: 1Gi}\nshards: 3\nreplicasPerShard: 1\n";

    @Test
    void claimsThatFitAreUsedAgain() {
        assertThat(obstacles(STORED, ours("data-cart-0-0"), ours("data-cart-2-1")))
                .isEmpty();
    }

    @Test
    void fewerShardsThanTheClaimsHoldAreRefusedWithWhatToWrite() {
        assertThat(obstacles(STORED, ours("data-cart-4-0"), ours("data-cart-10-1"), ours("data-cart-3-0")))
                .containsExactly("an earlier cluster of this name left more claims than this one uses (data-cart-3-0, "
                        + "data-cart-4-0, data-cart-10-1): create the cluster again with shards: 11, or delete them if "
                        + "their data may go");
    }

    @Test
    void theCopyThatIsLeftOutMayBeTheNewest() {
        assertThat(obstacles(STORED, ours("data-cart-0-2")))
                .singleElement()
                .asString()
                .contains("with replicasPerShard: 2,");
    }

    @Test
    void aClusterWithoutStorageDoesNotForgetWhatItsPredecessorKept() {
        assertThat(obstacles(
                        "{}",
                        ours("data-cart-0-0"),
                        ours("data-cart-1-0"),
                        ours("data-cart-2-0"),
                        ours("data-cart-0-1")))
                .singleElement()
                .asString()
                .contains("and 1 more", "with storage,");
    }

    @Test
    void aClaimThatIsGoingAnywayIsInNobodysWay() {
        PersistentVolumeClaim owned = new PersistentVolumeClaimBuilder(ours("data-cart-3-0"))
                .editMetadata()
                .addNewOwnerReference()
                .withKind("StatefulSet")
                .withName("cart-3")
                .endOwnerReference()
                .endMetadata()
                .build();
        PersistentVolumeClaim leaving = new PersistentVolumeClaimBuilder(ours("data-cart-4-0"))
                .editMetadata()
                .withDeletionTimestamp("2026-01-01T00:00:00Z")
                .endMetadata()
                .build();

        assertThat(obstacles(STORED, owned, leaving)).isEmpty();
    }

    @Test
    void somebodyElsesClaimIsNotMounted() {
        assertThat(obstacles(STORED, claim("data-cart-0-0", Map.of("app", "shop"))))
                .containsExactly(
                        "PersistentVolumeClaim data-cart-0-0 belongs to somebody else and is left alone: rename or "
                                + "delete it, or give the cluster another name");
        assertThat(obstacles("{}", claim("data-cart-0-0", Map.of()))).isEmpty();
        assertThat(obstacles(STORED, claim("data-cart", Map.of()))).isEmpty();
    }

    private static List<String> obstacles(String spec, PersistentVolumeClaim... claims) {
        return Claims.obstacles(List.of(claims), Examples.blueprint(Examples.drawn(spec))).stream()
                .map(Obstacle::sentence)
                .toList();
    }

    private static PersistentVolumeClaim ours(String name) {
        return claim(name, Labels.of(new Names(Examples.NAMESPACE, "cart")));
    }

    private static PersistentVolumeClaim claim(String name, Map<String, String> labels) {
        return new PersistentVolumeClaimBuilder()
                .withNewMetadata()
                .withName(name)
                .withLabels(labels)
                .endMetadata()
                .build();
    }
}
