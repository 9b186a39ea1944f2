package io.slotkeeper.plan;

import io.slotkeeper.plan.NodeState.Health;
import io.slotkeeper.topology.NodeId;
import io.slotkeeper.topology.Place;
import io.slotkeeper.topology.SlotSet;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * Says why slots have no owner, or more than one, where the plan does nothing about it: either it passes by itself, or giving
 * data up is a person's decision. Slots that were lost are never given away again as if nothing had been in them.
 */
final class Losses {
    private Losses() {}

    static void plan(Situation now, Takeover takeover, Draft draft) {
        boolean allSeen = now.unseen().isEmpty();
        if (now.seen().formedBefore()
                && now.desired().keepsData()
                && allSeen
                && now.nodes().stream().allMatch(Node::isBlank)) {
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
        List<Node> candidates =
                followers.stream().filter(node -> isElectable(now, node)).toList();
        Optional<String> hindrance = whyNobodyElects(now, former, candidates);
        if (takeover.isGoingOn(shard)) {
            draft.waiting(
                    "TakingOver",
                    "The process of the primary of shard " + shard + ", " + former.name()
                            + ", has ended; a replica takes its place at once");
        } else if (hindrance.isEmpty()) {
            draft.waiting(
                    "FailoverAwaited",
                    "The primary of shard " + shard + ", " + former.name()
                            + ", does not answer; the other primaries elect " + names(now, candidates)
                            + " once they agree that it is gone");
        } else if (!followers.isEmpty() && former.kind() == Stranger.Kind.LOST) {
            Node best = followers.stream()
                    .max(Comparator.comparingLong(node -> node.state().offset()))
                    .orElseThrow();
            draft.stuck(
                    "FailoverImpossible",
                    "The primary of shard " + shard + ", " + former.name() + ", is gone, and "
                            + hindrance.get() + ". Run CLUSTER FAILOVER TAKEOVER in " + now.name(best)
                            + (followers.size() > 1 ? ", which received the most" : ""));
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

    /** Only primaries that own slots vote, most of them must, and whoever votes or stands must take the former primary for failed. */
    private static Optional<String> whyNobodyElects(Situation now, Stranger former, List<Node> candidates) {
        List<Node> voters = IntStream.range(0, now.desired().shards())
                .mapToObj(now::owners)
                .filter(owners -> !owners.isEmpty())
                .map(List::getFirst)
                .toList();
        if (candidates.isEmpty()) {
            return Optional.of("no replica was in touch with it lately enough to be elected");
        }
        if (!isMost(voters.size(), now)) {
            return Optional.of("without most of the primaries nobody can elect its replica");
        }
        return isMost(voters.stream().filter(node -> findsOut(node, former)).count(), now)
                        && candidates.stream().anyMatch(node -> findsOut(node, former))
                ? Optional.empty()
                : Optional.of("its address is lost, so that the nodes never find out that it does not answer");
    }

    private static boolean isMost(long primaries, Situation now) {
        return 2 * primaries > now.desired().shards();
    }

    /** A node takes another one for failed that does not answer, but asks only those whose address it has. */
    private static boolean findsOut(Node node, Stranger former) {
        return node.sees(former.id())
                .filter(peer -> peer.health() == Health.FAILED || peer.address().isPresent())
                .isPresent();
    }

    /** Engines elect no replica by themselves whose link was down for too long, or never up since its own start. */
    private static boolean isElectable(Situation now, Node replica) {
        Duration longest = now.desired().nodeTimeout().multipliedBy(10).plusSeconds(10);
        return replica.state()
                .link()
                .filter(link -> link.up()
                        || link.downFor()
                                .filter(down -> down.compareTo(longest) <= 0)
                                .isPresent())
                .isPresent();
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
