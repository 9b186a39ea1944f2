package io.slotkeeper.plan;

import io.slotkeeper.topology.NodeId;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;

/**
 * Who said lately that it has no connection on the bus to whom, from what is seen pass by pass. An engine that dials says that it is connected,
 * and dials ten times a second: of many nodes one always does, and no single look sees all of them without.
 */
public final class Partings {
    /** Longer than a few passes take, shorter than it takes a cluster to find together again. */
    private static final Duration LATELY = Duration.ofSeconds(1);

    /** By the one that was missed: who said so, and when the last time. */
    private final Map<NodeId, Map<NodeId, Instant>> parted = new HashMap<>();

    /** What is known after these were seen. */
    public Map<NodeId, Map<NodeId, Instant>> after(Collection<NodeState> seen, Instant now) {
        for (NodeState state : seen) {
            for (NodeState.Peer peer : state.peers()) {
                if (!peer.isHeard()) {
                    parted.computeIfAbsent(peer.id(), missed -> new HashMap<>()).put(state.id(), now);
                }
            }
        }
        parted.values()
                .forEach(by -> by.values().removeIf(when -> when.plus(LATELY).isBefore(now)));
        parted.values().removeIf(Map::isEmpty);
        Map<NodeId, Map<NodeId, Instant>> known = new HashMap<>();
        parted.forEach((missed, by) -> known.put(missed, Map.copyOf(by)));
        return known;
    }
}
