package io.slotkeeper.simulation;

import io.slotkeeper.plan.Attempt;
import io.slotkeeper.plan.Observation;
import io.slotkeeper.plan.ObservedPod;
import io.slotkeeper.plan.Plan;
import io.slotkeeper.plan.Step;
import io.slotkeeper.topology.Address;
import io.slotkeeper.topology.NodeId;
import io.slotkeeper.topology.Place;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Carries a plan out as the operator does: the steps of one node in their order until one fails, those of different nodes in
 * any order; each is said to the address that was seen, whoever listens there by now. The operator may be killed between any two.
 */
final class Hands {
    private final World world;
    private final Pods pods;
    private final Commands commands;
    private final Tally tally;
    private final Map<NodeId, Attempt> told;
    private final Runnable aWhile;

    Hands(World world, Pods pods, Tally tally, Map<NodeId, Attempt> told, Runnable aWhile) {
        this.world = world;
        this.pods = pods;
        this.commands = new Commands(world);
        this.tally = tally;
        this.told = told;
        this.aWhile = aWhile;
    }

    /** How many words an operator gets out before it dies, and how often a step goes wrong or takes a while. */
    record Luck(int words, boolean failures) {
        static final Luck GOOD = new Luck(Integer.MAX_VALUE, false);
    }

    void carryOut(Observation seen, Plan plan, Luck luck) {
        if (plan.steps().isEmpty()) {
            return;
        }
        Map<Place, Deque<Step>> byPlace = new LinkedHashMap<>();
        plan.steps()
                .forEach(step -> byPlace.computeIfAbsent(step.place(), place -> new ArrayDeque<>())
                        .add(step));
        List<Place> open = new ArrayList<>(byPlace.keySet());
        int words = luck.words();
        while (!open.isEmpty() && words > 0) {
            Place place = world.dice.oneOf(open);
            Deque<Step> steps = byPlace.get(place);
            Step step = steps == null ? null : steps.poll();
            if (step == null) {
                open.remove(place);
                continue;
            }
            words--;
            boolean fails = luck.failures() && world.dice.oneIn(25);
            boolean halfway = words == 0;
            if (fails || !carryOut(seen, step, halfway)) {
                open.remove(place);
                world.tell(() -> "    failed: " + step);
            } else {
                tally.step(step);
                world.tell(() -> "    did: " + step);
            }
            if (luck.failures() && world.dice.oneIn(12)) {
                aWhile.run();
            }
        }
        if (words == 0) {
            world.tell(() -> "    the operator died");
        }
    }

    private boolean carryOut(Observation seen, Step step, boolean halfway) {
        if (step instanceof Step.ReplacePod replace) {
            return replace(replace, seen.at());
        }
        if (step instanceof Step.GiveUpPod giveUp) {
            Optional<Pods.Seat> seat = pods.seatOf(giveUp.uid());
            seat.ifPresent(pods::giveUp);
            return seat.isPresent();
        }
        if (step instanceof Step.ReplaceClaim replace) {
            Optional<Pods.Seat> seat = pods.seatOf(replace.uid());
            seat.ifPresent(pods::replaceDisk);
            return seat.isPresent();
        }
        Optional<Node> reached =
                seen.pod(step.place()).flatMap(ObservedPod::address).flatMap(this::reach);
        if (reached.isEmpty()) {
            return false;
        }
        Node node = reached.get();
        return switch (step) {
            case Step.GiveSlots give -> give(node, give, halfway);
            case Step.Meet meet -> meet(node, meet, halfway);
            case Step.Follow follow -> find(follow.primary()) >= 0 && commands.replicate(node, find(follow.primary()));
            case Step.TakeOver takeOver -> takeOver(node, takeOver, seen.at());
            case Step.HandOver handOver -> handOver(node, handOver);
            case Step.OpenReplication open -> commands.openReplication(node);
            case Step.Configure set -> node.set(set.setting(), set.value());
            case Step.Forget forget -> find(forget.gone()) >= 0 && commands.forget(node, find(forget.gone()));
            case Step.ReplacePod replace -> throw new IllegalStateException("a pod is not spoken to");
            case Step.GiveUpPod giveUp -> throw new IllegalStateException("a pod is not spoken to");
            case Step.ReplaceClaim replace -> throw new IllegalStateException("a claim is not spoken to");
        };
    }

    private boolean takeOver(Node node, Step.TakeOver takeOver, Instant seenAt) {
        boolean done = commands.takeOver(node, find(takeOver.former()), takeOver.unasked(), seenAt);
        if (done) {
            told.put(takeOver.former(), new Attempt(takeOver.place(), Instant.ofEpochMilli(world.now)));
        }
        return done;
    }

    /** An engine says yes at once, and nobody knows for a while what comes of it. */
    private boolean handOver(Node node, Step.HandOver handOver) {
        int former = find(handOver.former());
        if (former < 0 || node.primary != former) {
            return false;
        }
        Rules.mayBeVotedFor(world, node);
        told.put(handOver.former(), new Attempt(handOver.place(), Instant.ofEpochMilli(world.now)));
        world.elections.handOver(world.node(former), node);
        return true;
    }

    private boolean replace(Step.ReplacePod replace, Instant seenAt) {
        Optional<Pods.Seat> seat = pods.seatOf(replace.uid());
        seat.ifPresent(each -> {
            if (each.node != null) {
                Rules.holdsNothing(world, each.node, seenAt);
            }
            pods.delete(each, true);
        });
        return seat.isPresent();
    }

    private boolean give(Node node, Step.GiveSlots give, boolean halfway) {
        boolean hasEpoch = commands.setConfigEpoch(node, give.epoch());
        if (halfway && world.dice.oneIn(2)) {
            return false;
        }
        boolean given = commands.addSlots(node, world.mask(give.slots()));
        if (!hasEpoch && !(halfway && world.dice.oneIn(2))) {
            commands.bumpEpoch(node);
        }
        return given;
    }

    private boolean meet(Node node, Step.Meet meet, boolean halfway) {
        for (Address other : meet.others()) {
            if (halfway && world.dice.oneIn(2)) {
                return false;
            }
            commands.meet(node, world.addressNumber(other));
        }
        return true;
    }

    /** Whoever listens at this address, if it takes our password. */
    private Optional<Node> reach(Address address) {
        Node node = world.at(world.addressNumber(address));
        return node != null && node.cluster == 0 && node.serves() && !world.hidden[world.shape.number(node.home)]
                ? Optional.of(node)
                : Optional.empty();
    }

    private int find(NodeId id) {
        for (Node node : world.nodes) {
            if (node.id.equals(id)) {
                return node.index;
            }
        }
        return Node.NOBODY;
    }
}
