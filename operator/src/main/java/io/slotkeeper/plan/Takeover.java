package io.slotkeeper.plan;

import io.slotkeeper.plan.NodeView.Death;
import io.slotkeeper.plan.Step.TakeOver;
import io.slotkeeper.topology.NodeId;
import io.slotkeeper.topology.Place;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Has the best replica serve at once where a primary's process has ended. The engines would take a node timeout to notice.
 *
 * <p>Ended is a process when all say so who had to do with it: the operator's own connection to it broke off and its address refuses a new
 * one, none of its replicas has a link to it, and no node of the cluster has had a connection on the bus ever since. A network that is cut makes nobody
 * refuse; one that rejects is not likely to do so to everybody at once, and if it does, nobody reaches that primary any more. Gone is a
 * primary, too, if every pod answered and none is it: its own pod or its volume was replaced.
 *
 * <p>Best is whoever was in sync by the dead primary's last answer and whose link broke when the operator's did; of several the one that
 * received the most, then the one with the lowest id: the same as the fence chooses, which may be at it already in the next life of the process
 * that ended. While any other pod of the shard may hold more, or that one is about to go, nothing is done here. In the place of one that
 * is gone for good comes whoever received the most, if an engine would elect it or its user gives up what it may lack.
 *
 * <p>Where the disk is preferred, a process that ended has a node timeout to come back with it.
 *
 * <p>The others vote where they can: for one shard at a time, since elections at the same time would share the votes, and an engine that
 * loses one does not try again for four node timeouts; the one that was told longest ago comes first. Where nobody can vote nobody waits.
 */
final class Takeover {
    /** An election takes a few round trips, and whoever is told twice may begin anew. */
    private static final Duration UNDER_WAY = Duration.ofSeconds(2);
    /** An engine counts whole seconds. */
    private static final Duration COUNTED = Duration.ofSeconds(2);

    private final List<TakeOver> due;
    private final List<Integer> goingOn;
    private final boolean electing;

    private Takeover(List<TakeOver> due, List<Integer> goingOn, boolean electing) {
        this.due = due;
        this.goingOn = goingOn;
        this.electing = electing;
    }

    static Takeover of(Situation now, Forming forming) {
        List<Stranger> orphaned = orphaned(now);
        Map<Integer, TakeOver> steps = new TreeMap<>();
        for (Stranger former : orphaned) {
            int shard = shardOf(now, former);
            heir(now, shard, former)
                    .flatMap(best -> step(now, forming, former, best))
                    .ifPresent(step -> steps.put(shard, step));
        }
        boolean busy = isAnyToldLately(now);
        Optional<TakeOver> voted = steps.values().stream()
                .filter(step -> !step.unasked() && !busy)
                .min(Comparator.comparing(step -> lastTold(now, step.former())));
        List<TakeOver> due = steps.values().stream()
                .filter(step -> step.unasked() || voted.equals(Optional.of(step)))
                .toList();
        List<Integer> goingOn = orphaned.stream()
                .filter(former -> isToldLately(now, former.id())
                        || due.stream().anyMatch(step -> step.former().equals(former.id())))
                .map(former -> shardOf(now, former))
                .toList();
        return new Takeover(due, goingOn, busy || voted.isPresent());
    }

    void plan(Draft draft) {
        due.forEach(draft::add);
    }

    /** Whether a replica of the shard is told to take over, or was a moment ago. */
    boolean isGoingOn(int shard) {
        return goingOn.contains(shard);
    }

    /** Whether the others vote, or may still do: nothing may get a new epoch meanwhile, or they refuse the one that was asked for. */
    boolean isElecting() {
        return electing;
    }

    /** The nodes that own slots of a shard which nobody serves, and have ended, are gone, or were to be succeeded a moment ago. */
    private static List<Stranger> orphaned(Situation now) {
        return now.strangers().stream()
                .filter(stranger -> !stranger.slots().isEmpty() && stranger.kind() != Stranger.Kind.FOREIGN)
                .filter(stranger -> isGone(now, stranger)
                        || deathOf(now, stranger.id()).isPresent()
                        || isToldLately(now, stranger.id()))
                .filter(stranger -> now.owners(shardOf(now, stranger)).isEmpty())
                .toList();
    }

