package io.slotkeeper.plan;

import io.slotkeeper.plan.NodeState.Peer;
import io.slotkeeper.topology.Address;
import io.slotkeeper.topology.NodeId;
import io.slotkeeper.topology.SlotSet;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;

/**
 * A node that others know and that answered from none of our pods. Which kind it is decides whether to wait, to forget it or
 * to call a person, so the doubt goes to waiting: as long as a pod has not answered, any stranger may be the node in it,
 * unless it is alive and owns slots that this pod's shard would not have.
 */
record Stranger(NodeId id, Optional<Address> address, SlotSet slots, Kind kind) {
    enum Kind {
        /** Probably the node of a pod that does not answer yet. */
        HIDDEN,
        /** Alive, owns slots, and is in none of our pods: somebody merged another cluster into ours. */
        FOREIGN,
        /** Gone for good with the slots that it owned. */
        LOST,
        /** Gone for good, and owned nothing. */
        LEFTOVER
    }

    /** All strangers that these nodes know; {@code unseenIn}: whether a pod of this shard is missing or did not answer. */
    static List<Stranger> knownTo(List<Node> nodes, Claims claims, int shards, IntPredicate unseenIn) {
        Map<NodeId, Optional<Address>> unknown = new TreeMap<>();
        for (Node node : nodes) {
            for (Peer peer : node.view().values()) {
                if (nodes.stream().noneMatch(other -> other.id().equals(peer.id()))) {
                    unknown.merge(peer.id(), peer.address(), (one, other) -> one.isPresent() ? one : other);
                }
            }
        }
        List<Stranger> strangers = new ArrayList<>();
        unknown.forEach((id, address) -> {
            SlotSet slots = claims.of(id);
            strangers.add(new Stranger(id, address, slots, kindOf(slots, isAlive(id, nodes), shards, unseenIn)));
        });
        return List.copyOf(strangers);
    }

    private static Kind kindOf(SlotSet slots, boolean alive, int shards, IntPredicate unseenIn) {
        IntPredicate mayBeIn = alive && !slots.isEmpty()
                ? shard ->
                        unseenIn.test(shard) && InitialShare.of(shard, shards).containsAll(slots)
                : unseenIn;
        if (IntStream.range(0, shards).anyMatch(mayBeIn)) {
            return Kind.HIDDEN;
        }
        if (slots.isEmpty()) {
            return Kind.LEFTOVER;
        }
        return alive ? Kind.FOREIGN : Kind.LOST;
    }

    /**
     * A replica's link breaks at once when its primary ends, while the bus takes a node timeout to notice. So replicas are
     * believed first, and the bus only where nobody follows the stranger. A link looks at an address and asks for no name: one
     * to where a node of ours is by now says nothing.
     */
    private static boolean isAlive(NodeId id, List<Node> nodes) {
        List<Node> followers = nodes.stream().filter(node -> node.follows(id)).toList();
        return followers.isEmpty()
                ? nodes.stream().flatMap(node -> node.sees(id).stream()).allMatch(NodeState.Peer::isHeard)
                : followers.stream()
                        .flatMap(node -> node.state().link().stream())
                        .anyMatch(link -> link.up()
                                && nodes.stream()
                                        .noneMatch(node -> node.address().equals(link.address())));
    }

    /** How a person recognises it. */
    String name() {
        return "node " + id.shortened()
                + address.map(where -> " at " + where.host()).orElse(" without an address");
    }
}
