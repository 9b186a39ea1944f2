package io.slotkeeper.plan;

import io.slotkeeper.topology.Address;
import io.slotkeeper.topology.NodeId;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;

/** What became of asking a node. */
public sealed interface NodeView {
    /**
     * It has no address yet, or nobody answered in time; the reason is for a person to read. {@code death}: the life that was seen last
     * has ended.
     */
    record Silent(String why, Optional<Death> death) implements NodeView {
        public Silent(String why) {
            this(why, Optional.empty());
        }
    }

    /**
     * How a process ended: the connection on which it had answered broke off {@code ago}, and now its address refuses. {@code node}:
     * who it was. {@code inSync}: where its replicas were that had all of it, by its last answer. {@code quietFor}: since when nothing at all
     * has answered there; a process that loads its data again has not come so far as to serve, but tries.
     */
    record Death(NodeId node, Duration ago, Duration quietFor, Set<Address> inSync) {
        public Death {
            inSync = Set.copyOf(inSync);
        }
    }

    /** Something answered and would not accept this cluster's password: it is not our node. */
    record Foreign(String why) implements NodeView {}

    /** It is reading its data and will answer later. */
    record Loading() implements NodeView {}

    /** It answered. */
    record Answering(NodeState state) implements NodeView {}
}
