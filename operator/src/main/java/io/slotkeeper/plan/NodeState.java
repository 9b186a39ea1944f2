package io.slotkeeper.plan;

import io.slotkeeper.topology.Address;
import io.slotkeeper.topology.NodeId;
import io.slotkeeper.topology.SlotSet;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What one node said of itself and of the others. {@code epoch} is its own configuration epoch, 0 for a node that was never
 * given one. {@code link} is there when the node is a replica, {@code inSync} says where its own
 * replicas are that have all of it. {@code replicationOpen}: it may be replicated from.
 * {@code engine}: what runs in it, as people read it ({@code Redis 8.6}); nothing is planned by it.
 */
public record NodeState(
        NodeId id,
        Optional<NodeId> primary,
        SlotSet slots,
        long keys,
        long epoch,
        boolean clusterOk,
        List<Peer> peers,
        Optional<Link> link,
        Set<Address> inSync,
        long offset,
        LiveSettings settings,
        boolean replicationOpen,
        String engine) {
    public NodeState {
        peers = List.copyOf(peers);
        inSync = Set.copyOf(inSync);
    }

    public boolean isReplica() {
        return primary.isPresent();
    }

    /** Whether it serves slots by its own word. */
    public boolean ownsSlots() {
        return !isReplica() && !slots.isEmpty();
    }

    /** What it knows of another node. */
    public Optional<Peer> peer(NodeId other) {
        return peers.stream().filter(peer -> peer.id().equals(other)).findFirst();
    }

    /** Another node as this one sees it. */
    public record Peer(
            NodeId id,
            Optional<Address> address,
            Optional<NodeId> primary,
            SlotSet slots,
            long epoch,
            boolean linkUp,
            Health health) {
        /** Whether the node is in touch with it. An engine says that it has a link while it still dials, so it must not have doubts either. */
        public boolean isHeard() {
            return linkUp && health == Health.FINE;
        }
    }

    /** How a node judges another one. A node in handshake has a made-up id. */
    public enum Health {
        FINE,
        HANDSHAKE,
        SUSPECTED,
        FAILED
    }

    /**
     * A replica's link to its primary; the address is where it really looks, whatever the bus says. {@code downFor} is empty
     * while the link is up, and also when it has not been up since the node started.
     */
    public record Link(Address address, boolean up, boolean syncing, Optional<Duration> downFor) {
        public boolean inSync() {
            return up && !syncing;
        }
    }
}
