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

/** Who lately had no connection to whom. */
@Tag("unit")
class PartingsTest {
    private static final NodeId A = new NodeId("a".repeat(40));
    private static final NodeId B = new NodeId("b".repeat(40));
    private static final NodeId C = new NodeId("c".repeat(40));
    private static final Instant FIRST = Instant.parse("2026-01-01T12:00:00Z");

    private final Partings partings = new Partings();

    @Test
    void whoeverSeesALinkToEverybodyHasMissedNobody() {
        assertThat(after(FIRST, node(A, peer(B, true)), node(B, peer(A, true)))).isEmpty();
    }

    @Test
    void whatWasSaidBeforeCountsForAWhileThoughOthersDialByNow() {
        after(FIRST, node(A, peer(C, false)), node(B, peer(C, true)));
        Instant next = FIRST.plusMillis(100);
        assertThat(after(next, node(A, peer(C, true)), node(B, peer(C, false))))
                .isEqualTo(Map.of(C, Map.of(A, FIRST, B, next)));
    }

    @Test
    void theLastTimeCounts() {
        after(FIRST, node(A, peer(C, false)));
        Instant next = FIRST.plusMillis(100);
        assertThat(after(next, node(A, peer(C, false)))).isEqualTo(Map.of(C, Map.of(A, next)));
    }

    @Test
    void afterASecondItIsForgotten() {
        after(FIRST, node(A, peer(C, false)));
        assertThat(after(FIRST.plusMillis(1_000), node(A, peer(C, true)))).isEqualTo(Map.of(C, Map.of(A, FIRST)));
        assertThat(after(FIRST.plusMillis(1_001), node(A, peer(C, true)))).isEmpty();
    }

    @Test
    void aLinkToSomebodyWhoIsTakenForDeadIsNone() {
        NodeState.Peer suspected = new NodeState.Peer(
                C, Optional.empty(), Optional.empty(), SlotSet.none(), 1, true, NodeState.Health.SUSPECTED);
        assertThat(after(FIRST, node(A, suspected))).isEqualTo(Map.of(C, Map.of(A, FIRST)));
    }

    private Map<NodeId, Map<NodeId, Instant>> after(Instant when, NodeState... seen) {
        return partings.after(List.of(seen), when);
    }

    private static NodeState.Peer peer(NodeId id, boolean linkUp) {
        return new NodeState.Peer(
                id, Optional.empty(), Optional.empty(), SlotSet.none(), 1, linkUp, NodeState.Health.FINE);
    }

    private static NodeState node(NodeId id, NodeState.Peer... peers) {
        return new NodeState(
                id,
                Optional.empty(),
                SlotSet.none(),
                0,
                1,
                true,
                List.of(peers),
                Optional.empty(),
                Set.of(),
                0,
                new LiveSettings(Map.of()),
                true,
                "Redis 8.6");
    }
}