    private static boolean isGone(Situation now, Stranger former) {
        return former.kind() == Stranger.Kind.LOST && !now.isHeard(former.id());
    }

    /** Whether an election may be going on that was asked for here. */
    static boolean isAnyToldLately(Situation now) {
        return now.seen().told().keySet().stream().anyMatch(former -> isToldLately(now, former));
    }

    private static boolean isToldLately(Situation now, NodeId former) {
        return lastTold(now, former).plus(UNDER_WAY).isAfter(now.seen().at());
    }

    private static Instant lastTold(Situation now, NodeId former) {
        Attempt attempt = now.seen().told().get(former);
        return attempt == null ? Instant.EPOCH : attempt.at();
    }

    private static int shardOf(Situation now, Stranger former) {
        return IntStream.range(0, now.desired().shards())
                .filter(shard -> now.share(shard).intersects(former.slots()))
                .findFirst()
                .orElse(-1);
    }

    private static Optional<Death> deathOf(Situation now, NodeId node) {
        return now.seen().pods().stream()
                .flatMap(pod -> deathIn(now, pod).stream())
                .filter(death -> death.node().equals(node))
                .findFirst();
    }

    /** How the process in a pod ended, if nobody has a connection to it. */
    private static Optional<Death> deathIn(Situation now, ObservedPod pod) {
        Optional<Death> death = pod.node() instanceof NodeView.Silent silent ? silent.death() : Optional.empty();
        return death.filter(end -> !now.isHeard(end.node(), now.seen().at().minus(end.ago())))
                .filter(end -> !now.desired().prefersDisk()
                        || end.quietFor().compareTo(now.desired().nodeTimeout()) >= 0);
    }

    private static boolean hasEnded(Situation now, Place place) {
        return now.seen().pod(place).flatMap(pod -> deathIn(now, pod)).isPresent();
    }

    /** Who is to serve in its place, if it is sure that it has ended and nobody may hold more. */
    private static Optional<Node> heir(Situation now, int shard, Stranger former) {
        Optional<Death> death = deathOf(now, former.id());
        List<Node> followers = now.heirs(shard, former);
        if (isFetchedFrom(now, followers) || mayBeSucceeded(now, former)) {
            return Optional.empty();
        }
        // Of the best alone it is asked whether it stays and had enough: nobody with less may pass it by.
        if (isGone(now, former)) {
            return successor(now, followers)
                    .filter(now::stays)
                    .filter(best -> !isFetching(best))
                    .filter(best -> now.nothingComesBackTo(shard)
                            || doubt(now, best, followers).isEmpty());
        }
        return death.filter(end -> !mayHoldMore(now, shard, end))
                .flatMap(end -> best(followers.stream()
                                .filter(node -> lostItThen(node, end))
                                .toList())
                        .filter(now::stays)
                        .filter(best -> end.inSync().contains(best.address())));
    }

    /** A link looks at an address and asks for no name: one to where a node of ours is by now says nothing. */
    private static boolean isFetchedFrom(Situation now, List<Node> followers) {
        return followers.stream()
                .flatMap(node -> node.state().link().stream())
                .anyMatch(link -> link.up()
                        && now.nodes().stream().noneMatch(node -> node.address().equals(link.address())));
    }

    /**
     * Who comes in the place of one that is gone for good: of those that the engines would elect whoever received the most. If there is none,
     * whoever holds the most keys: what was received is counted anew from each start on.
     */
    static Optional<Node> successor(Situation now, List<Node> followers) {
        boolean allEmpty = followers.stream().allMatch(node -> node.state().keys() == 0);
        List<Node> candidates = OwnElection.candidates(now, followers).stream()
                .filter(node -> allEmpty || node.state().keys() > 0)
                .filter(node -> !isFetching(node))
                .toList();
        return candidates.isEmpty()
                ? followers.stream()
                        .max(Comparator.comparing((Node node) -> !isFetching(node))
                                .thenComparing(node -> node.state().keys())
                                .thenComparing(Node::id, Comparator.reverseOrder()))
                : best(candidates);
    }

