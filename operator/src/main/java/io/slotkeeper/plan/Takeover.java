package io.slotkeeper.plan;

import io.slotkeeper.plan.NodeView.Death;
import io.slotkeeper.plan.Step.TakeOver;
import io.slotkeeper.topology.NodeId;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * Has the best replica serve at once where a primary's process has ended. The engines would take a node timeout to notice.
 *
 * <p>Ended is a process when all say so who had to do with it: the operator's own connection to it broke off and its address refuses a new
 * one, none of its replicas has a link to it, and no node of the cluster a connection on the bus. A network that is cut makes nobody
 * refuse; one that rejects is not likely to do so to everybody at once, and if it does, nobody reaches that primary any more.
 *
 * <p>Best is whoever was in sync by the dead primary's last answer and whose link broke when the operator's did; of several the one that
 * received the most, then the one with the lowest id: the same as the fence chooses, which may be at it already in the next life of the process
 * that ended. While any other pod of the shard may hold more, nothing is done here.
 *
 * <p>The others vote where they can. One shard at a time, since elections at the same time would share the votes, and an engine that loses one
 * does not try again for four node timeouts; the one that was told longest ago comes first.
 */
final class Takeover {
    /** An election takes a few round trips, and whoever is told twice may begin anew. */
    private static final Duration UNDER_WAY = Duration.ofSeconds(2);
    /** An engine counts whole seconds. */
    private static final Duration COUNTED = Duration.ofSeconds(2);

    private final List<TakeOver> due;
    private final List<Integer> goingOn;

    private Takeover(List<TakeOver> due, List<Integer> goingOn) {
        this.due = due;
        this.goingOn = goingOn;
    }

    static Takeover of(Situation now) {
        List<Integer> goingOn = new ArrayList<>();
        List<TakeOver> due = new ArrayList<>();
        for (Stranger former : orphaned(now)) {
            int shard = shardOf(now, former);
            Optional<TakeOver> step = heir(now, shard, former).flatMap(best -> step(now, former, best));
            step.ifPresent(due::add);
            if (step.isPresent() || isToldLately(now, former.id())) {
                goingOn.add(shard);
            }
        }
        boolean busy = orphaned(now).stream().anyMatch(former -> isToldLately(now, former.id()));
        due.sort(Comparator.comparing(step -> now.seen().told().getOrDefault(step.former(), Instant.EPOCH)));
        return new Takeover(busy ? List.of() : due, goingOn);
    }

    void plan(Draft draft) {
        due.stream().limit(1).forEach(draft::add);
    }

    /** Whether a replica of the shard is told to take over, or was a moment ago, or waits for its turn. */
    boolean isGoingOn(int shard) {
        return goingOn.contains(shard);
    }

    /** The nodes that own slots of a shard which nobody serves, and may be in one of its pods. */
    private static List<Stranger> orphaned(Situation now) {
        return now.strangers().stream()
                .filter(stranger -> stranger.kind() == Stranger.Kind.HIDDEN
                        && !stranger.slots().isEmpty())
                .filter(stranger -> death(now, stranger.id()).isPresent() || isToldLately(now, stranger.id()))
                .filter(stranger -> now.owners(shardOf(now, stranger)).isEmpty())
                .toList();
    }

    private static boolean isToldLately(Situation now, NodeId former) {
        Instant told = now.seen().told().get(former);
        return told != null && told.plus(UNDER_WAY).isAfter(now.seen().at());
    }

    private static int shardOf(Situation now, Stranger former) {
        return IntStream.range(0, now.desired().shards())
                .filter(shard -> now.share(shard).intersects(former.slots()))
                .findFirst()
                .orElse(-1);
    }

    private static Optional<Death> death(Situation now, NodeId node) {
        return now.seen().pods().stream()
                .flatMap(pod -> deathIn(pod).stream())
                .filter(death -> death.node().equals(node))
                .findFirst();
    }

    private static Optional<Death> deathIn(ObservedPod pod) {
        return pod.node() instanceof NodeView.Silent silent ? silent.death() : Optional.empty();
    }

    /** Who is to serve in its place, if it is sure that it has ended and nobody may hold more. */
    private static Optional<Node> heir(Situation now, int shard, Stranger former) {
        Optional<Death> death = death(now, former.id());
        List<Node> followers = now.heirs(shard, former);
        boolean isHeardOf = now.members().stream()
                .flatMap(node -> node.sees(former.id()).stream())
                .anyMatch(NodeState.Peer::linkUp);
        boolean isFetchedFrom =
                followers.stream().flatMap(node -> node.state().link().stream()).anyMatch(NodeState.Link::up);
        boolean mayBeSucceeded = now.claims().byOwner().entrySet().stream()
                .anyMatch(claim ->
                        !claim.getKey().equals(former.id()) && claim.getValue().intersects(former.slots()));
        boolean mayHoldMore = now.unseen().stream()
                .filter(place -> place.shard() == shard)
                .anyMatch(place ->
                        now.seen().pod(place).flatMap(Takeover::deathIn).isEmpty());
        if (death.isEmpty() || isHeardOf || isFetchedFrom || mayBeSucceeded || mayHoldMore) {
            return Optional.empty();
        }
        return followers.stream()
                .filter(node -> now.stays(node) && lostItThen(node, death.get()))
                .filter(node -> death.get().inSync().contains(node.address()))
                .max(Comparator.comparingLong((Node node) -> node.state().offset())
                        .thenComparing(Node::id, Comparator.reverseOrder()));
    }

    private static boolean lostItThen(Node replica, Death death) {
        return replica.state()
                .link()
                .filter(link -> !link.syncing())
                .flatMap(NodeState.Link::downFor)
                .filter(down -> down.compareTo(death.ago().plus(COUNTED)) <= 0)
                .isPresent();
    }

    /** With one or two shards nobody can vote, without most of the primaries neither; whoever is not asked then must have ended. */
    private static Optional<TakeOver> step(Situation now, Stranger former, Node heir) {
        int shards = now.desired().shards();
        List<Node> owners = IntStream.range(0, shards)
                .mapToObj(now::owners)
                .flatMap(List::stream)
                .toList();
        long voters = owners.stream()
                .filter(owner -> owner.reaches(heir) && heir.reaches(owner))
                .filter(owner ->
                        owner.sees(heir.id()).flatMap(NodeState.Peer::primary).equals(Optional.of(former.id())))
                .count();
        boolean voted = shards > 2 && 2 * voters > shards;
        boolean allOthersHaveEnded = now.unseen().stream()
                .allMatch(place ->
                        now.seen().pod(place).flatMap(Takeover::deathIn).isPresent());
        boolean unasked = allOthersHaveEnded
                && (shards <= 2 || (2 * owners.size() <= shards && orphaned(now).size() + owners.size() == shards));
        return voted || unasked
                ? Optional.of(new TakeOver(
                        heir.place(),
                        former.id(),
                        !voted,
                        "the process of " + former.name() + ", which served its shard, has ended, and " + now.name(heir)
                                + " has all that it sent"))
                : Optional.empty();
    }
}
