package io.slotkeeper.simulation;

import io.slotkeeper.plan.Desired;
import io.slotkeeper.plan.Machine;
import io.slotkeeper.plan.NodeState;
import io.slotkeeper.plan.NodeView;
import io.slotkeeper.plan.Observation;
import io.slotkeeper.plan.ObservedPod;
import io.slotkeeper.plan.Plan;
import io.slotkeeper.plan.Step;
import io.slotkeeper.topology.Address;
import io.slotkeeper.topology.NodeId;
import io.slotkeeper.topology.Place;
import io.slotkeeper.topology.SlotSet;
import java.time.Instant;
import java.util.BitSet;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * The safety rules. Some are judged by what is true in the world at the moment when an engine obeys, whatever the operator
 * could know; some by what the plan was made from, since a plan must not count on luck.
 */
final class Rules {
    private static final String NO_WRITE_LOST = "1 (no acknowledged write is lost by planned work)";
    private static final String HANDS_OFF = "2 (nothing that owns slots or holds keys of its own is re-pointed)";
    private static final String PROVED = "2 (only nodes that were proved to be ours are met)";
    private static final String GIVEN_UP = "2 (data is given up only where its user says so)";
    private static final String OPENED = "3 (a node without a role is not replicated from)";
    private static final String PROOF = "4 (nobody takes over without proof of death, and the best one does)";
    private static final String FRESH_VOTES = "1 (nobody is elected by the votes of an election that is over)";
    private static final String HEALED_FIRST = "6 (addresses are healed before anyone is forgotten)";
    private static final String ONE_CLUSTER = "9 (one cluster's nodes know nobody else's)";

    private Rules() {}

    static void knowsNoStranger(Node me, Node other) {
        require(me.cluster == other.cluster, ONE_CLUSTER, () -> me + " gets to know " + other + " of another cluster");
    }

    static void slotsAreNobodys(World world, Node me, long slots) {
        BitSet due = world.losses.dueIn(slots);
        for (Node other : world.living) {
            if (other != me && other.cluster == me.cluster && !isOutOfSight(world, other)) {
                require((other.claims() & slots) == 0, HANDS_OFF, () -> me + " is given slots that " + other + " owns");
                require(
                        !other.data.intersects(due),
                        HANDS_OFF,
                        () -> me + " is given slots whose keys are alive in " + other);
            }
        }
    }

    /** It is in no pod, and nobody who is in one knows of it. */
    private static boolean isOutOfSight(World world, Node node) {
        return node.forsaken && world.living.stream().noneMatch(other -> !other.forsaken && other.knows(node.index));
    }

    static void mayFollow(World world, Node me, Node primary) {
        if (me.primary == primary.index) {
            return;
        }
        require(
                me.home.shard() == primary.home.shard(),
                HANDS_OFF,
                () -> me + " is made a replica of another shard's " + primary);
        BitSet alone = world.losses.onlyIn(me.data, me);
        if (!alone.isEmpty()) {
            throw new Violation(HANDS_OFF, me + " alone holds writes and is made a replica of " + primary);
        }
        BitSet lacking = new BitSet();
        lacking.or(world.losses.dueIn(-1L));
        lacking.and(me.data);
        lacking.andNot(primary.data);
        for (Node owner : world.living) {
            if (owner.claims() != 0) {
                lacking.andNot(owner.data);
            }
        }
        require(
                lacking.isEmpty(),
                HANDS_OFF,
                () -> me + " holds writes that no primary has and is made to follow " + primary);
    }