    /** Where its former primary was, somebody else is by now, whose keys take the place of what it holds. */
    static boolean isFetching(Node replica) {
        return replica.state()
                .link()
                .filter(link -> link.up() || link.syncing())
                .isPresent();
    }

    /** Why it is for a person to say that this one serves with what it has. */
    static Optional<String> doubt(Situation now, Node successor, List<Node> followers) {
        if (!OwnElection.isElectable(now, successor)) {
            return Optional.of("no replica was in touch with it lately enough to be elected"
                    + (followers.size() > 1 ? "; " + now.name(successor) + " holds the most keys" : ""));
        }
        return followers.stream()
                .filter(other -> other.state().keys() > 0 && isFromDisk(other))
                .findFirst()
                .map(other -> now.name(other)
                        + ", which has not been in touch with it since its own start, may hold more than "
                        + now.name(successor));
    }

    /** How much it has nobody can tell: a start counts what was received anew. */
    private static boolean isFromDisk(Node replica) {
        return replica.state()
                .link()
                .filter(link -> !link.up() && link.downFor().isEmpty())
                .isPresent();
    }

    /** Whether somebody owns its slots by a claim that is not older: who has not heard of it yet believes in one from before. */
    private static boolean mayBeSucceeded(Situation now, Stranger former) {
        long epoch = now.members().stream()
                .flatMap(node -> node.sees(former.id()).stream())
                .filter(peer -> !peer.slots().isEmpty())
                .mapToLong(NodeState.Peer::epoch)
                .max()
                .orElse(0);
        return now.members().stream().anyMatch(node -> node.state().slots().intersects(former.slots()))
                || now.members().stream()
                        .flatMap(node -> node.view().values().stream())
                        .anyMatch(peer -> !peer.id().equals(former.id())
                                && peer.epoch() >= epoch
                                && peer.slots().intersects(former.slots()));
    }

    private static Optional<Node> best(List<Node> followers) {
        return followers.stream()
                .max(Comparator.comparingLong((Node node) -> node.state().offset())
                        .thenComparing(Node::id, Comparator.reverseOrder()));
    }

    /** Whether a replica that was in sync does not answer, and has not ended either. Who was behind then is behind the heir now. */
    private static boolean mayHoldMore(Situation now, int shard, Death death) {
        return now.unseen().stream()
                .filter(place -> place.shard() == shard && !hasEnded(now, place))
                .flatMap(place -> now.seen().pod(place).stream())
                .flatMap(pod -> pod.address().stream())
                .anyMatch(death.inSync()::contains);
    }

    /** Whoever lost the link earlier lacks what was written since; who lost it later had been cut off, and heard of the end when that was over. */
    private static boolean lostItThen(Node replica, Death death) {
        return replica.state()
                .link()
                .filter(link -> !link.syncing())
                .flatMap(NodeState.Link::downFor)
                .filter(down -> down.minus(death.ago()).abs().compareTo(COUNTED) <= 0)
                .isPresent();
    }

