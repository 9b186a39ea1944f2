package io.slotkeeper.engine;

import io.slotkeeper.topology.Address;
import io.slotkeeper.topology.NodeId;
import io.slotkeeper.topology.SlotSet;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * One line of CLUSTER NODES or of a nodes.conf: a node as the node that was asked sees it. Times are milliseconds of that
 * node's clock, 0 for "not pending" or "never".
 */
public record ClusterNode(
        NodeId id,
        Optional<Address> address,
        int busPort,
        Optional<String> hostname,
        Map<String, String> auxiliary,
        Set<Flag> flags,
        Set<String> unknownFlags,
        Optional<NodeId> primary,
        long pingSent,
        long pongReceived,
        long configEpoch,
        boolean linkUp,
        SlotSet slots,
        List<OpenSlot> openSlots) {
    public ClusterNode {
        auxiliary = Map.copyOf(auxiliary);
        flags = flags.isEmpty() ? Set.of() : Set.copyOf(EnumSet.copyOf(flags));
        unknownFlags = Set.copyOf(unknownFlags);
        openSlots = List.copyOf(openSlots);
    }

    /** Whether this is the node that was asked. */
    public boolean isMyself() {
        return flags.contains(Flag.MYSELF);
    }

    /** Whether it is a primary, with or without slots. */
    public boolean isPrimary() {
        return flags.contains(Flag.PRIMARY);
    }

    /** Whether it is a replica. */
    public boolean isReplica() {
        return flags.contains(Flag.REPLICA);
    }

    /** Whether the cluster has agreed that it is gone. */
    public boolean isFailed() {
        return flags.contains(Flag.FAILED);
    }

    /** Whether the node that was asked is in touch with it. A link alone is less: an engine says that it has one while it still dials. */
    public boolean isHeard() {
        return linkUp && !isFailed() && !flags.contains(Flag.SUSPECTED);
    }

    /** Whether it has been met but has not answered yet; its id is made up until it does. */
    public boolean isInHandshake() {
        return flags.contains(Flag.HANDSHAKE);
    }

    /** What engines say about a node in short. */
    public enum Flag {
        MYSELF("myself"),
        PRIMARY("master"),
        REPLICA("slave"),
        SUSPECTED("fail?"),
        FAILED("fail"),
        HANDSHAKE("handshake"),
        NO_ADDRESS("noaddr"),
        NO_FAILOVER("nofailover");

        private final String word;

        Flag(String word) {
            this.word = word;
        }

        static Optional<Flag> of(String word) {
            for (Flag flag : values()) {
                if (flag.word.equals(word)) {
                    return Optional.of(flag);
                }
            }
            return switch (word) {
                case "primary" -> Optional.of(PRIMARY);
                case "replica" -> Optional.of(REPLICA);
                default -> Optional.empty();
            };
        }
    }

    /** A slot that is half moved the classic way: from or to the other node. */
    public record OpenSlot(int slot, Direction direction, NodeId other) {
        /** Which end of the move the node is. */
        public enum Direction {
            MIGRATING,
            IMPORTING
        }
    }
}