    /**
     * Its primary's process has ended, or nobody hears it any more. It was in sync then by all that it could know, and of those that
     * really were, none that is alive and in a pod has received more. Who could vote when that was seen is asked.
     */
    static void mayTakeOver(World world, Node me, Node former, boolean unasked, Instant seenAt) {
        boolean lives = isAlive(former);
        boolean isHeard = world.living.stream()
                .anyMatch(other -> other != former
                        && other.cluster == former.cluster
                        && other.isOnBus()
                        && other.knows(former.index)
                        && world.connected(other, former));
        require(!lives || !isHeard, PROOF, () -> me + " takes over from " + former + ", which lives");
        long voters = world.living.stream()
                .filter(other -> other.cluster == me.cluster && other.claims() != 0 && isAlive(other))
                .filter(other -> other.promotedAt < seenAt.toEpochMilli() && other.knows(former.index))
                .count();
        require(
                !unasked || world.shape.shards() <= 2 || 2 * voters <= world.shape.shards(),
                PROOF,
                () -> me + " takes over from " + former + " unasked, and " + voters + " primaries could have voted");
        if (lives) {
            return;
        }
        if (!former.exists) {
            BitSet written = world.losses.writtenIn(me.slotsOf(former.index));
            for (Node other : world.living) {
                if (!other.forsaken && other.primary == former.index && other.processStarted <= seenAt.toEpochMilli()) {
                    require(
                            other.linkLost == Node.NEVER || other.offset <= me.offset,
                            PROOF,
                            () -> me + " takes over from " + former + ", which is gone, although " + other
                                    + " has received more");
                    require(
                            me.data.intersects(written) || !other.data.intersects(written) || !other.serves(),
                            PROOF,
                            () -> me + " takes over from " + former + " with none of its keys, although " + other
                                    + " holds some");
                }
            }
            return;
        }
        require(
                former.unaware.contains(me),
                PROOF,
                () -> me + " takes over from " + former + " and was not in sync when it died");
        for (Node other : former.account) {
            require(
                    other.forsaken || !other.serves() || other.primary != former.index || other.offset <= me.offset,
                    PROOF,
                    () -> me + " takes over from " + former + ", although " + other + " has received more");
        }
    }

    /** What a Redis is told while it remembers an election is lost, or won by the votes of that one, which nobody else remembers. */
    static void mayBeVotedFor(World world, Node me) {
        require(
                me.promotedAt == Node.NEVER || world.now - me.promotedAt > 4L * me.timeout,
                FRESH_VOTES,
                () -> me + " is to be elected, and won its last election " + (world.now - me.promotedAt) + " ms ago");
        require(
                me.toldAt == Node.NEVER || world.now - me.toldAt >= 4L * me.timeout,
                FRESH_VOTES,
                () -> me + " is to be elected, and was told the same " + (world.now - me.toldAt) + " ms ago");
        me.toldAt = world.now;
    }

    private static boolean isAlive(Node node) {
        return node.life == Node.Life.SERVING || node.life == Node.Life.FROZEN;
    }

    static void losesNothing(World world, Node me, BitSet gone, String how) {
        BitSet lost = world.losses.onlyIn(gone, me);
        require(lost.isEmpty(), NO_WRITE_LOST, () -> me + " " + how + ": " + lost.cardinality() + " writes are gone");
    }

    static void isGoneForGood(World world, Node me, Node gone) {
        if (gone.cluster != me.cluster) {
            return;
        }
        require(
                !gone.exists,
                HEALED_FIRST,
                () -> me + " forgets " + gone + ", which still has a container or a volume");
        BitSet due = world.losses.dueIn(me.slotsOf(gone.index));
        for (Node replica : world.living) {
            require(
                    replica.primary != gone.index || !replica.data.intersects(due),
                    HANDS_OFF,
                    () -> me + " forgets " + gone + ", whose replica " + replica + " could take its place");
        }
    }

    /** What is on its disk is given up: somebody else has to serve its slots, since all that is waited for is a copy of that. */
    static void isSucceeded(World world, Node me) {
        long served = 0;
        for (Node other : world.living) {
            if (other != me && other.cluster == me.cluster && other.exists) {
                served |= other.claims();
            }
        }
        long alone = me.claims() & ~served;
        require(alone == 0, HANDS_OFF, () -> "the disk of " + me + " is given up, which alone owns slots");
    }

    static void hasARole(World world, Node me) {
        require(me.hasRole(), OPENED, () -> me + " is opened for replication");
    }

