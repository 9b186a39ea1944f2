package io.slotkeeper.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.slotkeeper.engine.ClusterNode.Flag;
import io.slotkeeper.engine.ClusterNode.OpenSlot;
import io.slotkeeper.topology.Address;
import io.slotkeeper.topology.NodeId;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("unit")
class ClusterNodesTextTest {
    private static final String A = "a".repeat(40);
    private static final String B = "b".repeat(40);

    @Test
    void aPrimaryWithSlotsAndOpenSlots() {
        ClusterNode node = only(A + " 10.0.0.1:6379@16379,cart-0-0.cart myself,master - 0 1795255500000 7 connected "
                + "0-5460 6000 [77->-" + B + "] [93-<-" + B + "]");
        assertThat(node.id()).isEqualTo(new NodeId(A));
        assertThat(node.address()).contains(new Address("10.0.0.1", 6379));
        assertThat(node.busPort()).isEqualTo(16379);
        assertThat(node.hostname()).contains("cart-0-0.cart");
        assertThat(node.flags()).isEqualTo(Set.of(Flag.MYSELF, Flag.PRIMARY));
        assertThat(node.primary()).isEmpty();
        assertThat(node.pongReceived()).isEqualTo(1795255500000L);
        assertThat(node.configEpoch()).isEqualTo(7);
        assertThat(node.linkUp()).isTrue();
        assertThat(node.slots()).hasToString("0-5460,6000");
        assertThat(node.openSlots())
                .containsExactly(
                        new OpenSlot(77, OpenSlot.Direction.MIGRATING, new NodeId(B)),
                        new OpenSlot(93, OpenSlot.Direction.IMPORTING, new NodeId(B)));
    }

    @Test
    void aReplicaThatIsSuspected() {
        ClusterNode node = only(B + " fd00::7:6379@16379 slave,fail? " + A + " 1795255500000 0 3 disconnected");
        assertThat(node.address()).contains(new Address("fd00::7", 6379));
        assertThat(node.isReplica()).isTrue();
        assertThat(node.isFailed()).isFalse();
        assertThat(node.flags()).contains(Flag.SUSPECTED);
        assertThat(node.primary()).contains(new NodeId(A));
        assertThat(node.linkUp()).isFalse();
        assertThat(node.slots().isEmpty()).isTrue();
    }

    @Test
    void theFileOfANodeHasFieldsOfItsOwn() {
        List<ClusterNode> nodes = ClusterNodesText.parse(A
                + " 127.0.1.1:6379@16379,,tls-port=0,shard-id=" + B + ",availability-zone=a myself,master - 0 0 1"
                + " connected 0-16383\nvars currentEpoch 1 lastVoteEpoch 0\n");
        assertThat(nodes).hasSize(1);
        assertThat(nodes.getFirst().hostname()).isEmpty();
        assertThat(nodes.getFirst().auxiliary()).containsEntry("shard-id", B).containsEntry("availability-zone", "a");
    }

    @Test
    void aNodeWithoutAddressAndANodeWithoutFlags() {
        ClusterNode lost = only(A + " :0@0 master,noaddr,fail - 0 0 1 disconnected");
        assertThat(lost.address()).isEmpty();
        assertThat(lost.isFailed()).isTrue();
        assertThat(only(A + " 10.0.0.1:6379@16379 noflags - 0 0 0 connected").flags())
                .isEmpty();
    }

    @Test
    void flagsOfLaterVersionsAreKept() {
        ClusterNode node = only(A + " 10.0.0.1:6379@16379 primary,sparkling,nofailover - 0 0 0 connected");
        assertThat(node.isPrimary()).isTrue();
        assertThat(node.flags()).contains(Flag.NO_FAILOVER);
        assertThat(node.unknownFlags()).containsExactly("sparkling");
    }

    @Test
    void aLineThatCannotBeReadIsNotPassedOver() {
        assertThatThrownBy(() -> ClusterNodesText.parse(A + " 10.0.0.1:6379@16379 master - 0 0\n"))
                .isInstanceOf(UnexpectedReply.class);
        assertThatThrownBy(() -> only("abc 10.0.0.1:6379@16379 master - 0 0 0 connected"))
                .hasMessageContaining("'abc' is not a node id");
        assertThatThrownBy(() -> only(A + " 10.0.0.1:6379@16379 master - 0 0 0 connected 0-99999"))
                .hasMessageContaining("0-99999");
        assertThatThrownBy(() -> only(A + " 10.0.0.1:6379@16379 master - 0 0 0 connected [12]"))
                .hasMessageContaining("without arrow");
    }

    private static ClusterNode only(String line) {
        return ClusterNodesText.parse(line + "\n").getFirst();
    }
}
