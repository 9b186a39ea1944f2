package io.slotkeeper.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import io.slotkeeper.topology.Place;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("unit")
class NamesTest {
    private static final int LAST_SHARD = 499;

    /** A StatefulSet's name is part of a label of its pods, with a hash of ten characters behind it. */
    private static final int LONGEST_SET = 63 - "-0123456789".length();

    @Test
    void theLongestNameOfAClusterLeavesRoomForAllThatIsDerivedFromIt() {
        Names names = new Names("team", "a".repeat(Names.LONGEST));

        assertThat(names.shard(LAST_SHARD)).hasSize(LONGEST_SET);
        assertThat(names.pod(LAST_SHARD, Names.MOST_PODS - 1)).hasSizeLessThanOrEqualTo(63);
        assertThat(names.nodesService()).hasSizeLessThanOrEqualTo(63);
    }

    @Test
    void aClaimIsKnownByItsName() {
        Names names = new Names("team", "cart");

        assertThat(names.ownerOfClaim(names.claim(12, 3))).contains(new Place(12, 3));
        assertThat(names.ownerOfClaim("data-cart-1")).isEmpty();
        assertThat(names.ownerOfClaim("data-cart-1-0-2")).isEmpty();
        assertThat(names.ownerOfClaim("data-shopping-cart-1-0")).isEmpty();
        assertThat(names.ownerOfClaim("data-cart-01-0")).isEmpty();
    }

    @Test
    void aClusterWhoseNameLooksLikeAShardOfAnotherHasOtherNames() {
        assertThat(new Names("team", "cart").pod(0, 1)).isNotEqualTo(new Names("team", "cart-0").pod(1, 0));
        assertThat(new Names("team", "cart").ownerOfClaim(new Names("team", "cart-0").claim(1, 0)))
                .isEmpty();
    }
}
