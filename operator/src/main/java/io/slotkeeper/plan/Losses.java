package io.slotkeeper.plan;

import io.slotkeeper.topology.Place;
import io.slotkeeper.topology.SlotSet;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Says why slots have no owner, or more than one, where the plan does nothing about it: either it passes by itself, or giving
 * data up is a person's decision. Slots that were lost are never given away again as if nothing had been in them.
 */
final class Losses {
    private Losses() {}

    static void plan(Situation now, Draft draft) {
        for (Stranger stranger : now.strangers()) {
            if (stranger.kind() == Stranger.Kind.FOREIGN) {
                draft.stuck(
                        "ForeignNode",
                        stranger.name() + " owns the slots " + stranger.slots()
                                + " and is in none of this cluster's pods."
                                + " Another cluster was merged into this one: stop its nodes, and restore what is missing");
            }
        }
        if (now.seen().formedBefore() && now.desired().keepsData() && isEmptied(now)) {
            draft.stuck(
                    "DataLost",
                    "Every node came back empty, although the cluster keeps its data on volumes. Bring the old volumes"
                            + " back, or delete the RedisCluster and create it again to start with nothing");
            return;
        }
        for (int shard = 0; shard < now.desired().shards(); shard++) {
            List<Node> owners = now.owners(shard);
            if (owners.size() > 1) {
                draft.waiting(
                        "TwoPrimaries",
                        names(now, owners) + " both say that they serve shard " + shard
                                + "; the older claim yields as soon as that node hears of the newer one");
            } else if (owners.isEmpty()) {
                explain(now, shard, draft);
            }
        }
    }

    private static boolean isEmptied(Situation now) {
        return now.unseen().isEmpty() && now.nodes().stream().allMatch(Node::isBlank);
    }

    private static void explain(Situation now, int shard, Draft draft) {
        SlotSet share = now.share(shard);
        Optional<Stranger> former = now.strangers().stream()
                .filter(stranger -> stranger.slots().intersects(share))
                .findFirst();
        if (former.isPresent()) {
            explain(now, shard, former.get(), draft);
        } else if (now.claims().touch(share)) {
            String others = now.claims().byOwner().entrySet().stream()
                    .filter(claim -> claim.getValue().intersects(share))
                    .map(claim -> now.name(claim.getKey()))
                    .collect(Collectors.joining(", "));
            if (now.nodes().stream()
                    .anyMatch(node ->
                            node.shard() != shard && node.state().slots().intersects(share))) {
                draft.stuck(
                        "SlotsElsewhere",
                        "Shard " + shard + " has no slots: " + others + " own those that it should have."
                                + " This version does not move slots; give the shards the number they had before");
            } else {
                draft.waiting(
                        "NewsTravels", "Not every node has heard yet that " + others + " lost the slots " + share);
            }
        } else if (now.seen().formedBefore() && !now.startsFromNothing()) {
            lost(now, shard, "", draft);
        }
    }

    private static void explain(Situation now, int shard, Stranger former, Draft draft) {
        List<Node> followers = now.members(shard).stream()
                .filter(node -> node.state().primary().equals(Optional.of(former.id())))
                .toList();
        if (former.kind() == Stranger.Kind.FOREIGN || Forgetting.isWorthNothing(now, former)) {
            return;
        }
        if (!followers.isEmpty()) {
            draft.waiting(
                    "FailoverAwaited",
                    "The primary of shard " + shard + ", " + former.name()
                            + ", does not answer; the other primaries elect " + names(now, followers)
                            + " once they agree that it is gone");
        } else if (former.kind() == Stranger.Kind.HIDDEN) {
            List<Place> silent = now.unseen().stream()
                    .filter(place -> place.shard() == shard)
                    .toList();
            draft.waiting(
                    "PrimaryAwaited",
                    "The slots " + former.slots() + " are owned by " + former.name() + ", which does not answer"
                            + (silent.isEmpty() ? "" : "; it is probably the node in " + now.names(silent)));
        } else {
            lost(now, shard, "; " + former.name() + ", which owned them, is in none of the pods", draft);
        }
    }

    private static void lost(Situation now, int shard, String detail, Draft draft) {
        draft.stuck(
                "ShardLost",
                "Nobody owns the slots " + now.share(shard) + " of shard " + shard + " any more" + detail
                        + ". Bring the volume or the pod back that held them; without one their data is gone, and only a"
                        + " RedisCluster that is deleted and created again starts without it");
    }

    private static String names(Situation now, List<Node> nodes) {
        return now.names(nodes.stream().map(Node::place).toList());
    }
}
