package io.slotkeeper.plan;

import io.slotkeeper.plan.NodeState.Peer;
import io.slotkeeper.topology.NodeId;
import io.slotkeeper.topology.SlotSet;
import java.util.Map;
import java.util.TreeMap;

/**
 * Who owns which slots in anyone's view: by a node's own word, or by what another one believes. While news travels, more than
 * one may own a slot; for what must not be touched, each of them counts.
 */
record Claims(Map<NodeId, SlotSet> byOwner) {
    static Claims in(Iterable<Node> nodes) {
        Map<NodeId, SlotSet> claims = new TreeMap<>();
        for (Node node : nodes) {
            if (node.state().ownsSlots()) {
                claims.merge(node.id(), node.state().slots(), SlotSet::union);
            }
            for (Peer peer : node.view().values()) {
                if (!peer.slots().isEmpty()) {
                    claims.merge(peer.id(), peer.slots(), SlotSet::union);
                }
            }
        }
        return new Claims(claims);
    }

    /** All that this node owns in anyone's view. */
    SlotSet of(NodeId owner) {
        return byOwner.getOrDefault(owner, SlotSet.none());
    }

    /** Every slot that somebody owns. */
    SlotSet all() {
        return byOwner.values().stream().reduce(SlotSet.none(), SlotSet::union);
    }

    boolean touch(SlotSet slots) {
        return byOwner.values().stream().anyMatch(owned -> owned.intersects(slots));
    }
}