    /**
     * A pod is to be deleted by the plan: its disk stays and nothing ran in it when the plan was made (what has started since
     * is stopped in good order), or its node holds nothing.
     */
    static void holdsNothing(World world, Node me, Instant seenAt) {
        boolean ran = me.life != Node.Life.NONE && me.processStarted < seenAt.toEpochMilli();
        if (world.shape.keepsData() && !ran) {
            return;
        }
        // A replica of somebody who is gone may have copied from whoever is at that address by now: others' keys are no
        // loss.
        boolean followsNobody = me.isReplica() && !world.node(me.primary).exists;
        BitSet due = followsNobody ? world.losses.onlyIn(me.data, me) : world.losses.dueIn(-1L);
        require(
                me.claims() == 0 && !me.data.intersects(due),
                NO_WRITE_LOST,
                () -> "the pod of " + me + " is deleted, which owns slots or holds keys");
    }

    /** What can be judged of a plan by what it was made from. */
    static void judge(Desired desired, Observation seen, Plan plan) {
        Set<NodeId> concerned = new HashSet<>();
        for (Step step : plan.steps()) {
            switch (step) {
                case Step.Meet meet -> meetsOnlyProved(seen, meet);
                case Step.Follow follow -> followsOnlyWithoutSlots(seen, follow);
                case Step.Forget forget ->
                    seen.pod(forget.place()).flatMap(ObservedPod::state).ifPresent(state -> {
                        concerned.add(state.id());
                        state.peers().forEach(peer -> concerned.add(peer.id()));
                    });
                case Step.TakeOver takeOver -> {
                    require(
                            desired.givenUp().contains(takeOver.place().shard())
                                    || (!seen.formedBefore() && !desired.keepsData())
                                    || isInTouch(desired, seen, takeOver.place()),
                            GIVEN_UP,
                            () -> takeOver + " has an old copy serve");
                    require(
                            !desired.prefersDisk() || !mayCome(desired, seen, takeOver.former()),
                            GIVEN_UP,
                            () -> takeOver + " does not wait for the disk");
                }
                case Step.GiveSlots give ->
                    require(
                            desired.givenUp().contains(give.place().shard()) || !seen.formedBefore(),
                            GIVEN_UP,
                            () -> give + " has a shard start with nothing");
                case Step.HandOver s -> {}
                case Step.OpenReplication s -> {}
                case Step.Configure s -> {}
                case Step.ReplacePod s -> {}
                case Step.GiveUpPod giveUp ->
                    require(
                            isLostForLong(desired, seen, giveUp.place()),
                            GIVEN_UP,
                            () -> giveUp + " takes a pod for gone that may come back");
                case Step.ReplaceClaim replace ->
                    require(
                            isSpare(desired, seen, replace.place()),
                            GIVEN_UP,
                            () -> replace + " gives up what may come back, or is the only copy");
            }
        }
        addressesAreRight(seen.answering().stream()
                .filter(pod -> concerned.contains(state(pod).id()))
                .toList());
    }

    /** Something answered there a moment ago. */
    private static boolean mayCome(Desired desired, Observation seen, NodeId former) {
        return seen.pods().stream()
                .flatMap(pod -> pod.node() instanceof NodeView.Silent silent ? silent.death().stream() : Stream.empty())
                .anyMatch(
                        death -> death.node().equals(former) && death.quietFor().compareTo(desired.nodeTimeout()) < 0);
    }

    /** An engine would elect it, as far as its age goes. */
    private static boolean isInTouch(Desired desired, Observation seen, Place place) {
        long longest = 11 * desired.nodeTimeout().toMillis() + 10_000;
        return seen.pod(place)
                .flatMap(ObservedPod::state)
                .flatMap(NodeState::link)
                .flatMap(NodeState.Link::downFor)
                .filter(down -> down.toMillis() <= longest)
                .isPresent();
    }

    private static boolean isLostForLong(Desired desired, Observation seen, Place place) {
        return seen.pod(place)
                .filter(ObservedPod::terminating)
                .flatMap(ObservedPod::machine)
                .flatMap(Machine::silence)
                .filter(silence -> desired.grace()
                        .forceDeleteAfter()
                        .filter(after -> silence.seenFor().compareTo(after) >= 0)
                        .isPresent())
                .isPresent();
    }

