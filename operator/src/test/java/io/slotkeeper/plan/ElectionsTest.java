package io.slotkeeper.plan;

import static org.assertj.core.api.Assertions.assertThat;

import io.slotkeeper.topology.NodeId;
import io.slotkeeper.topology.SlotSet;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Who may have been elected when, as far as looks from time to time tell. */
@Tag("unit")
class ElectionsTest {
    private static final NodeId A = new NodeId("a".repeat(40));
    private static final NodeId B = new NodeId("b".repeat(40));
    private static final NodeId C = new NodeId("c".repeat(40));
    private static final Instant FIRST = Instant.parse("2026-01-01T12:00:00Z");
    private static final Instant SECOND = FIRST.plusSeconds(1);
    private static final Instant THIRD = SECOND.plusSeconds(1);

    private final Elections elections = new Elections();

    @Test
    void whoeverHadARoleWhenItWasFirstSeenMayHaveBeenElectedJustThen() {
        assertThat(after(FIRST, owner(A, 1), replica(B, A)))
                .containsEntry(A, FIRST)
                .containsEntry(B, FIRST);
        assertThat(after(SECOND, owner(A, 1), replica(B, A)))
                .containsEntry(A, FIRST)
                .containsEntry(B, FIRST);
    }

    @Test
    void whoeverWasGivenItsRoleWasNotElected() {
        after(FIRST, blank(A), blank(B));
        assertThat(after(SECOND, owner(A, 1), replica(B, A)))
                .containsEntry(A, Instant.EPOCH)
                .containsEntry(B, Instant.EPOCH);
    }

    @Test
    void aReplicaThatOwnsSlotsWasElected() {
        formed();
        assertThat(after(SECOND, replica(A, B), owner(B, 2)))
                .containsEntry(A, Instant.EPOCH)
                .containsEntry(B, SECOND);
    }

    /** It served, its replica did, and it does again. */
    @Test
    void behindAnotherEpochTheWholeShardMayHaveHadItsTurn() {
        formed();
        assertThat(after(SECOND, owner(A, 3), replica(B, A)))
                .containsEntry(A, SECOND)
                .containsEntry(B, SECOND);
    }

    /** It may have served in between, where nobody saw it. */
    @Test
    void whoeverWasOutOfSightWhileItsPrimaryWasElectedMayHaveHadItsTurn() {
        after(FIRST, blank(A), blank(B), blank(C));
        after(FIRST, owner(A, 1), replica(B, A), replica(C, A));
        after(SECOND, replica(A, C), owner(C, 3, B));
        assertThat(after(THIRD, replica(A, C), replica(B, C), owner(C, 3)))
                .containsEntry(A, Instant.EPOCH)
                .containsEntry(B, THIRD)
                .containsEntry(C, SECOND);
    }

    @Test
    void whoeverDoesNotAnswerIsRememberedAsLongAsSomebodyKnowsIt() {
        after(FIRST, owner(A, 1), replica(B, A));
        assertThat(after(SECOND, owner(A, 1, B))).containsEntry(B, FIRST);
        assertThat(after(SECOND)).containsEntry(B, FIRST);
        assertThat(after(SECOND, owner(A, 1))).doesNotContainKey(B);
    }

    private void formed() {
        after(FIRST, blank(A), blank(B));
        after(FIRST, owner(A, 1), replica(B, A));
    }

    private Map<NodeId, Instant> after(Instant now, NodeState... seen) {
        return elections.after(List.of(seen), now);
    }

    private static NodeState blank(NodeId id) {
        return state(id, Optional.empty(), SlotSet.none(), 0, List.of());
    }

    private static NodeState owner(NodeId id, long epoch, NodeId... known) {
        return state(id, Optional.empty(), SlotSet.all(), epoch, List.of(known));
    }

    private static NodeState replica(NodeId id, NodeId primary) {
        return state(id, Optional.of(primary), SlotSet.none(), 0, List.of(primary));
    }

    private static NodeState state(NodeId id, Optional<NodeId> primary, SlotSet slots, long epoch, List<NodeId> known) {
        return new NodeState(
                id,
                primary,
                slots,
                0,
                epoch,
                true,
                known.stream().map(ElectionsTest::peer).toList(),
                Optional.empty(),
                Set.of(),
                0,
                new LiveSettings(Map.of()),
                true,
                "Redis 8.6");
    }

    private static NodeState.Peer peer(NodeId id) {
        return new NodeState.Peer(
                id, Optional.empty(), Optional.empty(), SlotSet.none(), 0, true, NodeState.Health.FINE);
    }
}
