package io.slotkeeper.plan;

import io.slotkeeper.plan.Verdict.Replica;
import java.util.ArrayList;
import java.util.List;

/** Says what is still going on inside the engines when there is nothing left to do and nothing in the way. */
final class Remaining {
    private Remaining() {}

    static void plan(Situation now, Draft draft) {
        if (!draft.isEmpty()) {
            return;
        }
        Verdict verdict = Verdict.of(now);
        if (verdict.well()) {
            return;
        }
        if (!verdict.settled()) {
            List<String> behind = new ArrayList<>();
            for (Node node : now.members()) {
                boolean reaches = now.members().stream().allMatch(other -> other.is(node) || node.reaches(other));
                if (!reaches || !node.state().clusterOk()) {
                    behind.add(
                            now.name(node) + (reaches ? " (does not say ok)" : " (does not reach every other node)"));
                }
            }
            draft.waiting(
                    "AgreementAwaited",
                    "The nodes have not agreed yet on who belongs to the cluster and who owns what"
                            + (behind.isEmpty() ? "" : ": " + Draft.list(behind)));
            return;
        }
        List<String> copying = verdict.shards().stream()
                .flatMap(shard -> shard.replicas().stream())
                .filter(replica -> !replica.inSync())
                .map(Replica::place)
                .map(now.desired()::pod)
                .toList();
        draft.waiting("CopiesAwaited", "Not in sync with their primaries yet: " + Draft.list(copying));
    }
}
