package io.slotkeeper.plan;

import io.slotkeeper.topology.NodeId;
import io.slotkeeper.topology.Place;
import io.slotkeeper.topology.SlotSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Says why slots have no owner, or more than one, where the plan does nothing about it: either it passes by itself, or giving
 * data up is a person's decision. Slots that were lost are never given away again as if nothing had been in them.
 */
final class Losses {
    private Losses() {}

    static void plan(Situation now, Takeover takeover, Draft draft) {
        boolean allSeen = now.unseen().isEmpty();
        if (now.seen().formedBefore()
                && !now.startsFromNothing()
                && allSeen
                && now.nodes().stream().allMatch(Node::isBlank)) {
            draft.stuck(
                    "DataLost",
                    "Every node came back empty. Bring the old volumes back; to start with nothing, name every shard in"
                            + " recovery.acceptDataLoss");
            return;
        }
        for (int shard = 0; shard < now.desired().shards(); shard++) {
            List<Node> owners = now.owners(shard);
            if (owners.size() > 1) {
                draft.waiting(
                        "TwoPrimaries",
                        names(now, owners) + " both say that they serve shard " + shard
                                + "; the older claim yields as soon as that node hears of the newer one");
            } else if (owners.size() == 1) {
                contested(now, owners.getFirst(), draft);
            } else if (!isOutside(now, shard)) {
                unowned(now, shard, takeover, draft);
            }
        }
    }

    private static void contested(Situation now, Node owner, Draft draft) {
        List<NodeId> rivals = now.rivals(owner);
        if (rivals.isEmpty()) {
            return;
        }
        String claims = now.name(owner) + " serves the slots " + owner.state().slots() + ", but somebody believes that "
                + Draft.list(rivals.stream().map(now::name).toList()) + " does";
        if (rivals.stream().anyMatch(rival -> outlives(now, rival, owner))) {
            draft.stuck(
                    "OldClaim",
                    claims + ", which is in none of the pods, and whose claim is no older. If what " + now.name(owner)
                            + " holds is right, run CLUSTER BUMPEPOCH in it; otherwise bring back the volume of the other one");
        } else {
            draft.waiting("NewsTravels", claims + "; the newer claim wins as soon as everybody has heard of it");
        }
    }

    /** Whether the claim of a node that is gone for good stands against the owner's for ever: only a newer one replaces it. */
    private static boolean outlives(Situation now, NodeId rival, Node owner) {
        return now.strangers().stream()
                        .anyMatch(stranger -> stranger.id().equals(rival) && stranger.kind() == Stranger.Kind.LOST)
                && now.members().stream()
                        .flatMap(node -> node.sees(rival).stream())
                        .filter(peer -> peer.slots().intersects(owner.state().slots()))
                        .anyMatch(peer -> peer.epoch() >= owner.state().epoch());
    }

    /** Whether a node that owns slots of the shard, or sits in it with slots, was not admitted: that was said already. */
    private static boolean isOutside(Situation now, int shard) {
        return now.nodes().stream()
                .filter(node -> !now.members().contains(node))
                .anyMatch(node -> (node.shard() == shard && node.state().ownsSlots())
                        || node.state().slots().intersects(now.share(shard)));
    }

    private static void unowned(Situation now, int shard, Takeover takeover, Draft draft) {
        SlotSet share = now.share(shard);
        Optional<Stranger> former = now.strangers().stream()
                .filter(stranger -> stranger.slots().intersects(share))
                .findFirst();
        List<NodeId> claimants = now.claims().byOwner().entrySet().stream()
                .filter(claim -> claim.getValue().intersects(share))
                .map(Map.Entry::getKey)
                .toList();
        if (former.isPresent()) {
            owned(now, shard, former.get(), takeover, draft);
        } else if (!claimants.isEmpty()) {
            String others = Draft.list(claimants.stream().map(now::name).toList());
            if (now.members().stream().anyMatch(node -> node.state().slots().intersects(share))) {
                draft.stuck(
                        "SlotsElsewhere",
                        "Shard " + shard + " has no slots, because those of its share are owned by " + others
                                + ". This version does not move slots: give the cluster the number of shards it had");
            } else {
                draft.waiting(
                        "NewsTravels",
                        "Nobody serves the slots " + share + ", but somebody still believes that " + others + " does");
            }
        } else if (now.seen().formedBefore() && !now.nothingIsLeftOf(shard)) {
            if (now.unseen().isEmpty()) {
                lost(now, shard, "", draft);
            } else {
                draft.waiting(
                        "PrimaryAwaited",
                        "Nobody who answered owns the slots " + share + " or knows who does; " + now.names(now.unseen())
                                + " did not answer");
            }
        }
    }

