package io.slotkeeper.simulation;

import io.slotkeeper.plan.Desired;
import io.slotkeeper.plan.Handover;
import io.slotkeeper.plan.Observation;
import io.slotkeeper.plan.Plan;
import io.slotkeeper.plan.Verdict;
import io.slotkeeper.topology.SlotSet;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * One history: a cluster is created, formed, and treated badly for at least 200 passes of the loop; then the faults end, and it
 * must become whole again and be left alone. Every rule is asserted on the way.
 */
final class History {
    private static final int LEAST_PASSES = 200;
    private static final int LEAST_FAULTS = 5;
    /** How many passes a cluster may take to become whole when nothing goes wrong any more. */
    private static final int PATIENCE = 400;
    /** After so many passes without a step a lost shard is taken for lost; long enough for every ban and timeout. */
    private static final int GIVEN_UP = 120;
    /** A lease lets nobody act on what was seen longer ago than this. */
    private static final int OLDEST_PLAN = 5000;

    private static final Set<String> LOSSES = Set.of("ShardLost", "FailoverImpossible", "DataLost");

    private final Mind mind;
    private final Tally tally = new Tally();
    private final Chronicle chronicle;
    private final Dice dice;
    private final World world;
    private final Pods pods;
    private final Strangers strangers;
    private final Wish wish;
    private final Eyes eyes;
    private final Hands hands;
    private final Mischief mischief;
    private final Wellness wellness;
    private List<Plan.Obstacle> lastObstacles = List.of();
    private Optional<Thought> heldUp = Optional.empty();

    /** The planner, or one with a fault planted. */
    interface Mind {
        Plan plan(Desired desired, Observation seen);
    }

    private record Thought(long at, Observation seen, Plan plan) {}

    History(long seed, Mind mind, boolean told) {
        this.mind = mind;
        chronicle = new Chronicle(told);
        dice = new Dice(seed);
        int shards = dice.oneOf(List.of(1, 2, 3, 3, 3, 3, 4, 5));
        int mostReplicas = dice.oneOf(List.of(0, 1, 1, 1, 2, 2));
        boolean keepsData = !dice.oneIn(3);
        boolean appendOnly = keepsData && !dice.oneIn(4);
        World.Shape shape = new World.Shape(
                shards, mostReplicas, keepsData, appendOnly, appendOnly && dice.oneIn(4), dice.oneIn(2), dice.oneIn(2));
        world = new World(dice, shape, 2, chronicle);
        pods = new Pods(world);
        strangers = new Strangers(world, 2);
        // As where a user leaves it out, most of the time.
        boolean startsEmpty = keepsData == dice.oneIn(5);
        Desired.Grace grace = new Desired.Grace(halfAMinuteOrNot(dice), halfAMinuteOrNot(dice));
        int replicas = mostReplicas == 0 ? 0 : mostReplicas - dice.below(2);
        wish = new Wish(shape, pods, replicas, startsEmpty, grace);
        eyes = new Eyes(world, pods, () -> pass(1));
        hands = new Hands(world, pods, tally, eyes.told, () -> pass(1));
        mischief = new Mischief(world, pods, eyes, strangers, wish, tally);
        wellness = new Wellness(world, pods);
        world.tell(() -> "A cluster of " + shape);
    }

    private static Optional<Duration> halfAMinuteOrNot(Dice dice) {
        return dice.oneIn(2) ? Optional.of(Duration.ofSeconds(30)) : Optional.empty();
    }

    Tally run() {
        if (dice.oneIn(8)) {
            mischief.something(Fault.WRONG_IMAGE);
        }
        while (tally.passes < LEAST_PASSES || mischief.count < LEAST_FAULTS) {
            if (dice.oneIn(10)) {
                // A pass is called for by what went wrong; the one before may be long ago.
                pass(dice.oneIn(10) ? dice.between(40, 300) : dice.below(10));
                mischief.something();
            }
            pass(dice.oneIn(4) ? dice.between(4, 40) : dice.between(1, 3));
            loop();
        }
        mischief.end();
        settle();
        tally.histories = 1;
        tally.writes = world.losses.writes();
        tally.lost = world.losses.lost();
        tally.fewestPasses = tally.passes;
        tally.fewestFaults = mischief.count;
        return tally;
    }

    Chronicle chronicle() {
        return chronicle;
    }

    private void pass(int ticks) {
        for (int i = 0; i < ticks; i++) {
            world.tick();
            pods.tick();
            mischief.tick();
        }
    }

    /** One pass of the loop while anything may go wrong. */
    private void loop() {
        if (mischief.passesOfTwo > 0) {
            mischief.passesOfTwo--;
            if (heldUp.isEmpty()) {
                heldUp = Optional.of(think(true));
                return;
            }
            heldUp.ifPresent(this::anotherOperatorActs);
            heldUp = Optional.empty();
        }
        Thought thought = think(true);
        Hands.Luck luck = new Hands.Luck(Integer.MAX_VALUE, true);
        if (mischief.operatorDies && !thought.plan().steps().isEmpty()) {
            luck = new Hands.Luck(dice.below(thought.plan().steps().size()) + 1, true);
            mischief.operatorDies = false;
        }
        hands.carryOut(thought.seen(), thought.plan(), luck);
        if (luck.words() != Integer.MAX_VALUE) {
            eyes.forget();
        }
        strangers.areAmongThemselves();
    }

