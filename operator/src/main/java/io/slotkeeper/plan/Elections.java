package io.slotkeeper.plan;

import io.slotkeeper.topology.NodeId;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * When each node may have been elected the last time, from what is seen of it pass by pass. Whoever had a role when it was first seen
 * may have been elected just then, and so may all of a shard whose primary has another epoch than it had: somebody else may have served
 * between two looks.
 */
public final class Elections {
    private final Map<NodeId, Trace> traces = new HashMap<>();

    private record Trace(boolean blank, boolean owner, long epoch, Instant elected) {}

    /** What is known after these were seen. */
    public Map<NodeId, Instant> after(Collection<NodeState> seen, Instant now) {
        Set<NodeId> known = new HashSet<>();
        Set<NodeId> anew = new HashSet<>();
        for (NodeState state : seen) {
            known.add(state.id());
            state.peers().forEach(peer -> known.add(peer.id()));
            Trace before = traces.get(state.id());
            if (before != null && before.owner() && state.ownsSlots() && before.epoch() != state.epoch()) {
                anew.add(state.id());
            }
            traces.put(state.id(), trace(before, state, now));
        }
        seen.stream()
                .filter(state -> state.primary().filter(anew::contains).isPresent())
                .forEach(state -> traces.put(state.id(), new Trace(false, false, state.epoch(), now)));
        if (!known.isEmpty()) {
            traces.keySet().retainAll(known);
        }
        Map<NodeId, Instant> elected = new HashMap<>();
        traces.forEach((id, trace) -> elected.put(id, trace.elected()));
        return elected;
    }

    private static Trace trace(@Nullable Trace before, NodeState state, Instant now) {
        boolean blank = !state.isReplica() && state.slots().isEmpty() && state.keys() == 0;
        Instant elected;
        if (before == null) {
            elected = blank ? Instant.EPOCH : now;
        } else if (state.ownsSlots() && !before.blank() && (!before.owner() || before.epoch() != state.epoch())) {
            elected = now;
        } else {
            elected = before.elected();
        }
        return new Trace(blank, state.ownsSlots(), state.epoch(), elected);
    }
}