    /** Its volume has been lost for long enough, and another pod serves the shard. */
    private static boolean isSpare(Desired desired, Observation seen, Place place) {
        boolean isLong = seen.pod(place)
                .flatMap(ObservedPod::lostVolume)
                .filter(lost -> desired.grace()
                        .replaceClaimsAfter()
                        .filter(after -> lost.seenFor().compareTo(after) >= 0)
                        .isPresent())
                .isPresent();
        return isLong
                && seen.answering().stream()
                        .anyMatch(pod -> pod.place().shard() == place.shard()
                                && pod.state().filter(NodeState::ownsSlots).isPresent());
    }

    private static void meetsOnlyProved(Observation seen, Step.Meet meet) {
        for (Address other : meet.others()) {
            require(
                    seen.answering().stream().anyMatch(pod -> pod.address().equals(Optional.of(other))),
                    PROVED,
                    () -> meet + " introduces somebody who did not answer");
        }
        seen.pod(meet.place())
                .flatMap(ObservedPod::state)
                .ifPresent(me -> seen.answering().stream()
                        .filter(pod ->
                                pod.address().filter(meet.others()::contains).isPresent())
                        .map(Rules::state)
                        .forEach(other -> require(
                                areRelated(seen, me, other) || !claims(me).intersects(claims(other)),
                                PROVED,
                                () -> meet + " introduces two who do not know each other and own the same slots")));
    }

    /** One knows the other, or somebody who answered knows both. */
    private static boolean areRelated(Observation seen, NodeState one, NodeState other) {
        return one.peer(other.id()).isPresent()
                || other.peer(one.id()).isPresent()
                || seen.answering().stream()
                        .map(Rules::state)
                        .anyMatch(third -> third.peer(one.id()).isPresent()
                                && third.peer(other.id()).isPresent())
                || one.peers().stream().anyMatch(peer -> other.peer(peer.id()).isPresent());
    }

    /** All slots that have an owner in a node's view. */
    private static SlotSet claims(NodeState state) {
        return state.peers().stream().map(NodeState.Peer::slots).reduce(state.slots(), SlotSet::union);
    }

    private static void followsOnlyWithoutSlots(Observation seen, Step.Follow follow) {
        Optional<NodeState> state = seen.pod(follow.place()).flatMap(ObservedPod::state);
        require(state.isPresent(), HANDS_OFF, () -> follow + " is for a node that did not answer");
        NodeId id = state.orElseThrow().id();
        if (state.orElseThrow().primary().equals(Optional.of(follow.primary()))) {
            return;
        }
        for (ObservedPod pod : seen.answering()) {
            Optional<NodeState.Peer> peer = pod.state().flatMap(other -> other.peer(id));
            require(
                    peer.map(each -> each.slots().isEmpty()).orElse(true),
                    HANDS_OFF,
                    () -> follow + " although " + pod.place() + " sees slots on it");
        }
    }

    /** Among those who forget somebody, and whom they know. */
    private static void addressesAreRight(List<ObservedPod> answering) {
        for (ObservedPod one : answering) {
            NodeState state = state(one);
            for (ObservedPod other : answering) {
                if (!one.place().equals(other.place())) {
                    NodeId id = state(other).id();
                    Optional<Address> known = state.peer(id).flatMap(NodeState.Peer::address);
                    require(
                            known.isEmpty() || known.equals(other.address()),
                            HEALED_FIRST,
                            () -> "somebody is forgotten while " + one.place() + " looks for " + other.place() + " at "
                                    + known.orElseThrow());
                }
            }
        }
    }

    private static NodeState state(ObservedPod pod) {
        return ((NodeView.Answering) pod.node()).state();
    }

    private static void require(boolean holds, String rule, java.util.function.Supplier<String> what) {
        if (!holds) {
            throw new Violation(rule, what.get());
        }
    }
}