    private static void owned(Situation now, int shard, Stranger former, Takeover takeover, Draft draft) {
        List<Node> followers = now.heirs(shard, former);
        if (former.kind() == Stranger.Kind.FOREIGN || Forgetting.isWorthNothing(now, former)) {
            return;
        }
        List<Node> candidates = OwnElection.candidates(now, followers);
        Optional<String> hindrance = OwnElection.hindrance(now, former, candidates);
        if (takeover.isGoingOn(shard)) {
            draft.waiting(
                    "TakingOver",
                    "The primary of shard " + shard + ", " + former.name()
                            + ", does not answer; a replica was told to take its place");
        } else if (hindrance.isEmpty()) {
            draft.waiting(
                    "FailoverAwaited",
                    "The primary of shard " + shard + ", " + former.name()
                            + ", does not answer; the other primaries elect " + names(now, candidates)
                            + " once they agree that it is gone");
        } else if (!followers.isEmpty() && former.kind() == Stranger.Kind.LOST) {
            succeeded(now, shard, former, followers, hindrance.get(), draft);
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

    private static void succeeded(
            Situation now, int shard, Stranger former, List<Node> followers, String hindrance, Draft draft) {
        Node successor = Takeover.successor(now, followers).orElseThrow();
        Optional<String> doubt =
                now.nothingComesBackTo(shard) ? Optional.empty() : Takeover.doubt(now, successor, followers);
        String gone = "The primary of shard " + shard + ", " + former.name() + ", is gone, and ";
        if (Takeover.isFetching(successor)) {
            String lost = gone + now.name(successor)
                    + " copies from whoever has its address by now, so what it holds is not the shard's any more";
            if (now.stays(successor) && now.members().stream().anyMatch(successor::isCopyOf)) {
                draft.stuck(
                        "KeysInTheWay",
                        lost + ". Bring the volume or the pod back that held the slots " + former.slots()
                                + "; to have the shard start with nothing, delete the pod and its claim, and write "
                                + accepted(shard));
            } else {
                draft.waiting("ShardEmptied", lost);
            }
        } else if (doubt.isPresent()) {
            draft.stuck(
                    "FailoverImpossible",
                    gone + doubt.get() + ". To have " + now.name(successor) + " serve with what it has, write "
                            + accepted(shard));
        } else {
            draft.waiting(
                    "FailoverAwaited",
                    gone + hindrance + "; " + now.name(successor)
                            + " is told to take its place as soon as that can succeed");
        }
    }

    /** What a person writes, and how, since an entry counts once. */
    private static String accepted(int shard) {
        return "recovery.acceptDataLoss: [" + shard + "] (anew, if it is there and used up)";
    }

    private static void lost(Situation now, int shard, String detail, Draft draft) {
        if (now.desired().givenUp().contains(shard)) {
            now.nodes().stream()
                    .filter(node -> node.shard() == shard && !node.isBlank() && now.stays(node))
                    .findFirst()
                    .ifPresentOrElse(
                            node -> draft.stuck(
                                    "KeysInTheWay",
                                    "Shard " + shard + " would start with nothing, but " + now.name(node)
                                            + " is not empty: it holds "
                                            + node.state().keys()
                                            + " keys or a role that nobody else knows of. If nothing in it is needed,"
                                            + " delete the pod and its claim"),
                            () -> draft.waiting(
                                    "ShardEmptied",
                                    "Nobody owns the slots " + now.share(shard) + " of shard " + shard + " any more"
                                            + detail + ". They are given up, and start with nothing"));
            return;
        }
        draft.stuck(
                "ShardLost",
                "Nobody owns the slots " + now.share(shard) + " of shard " + shard + " any more" + detail
                        + ". Bring the volume or the pod back that held them; without one their data is gone, and"
                        + " " + accepted(shard) + " has the shard start with nothing");
    }

    private static String names(Situation now, List<Node> nodes) {
        return now.names(nodes.stream().map(Node::place).toList());
    }
}
