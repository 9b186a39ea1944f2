package io.slotkeeper.plan;

import io.slotkeeper.topology.Place;
import io.slotkeeper.topology.SlotSet;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * How the cluster is, for those who report it. {@code covered}: the slots that some node of ours serves. {@code settled}:
 * every place is taken, every node says that the cluster is ok, all are in touch with all and agree who owns what, and
 * each shard has one primary whom its others follow. {@code well}: settled, every replica in sync, and nobody else known.
 */
public record Verdict(SlotSet covered, List<Shard> shards, boolean settled, boolean well) {
    public Verdict {
        shards = List.copyOf(shards);
    }

    /** One shard: what it serves, who does it, and who follows; without a primary nobody serves it. */
    public record Shard(int index, SlotSet slots, Optional<Place> primary, List<Replica> replicas) {
        public Shard {
            replicas = List.copyOf(replicas);
        }
    }

    /** Every other place of a shard, and whether its node is a full copy of the primary. */
    public record Replica(Place place, boolean inSync) {}

    /** How a cluster is that is wanted like this and was seen like that. */
    public static Verdict of(Desired desired, Observation seen) {
        return of(Situation.of(desired, seen));
    }

    static Verdict of(Situation now) {
        List<Shard> shards = new ArrayList<>();
        SlotSet covered = SlotSet.none();
        for (int index = 0; index < now.desired().shards(); index++) {
            Shard shard = shard(now, index);
            shards.add(shard);
            covered = covered.union(shard.slots());
        }
        boolean settled = covered.equals(SlotSet.all()) && isSettled(now);
        boolean allInSync =
                shards.stream().flatMap(shard -> shard.replicas().stream()).allMatch(Replica::inSync);
        return new Verdict(
                covered,
                shards,
                settled,
                settled && allInSync && now.strangers().isEmpty());
    }

    private static Shard shard(Situation now, int index) {
        // Of two the one with the newer claim stays.
        Optional<Node> primary = now.owners(index).stream()
                .max(Comparator.comparingLong(node -> node.state().epoch()));
        List<Replica> replicas = now.desired().places().stream()
                .filter(place -> place.shard() == index
                        && primary.filter(node -> node.place().equals(place)).isEmpty())
                .map(place -> new Replica(place, primary.isPresent() && isInSync(now, place, primary.get())))
                .toList();
        return new Shard(
                index,
                primary.map(node -> node.state().slots()).orElse(SlotSet.none()),
                primary.map(Node::place),
                replicas);
    }

    private static boolean isInSync(Situation now, Place place, Node primary) {
        return now.members(place.shard()).stream()
                .anyMatch(node -> node.place().equals(place) && node.isInSyncWith(primary));
    }

    private static boolean isSettled(Situation now) {
        return Settings.everyPlaceIsTaken(now)
                && now.members().stream().allMatch(node -> node.state().clusterOk())
                && Meeting.everybodyReachesEverybody(now)
                && now.members().stream().allMatch(node -> hasItsRole(now, node));
    }

    /** Whether it serves its shard and everybody knows it, or follows the one who does. */
    private static boolean hasItsRole(Situation now, Node node) {
        Optional<Node> primary = now.primary(node.shard());
        if (primary.isEmpty()) {
            return false;
        }
        return primary.get().is(node)
                ? now.members().stream()
                        .filter(other -> !other.is(node))
                        .allMatch(other -> other.sees(node.id())
                                .filter(peer -> peer.slots().equals(node.state().slots()))
                                .isPresent())
                : node.follows(primary.get());
    }
}
