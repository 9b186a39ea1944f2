package io.slotkeeper.plan;

import io.slotkeeper.plan.NodeState.Health;
import io.slotkeeper.plan.NodeState.Peer;
import io.slotkeeper.topology.Address;
import io.slotkeeper.topology.NodeId;
import io.slotkeeper.topology.Place;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * A pod whose node answered with our password, with what it said at hand. {@code view}: whom it knows, by id. {@code greeted}:
 * where it is introducing itself at the moment; the ids of such entries are made up, so they count for nothing else.
 */
record Node(ObservedPod pod, Address address, NodeState state, Map<NodeId, Peer> view, Set<Address> greeted) {
    static List<Node> answeringIn(Observation seen) {
        List<Node> nodes = new ArrayList<>();
        for (ObservedPod pod : seen.pods()) {
            if (pod.node() instanceof NodeView.Answering answering) {
                pod.address().ifPresent(address -> nodes.add(of(pod, address, answering.state())));
            }
        }
        return List.copyOf(nodes);
    }

    private static Node of(ObservedPod pod, Address address, NodeState state) {
        Map<NodeId, Peer> view = new HashMap<>();
        Set<Address> greeted = new HashSet<>();
        for (Peer peer : state.peers()) {
            if (peer.health() == Health.HANDSHAKE) {
                peer.address().ifPresent(greeted::add);
            } else {
                view.put(peer.id(), peer);
            }
        }
        return new Node(pod, address, state, view, greeted);
    }

    Place place() {
        return pod.place();
    }

    int shard() {
        return pod.place().shard();
    }

    NodeId id() {
        return state.id();
    }

    /** It is a replica, and that is where it fetches, whoever is there. */
    boolean looksAt(Address where) {
        return state.link().filter(link -> link.address().equals(where)).isPresent();
    }

    /** Its pod is being deleted: what it says counts, but nothing is begun with it. */
    boolean isLeaving() {
        return pod.terminating();
    }

    /**
     * Holds nothing and has no role. Its epoch plays no part: an operator may have been killed when it had set that and
     * nothing else.
     */
    boolean isBlank() {
        return !state.isReplica() && holdsNothing();
    }

    /** Nothing would be missing without it; it may be a replica of somebody. */
    boolean holdsNothing() {
        return state.slots().isEmpty() && state.keys() == 0;
    }

    /** Whether it follows this node, whoever that is. */
    boolean follows(NodeId primary) {
        return state.primary().equals(Optional.of(primary));
    }

    Optional<Peer> sees(NodeId other) {
        return Optional.ofNullable(view.get(other));
    }

    boolean is(Node other) {
        return id().equals(other.id());
    }

    /** Whether it looks for the other one where that really is. */
    boolean knowsWhereIs(Node other) {
        Peer peer = view.get(other.id());
        return peer != null && peer.address().equals(Optional.of(other.address));
    }

    /** Whether it is in touch with the other one, at the right address. */
    boolean reaches(Node other) {
        Peer peer = view.get(other.id());
        return peer != null && peer.isHeard() && knowsWhereIs(other);
    }

    boolean follows(Node primary) {
        return follows(primary.id());
    }

    /** Whether it has all that this primary sends, and gets it from where that really is. */
    boolean isInSyncWith(Node primary) {
        return follows(primary) && isCopyOf(primary);
    }

    /** The same by its link alone, which asks for no name: who follows somebody that is gone copies whoever has that address by now. */
    boolean isCopyOf(Node source) {
        return state.link()
                .filter(link -> link.inSync() && link.address().equals(source.address))
                .isPresent();
    }
}