    /**
     * With one or two shards nobody can vote, and without most of the primaries neither; of more shards whoever is not asked then must have
     * ended, or its slots be nobody's and stay so for the moment. The others vote as long as they have not found out themselves.
     */
    private static Optional<TakeOver> step(Situation now, Forming forming, Stranger former, Node heir) {
        int shards = now.desired().shards();
        List<Node> owners = IntStream.range(0, shards)
                .mapToObj(now::owners)
                .flatMap(List::stream)
                .toList();
        long voters =
                owners.stream().filter(owner -> wouldVote(owner, former, heir)).count();
        boolean voted = shards > 2
                && 2 * voters > shards
                && (isNews(now, former, heir) || isLeftToUs(now, former))
                && !isAttemptRemembered(now, heir)
                && isElectionLongAgo(now, heir.shard(), former.id());
        Set<Integer> orphaned =
                orphaned(now).stream().map(each -> shardOf(now, each)).collect(Collectors.toSet());
        boolean unasked = shards <= 2
                || (2 * ableToVote(now, owners, former) <= shards
                        && IntStream.range(0, shards)
                                .allMatch(shard -> !now.owners(shard).isEmpty()
                                        || orphaned.contains(shard)
                                        || (!now.claims().touch(now.share(shard)) && !forming.gives(shard)))
                        && now.unseen().stream().allMatch(place -> hasEnded(now, place)));
        return voted || unasked
                ? Optional.of(new TakeOver(
                        heir.place(),
                        former.id(),
                        !voted,
                        isGone(now, former)
                                ? former.name() + ", which served its shard, is in none of the pods, and "
                                        + now.name(heir) + " has the most of what it sent"
                                : "the process of " + former.name() + ", which served its shard, has ended, and "
                                        + now.name(heir) + " has all that it sent"))
                : Optional.empty();
    }

    /** An owner that has never heard of the former primary takes nobody for its replica, and never hears of one that is gone for good. */
    private static long ableToVote(Situation now, List<Node> owners, Stranger former) {
        boolean neverHears = isGone(now, former) && now.unseen().isEmpty() && Meeting.everybodyKnowsEverybody(now);
        return owners.stream()
                .filter(owner -> !neverHears || owner.sees(former.id()).isPresent())
                .count();
    }

    /** A voter hears who asks it and whom it answers, and takes nobody who is behind in the news about these slots. */
    private static boolean wouldVote(Node owner, Stranger former, Node heir) {
        Optional<NodeState.Peer> byOwner = owner.sees(former.id());
        Optional<NodeState.Peer> byHeir = heir.sees(former.id());
        return owner.reaches(heir)
                && heir.reaches(owner)
                && owner.sees(heir.id()).flatMap(NodeState.Peer::primary).equals(Optional.of(former.id()))
                && byOwner.isPresent()
                && byHeir.isPresent()
                && byOwner.get().epoch() <= byHeir.get().epoch();
    }

    /** Whether the engines have not found out themselves, and begun an election of their own. */
    private static boolean isNews(Situation now, Stranger former, Node heir) {
        return deathOf(now, former.id())
                .map(Death::ago)
                .or(() -> heir.state().link().flatMap(NodeState.Link::downFor))
                .filter(ago -> ago.compareTo(now.desired().nodeTimeout()) < 0)
                .isPresent();
    }

    /** Whether they never begin one. */
    private static boolean isLeftToUs(Situation now, Stranger former) {
        List<Node> followers = now.heirs(shardOf(now, former), former);
        return OwnElection.hindrance(now, former, OwnElection.candidates(now, followers))
                .isPresent();
    }

    /** Whether it was told to serve so lately that, if it is a Redis, it still counts the votes of that time, whatever came of it. */
    static boolean isAttemptRemembered(Situation now, Node heir) {
        return now.seen().told().values().stream()
                .anyMatch(attempt -> attempt.heir().equals(heir.place())
                        && attempt.at()
                                .plus(now.desired().nodeTimeout().multipliedBy(4))
                                .isAfter(now.seen().at()));
    }

    /**
     * Whether nobody of the shard but its last primary was elected lately. A Redis votes once in two node timeouts about the same primary; and one that
     * stood lately begins no other election within four, or counts the votes of that time.
     */
    static boolean isElectionLongAgo(Situation now, int shard, NodeId last) {
        Instant lately = now.seen().at().minus(now.desired().nodeTimeout().multipliedBy(4));
        return now.members(shard).stream()
                .filter(node -> !node.id().equals(last))
                .map(node -> now.seen()
                        .electedAt()
                        .getOrDefault(node.id(), now.seen().at()))
                .noneMatch(lately::isBefore);
    }
}
