package io.slotkeeper.plan;

import io.slotkeeper.topology.NodeId;
import java.time.Duration;
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
 * between two looks. The same goes for a replica that was out of sight while its present primary was elected.
 */
public final class Elections {
    /** Between two looks nobody is elected and replaced again. */
    private static final Duration OUT_OF_SIGHT = Duration.ofSeconds(1);

    private final Map<NodeId, Trace> traces = new HashMap<>();

    private record Trace(boolean blank, boolean owner, long epoch, Instant seen, Instant elected) {
        Trace electedNow() {
            return new Trace(blank, owner, epoch, seen, seen);
        }
    }

    /** What is known after these were seen. */
    public Map<NodeId, Instant> after(Collection<NodeState> seen, Instant now) {
        Map<NodeId, Trace> before = Map.copyOf(traces);
        Set<NodeId> known = new HashSet<>();
        Set<NodeId> anew = new HashSet<>();
        for (NodeState state : seen) {
            known.add(state.id());
            state.peers().forEach(peer -> known.add(peer.id()));
            Trace last = before.get(state.id());
            if (last != null && last.owner() && state.ownsSlots() && last.epoch() != state.epoch()) {
                anew.add(state.id());
            }
            traces.put(state.id(), trace(last, state, now));
        }
        for (NodeState state : seen) {
            Trace last = before.get(state.id());
            if (state.primary()
                    .filter(primary -> anew.contains(primary) || wasOutOfSight(last, primary, now))
                    .isPresent()) {
                traces.computeIfPresent(state.id(), (id, trace) -> trace.electedNow());
            }
        }
        if (!known.isEmpty()) {
            traces.keySet().retainAll(known);
        }
        Map<NodeId, Instant> elected = new HashMap<>();
        traces.forEach((id, trace) -> elected.put(id, trace.elected()));
        return elected;
    }

    /** Whether a replica was seen the last time before its present primary was elected, and not since. */
    private boolean wasOutOfSight(@Nullable Trace last, NodeId primary, Instant now) {
        Trace its = traces.get(primary);
        return last != null
                && its != null
                && !last.owner()
                && last.seen().plus(OUT_OF_SIGHT).isBefore(now)
                && its.elected().isAfter(last.seen());
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
        return new Trace(blank, state.ownsSlots(), state.epoch(), now, elected);
    }
}