    /**
     * On what it saw some time ago. The lease keeps the two apart: nobody else spoke since then, and who has it next looks only after the
     * last word.
     */
    private void anotherOperatorActs(Thought old) {
        if (world.now - old.at() < OLDEST_PLAN) {
            world.tell(() -> "  another operator carries out what it planned " + (world.now - old.at()) + " ms ago");
            hands.carryOut(old.seen(), old.plan(), new Hands.Luck(Integer.MAX_VALUE, true));
        }
    }

    private Thought think(boolean troubled) {
        tally.passes++;
        Observation seen = eyes.look(wish.formed, troubled);
        Plan plan = mind.plan(wish.desired(), seen);
        Rules.judge(wish.desired(), seen, plan);
        Handover.answer(wish.desired(), seen).ifPresent(answer -> {
            world.tell(() -> "answer: " + answer);
            wish.handover = Optional.empty();
        });
        Verdict verdict = Verdict.of(wish.desired(), seen);
        if (verdict.covered().equals(SlotSet.all()) && !(troubled && dice.oneIn(3))) {
            wish.formed = true;
        }
        verdict.shards().stream()
                .filter(shard -> shard.primary().isPresent() && !shard.slots().isEmpty())
                .forEach(shard -> wish.accepted.remove(shard.index()));
        if (!plan.steps().isEmpty() || !plan.obstacles().equals(lastObstacles)) {
            world.tell(() -> "plan: " + plan.steps().size() + " steps" + told(plan.obstacles()));
        }
        lastObstacles = plan.obstacles();
        return new Thought(world.now, seen, plan);
    }

    private static String told(List<Plan.Obstacle> obstacles) {
        return obstacles.stream()
                .map(each -> "\n              " + each.kind() + " " + each.reason() + ": " + each.message())
                .collect(Collectors.joining());
    }

    /** No more faults: the cluster becomes whole, and then nothing is done any more. */
    private void settle() {
        Plan plan = new Plan(List.of(), List.of());
        Optional<String> complaint = Optional.empty();
        int idle = 0;
        boolean accepted = false;
        for (int i = 0; i < PATIENCE; i++) {
            pass(dice.between(2, 12));
            Thought thought = think(false);
            plan = thought.plan();
            complaint = wellness.complaint(wish.desired());
            if (plan.steps().isEmpty() && plan.obstacles().isEmpty() && complaint.isEmpty()) {
                wellness.missingWrites().ifPresent(missing -> {
                    throw new Violation(missing);
                });
                staysQuiet();
                tally.end(accepted ? "whole after a loss was accepted" : "whole");
                return;
            }
            idle = plan.steps().isEmpty() ? idle + 1 : 0;
            if (idle > GIVEN_UP
                    && !plan.obstacles().isEmpty()
                    && wellness.hopeless(wish.desired()).or(mischief::mixedUp).isPresent()) {
                callsAPerson(plan);
                if (accepted && isLoss(plan)) {
                    throw new Violation("liveness: what is lost was given up, and the plan is " + plan);
                }
                if (isLoss(plan)) {
                    accepted = true;
                    IntStream.range(0, wish.desired().shards()).forEach(wish.accepted::add);
                    world.tell(() -> "THE LOSS IS ACCEPTED");
                    i = 0;
                    idle = 0;
                    continue;
                }
                tally.end("a person is needed (" + reasons(plan) + ")");
                return;
            }
            hands.carryOut(thought.seen(), plan, Hands.Luck.GOOD);
        }
        throw new Violation("liveness: " + PATIENCE + " passes after the last fault "
                + complaint.orElse("the cluster is whole") + ", and the plan is " + plan);
    }

    /** Whoever waits for something that never comes says so, and leaves nothing behind that was meant for a moment. */
    private void callsAPerson(Plan plan) {
        if (plan.obstacles().stream().noneMatch(each -> each.kind() == Plan.Obstacle.Kind.STUCK)) {
            throw new Violation("liveness: only a person can help, and nobody is called: " + plan);
        }
        wellness.temporarySetting().ifPresent(what -> {
            throw new Violation("liveness: " + what);
        });
    }

    /** Whether a person would say what is given up, and not look for what should not be there. */
    private static boolean isLoss(Plan plan) {
        return plan.obstacles().stream()
                .filter(each -> each.kind() == Plan.Obstacle.Kind.STUCK)
                .allMatch(each -> LOSSES.contains(each.reason()));
    }

    private static String reasons(Plan plan) {
        return plan.obstacles().stream()
                .map(Plan.Obstacle::reason)
                .distinct()
                .sorted()
                .collect(Collectors.joining(" "));
    }

    private void staysQuiet() {
        for (int i = 0; i < 3; i++) {
            pass(i == 2 ? 300 : 3);
            Plan plan = think(false).plan();
            if (!plan.steps().isEmpty() || !plan.obstacles().isEmpty()) {
                throw new Violation("liveness: the cluster was whole, nothing happened, and the plan is " + plan);
            }
        }
        wellness.missingWrites().ifPresent(missing -> {
            throw new Violation(missing);
        });
    }
}
