package io.slotkeeper.simulation;

import io.slotkeeper.plan.Desired;
import io.slotkeeper.plan.NodeState;
import io.slotkeeper.plan.NodeView;
import io.slotkeeper.plan.Observation;
import io.slotkeeper.plan.ObservedPod;
import io.slotkeeper.plan.Plan;
import io.slotkeeper.plan.Planner;
import io.slotkeeper.plan.Step;
import io.slotkeeper.topology.NodeId;
import io.slotkeeper.topology.SlotSet;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** A planner that makes one mistake. The simulation has to find each of them; one that it does not find shows its own gap. */
enum PlantedFault implements History.Mind {
    GIVES_SLOTS_WHILE_AN_OWNER_IS_SILENT("rule 2") {
        @Override
        public Plan plan(Desired desired, Observation seen) {
            Desired careless = new Desired(
                    desired.name(),
                    desired.shards(),
                    desired.replicasPerShard(),
                    desired.settings(),
                    false,
                    false,
                    Desired.Grace.NONE,
                    desired.givenUp(),
                    Optional.empty(),
                    false);
            return Planner.plan(careless, new Observation(seen.at(), false, seen.answering()));
        }
    },
    GIVES_SLOTS_TO_EVERY_BLANK_NODE("rule 2") {
        @Override
        List<Step> more(Observation seen, Plan plan) {
            List<Step> steps = new ArrayList<>();
            for (Step step : plan.steps()) {
                if (step instanceof Step.GiveSlots give) {
                    states(seen)
                            .filter(pod -> pod.place().shard() == give.place().shard())
                            .filter(pod -> !pod.place().equals(give.place()))
                            .forEach(pod ->
                                    steps.add(new Step.GiveSlots(pod.place(), give.slots(), give.epoch(), "to both")));
                }
            }
            return steps;
        }
    },
    GIVES_TOO_FEW_SLOTS("liveness") {
        @Override
        public Plan plan(Desired desired, Observation seen) {
            Plan plan = Planner.plan(desired, seen);
            return new Plan(
                    plan.steps().stream()
                            .map(step -> step instanceof Step.GiveSlots give
                                            && give.place().shard() == 0
                                    ? new Step.GiveSlots(
                                            give.place(),
                                            give.slots().minus(SlotSet.parse("7")),
                                            give.epoch(),
                                            give.reason())
                                    : step)
                            .toList(),
                    plan.obstacles());
        }
    },
    FOLLOWS_WITH_KEYS_THAT_NOBODY_ELSE_HAS("rule 2") {
        @Override
        List<Step> more(Observation seen, Plan plan) {
            Set<NodeId> ids = ids(seen);
            return states(seen)
                    .filter(pod ->
                            state(pod).primary().filter(id -> !ids.contains(id)).isPresent())
                    .flatMap(orphan -> states(seen)
                            .filter(pod -> pod.place().shard() == orphan.place().shard()
                                    && !state(pod).isReplica())
                            .<Step>map(pod ->
                                    new Step.Follow(orphan.place(), state(pod).id(), "it answers")))
                    .toList();
        }
    },
    FOLLOWS_ACROSS_SHARDS("rule 2") {
        @Override
        List<Step> more(Observation seen, Plan plan) {
            List<ObservedPod> primaries =
                    states(seen).filter(pod -> state(pod).ownsSlots()).toList();
            return states(seen)
                    .filter(pod -> state(pod).isReplica() && !primaries.isEmpty())
                    .<Step>map(pod -> new Step.Follow(
                            pod.place(), state(primaries.getFirst()).id(), "the first one"))
                    .toList();
        }
    },
    FORGETS_WHOEVER_IS_SILENT("rule 6") {
        @Override
        List<Step> more(Observation seen, Plan plan) {
            return forget(seen);
        }
    },
    FORGETS_BEFORE_ADDRESSES_ARE_HEALED("rule 6") {
        @Override
        List<Step> more(Observation seen, Plan plan) {
            return seen.answering().size() == seen.pods().size() ? forget(seen) : List.of();
        }
    },
    FORGETS_NOBODY("liveness") {
        @Override
        public Plan plan(Desired desired, Observation seen) {
            return without(Planner.plan(desired, seen), Step.Forget.class::isInstance);
        }
    },
    MEETS_WHOEVER_HAS_THE_ADDRESS("rule 2") {
        @Override
        List<Step> more(Observation seen, Plan plan) {
            return states(seen)
                    .<Step>map(pod -> new Step.Meet(
                            pod.place(),
                            state(pod).peers().stream()
                                    .flatMap(peer -> peer.address().stream())
                                    .toList(),
                            "it knows them"))
                    .toList();
        }
    },
    MEETS_WHOEVER_HAS_THE_PASSWORD("rule 2 \\(only") {
        @Override
        List<Step> more(Observation seen, Plan plan) {
            return states(seen)
                    .<Step>map(pod -> new Step.Meet(
                            pod.place(),
                            states(seen)
                                    .filter(other -> !other.equals(pod)
                                            && state(pod)
                                                    .peer(state(other).id())
                                                    .isEmpty())
                                    .flatMap(other -> other.address().stream())
                                    .toList(),
                            "they took the password"))
                    .filter(step -> !((Step.Meet) step).others().isEmpty())
                    .toList();
        }
    },
    MEETS_NOBODY_WHO_MOVED("liveness") {
        @Override
        public Plan plan(Desired desired, Observation seen) {
            Plan plan = Planner.plan(desired, seen);
            return seen.formedBefore() ? without(plan, Step.Meet.class::isInstance) : plan;
        }
    },
    NEVER_PUTS_THE_TIMEOUT_BACK("liveness: .*rule 10") {
        @Override
        public Plan plan(Desired desired, Observation seen) {
            return without(
                    Planner.plan(desired, seen),
                    step -> step instanceof Step.Configure set
                            && set.setting().equals(Wish.NODE_TIMEOUT)
                            && set.value()
                                    .equals(Long.toString(desired.nodeTimeout().toMillis())));
        }
    },
    OPENS_NODES_WITHOUT_A_ROLE("rule 3") {
        @Override
        List<Step> more(Observation seen, Plan plan) {
            return states(seen)
                    .<Step>map(pod -> new Step.OpenReplication(pod.place(), "it answers"))
                    .toList();
        }
    },
    REPLACES_EVERY_OUTDATED_POD("rule 1") {
        @Override
        List<Step> more(Observation seen, Plan plan) {
            return seen.pods().stream()
                    .filter(ObservedPod::outdated)
                    .<Step>map(pod -> new Step.ReplacePod(pod.place(), pod.uid(), "it is outdated"))
                    .toList();
        }
    },
    KEEPS_OLD_LINKS("liveness") {
        @Override
        public Plan plan(Desired desired, Observation seen) {
            return without(
                    Planner.plan(desired, seen),
                    step -> step instanceof Step.Follow follow
                            && seen.pod(follow.place())
                                    .flatMap(ObservedPod::state)
                                    .flatMap(NodeState::primary)
                                    .equals(Optional.of(follow.primary())));
        }
    },
    SAYS_THE_SAME_AGAIN_AND_AGAIN("liveness") {
        @Override
        List<Step> more(Observation seen, Plan plan) {
            return states(seen)
                    .limit(1)
                    .<Step>map(pod -> new Step.Configure(
                            pod.place(),
                            Wish.NODE_TIMEOUT,
                            Long.toString(state(pod).settings().nodeTimeout().toMillis()),
                            "to be sure"))
                    .toList();
        }
    },
    TAKES_OVER_FROM_WHOEVER_REFUSES("rule 4") {
        @Override
        List<Step> more(Observation seen, Plan plan) {
            return dead(seen)
                    .flatMap(death -> states(seen)
                            .filter(pod -> state(pod).primary().equals(Optional.of(death.node())))
                            .<Step>map(pod -> new Step.TakeOver(pod.place(), death.node(), true, "it refuses")))
                    .toList();
        }
    },
    TAKES_OVER_FROM_WHOEVER_IS_SILENT("rule 4 .* which lives") {
        @Override
        List<Step> more(Observation seen, Plan plan) {
            Set<NodeId> ids = ids(seen);
            return states(seen)
                    .flatMap(pod -> state(pod).primary().stream()
                            .filter(primary -> !ids.contains(primary))
                            .<Step>map(primary -> new Step.TakeOver(pod.place(), primary, true, "it is silent")))
                    .toList();
        }
    },
    GIVES_UP_UNASKED("rule 2 .* start with nothing") {
        @Override
        public Plan plan(Desired desired, Observation seen) {
            return Planner.plan(givingUp(desired), seen);
        }
    },
    TAKES_AN_OLD_COPY_UNASKED("rule 2 .* old copy serve") {
        @Override
        public Plan plan(Desired desired, Observation seen) {
            Plan plan = Planner.plan(desired, seen);
            List<Step> steps = new ArrayList<>(plan.steps());
            Planner.plan(givingUp(desired), seen).steps().stream()
                    .filter(step -> step instanceof Step.TakeOver && !steps.contains(step))
                    .forEach(steps::add);
            return new Plan(steps, plan.obstacles());
        }
    },
    DOES_NOT_WAIT_FOR_THE_DISK("rule 2 .* does not wait for the disk") {
        @Override
        public Plan plan(Desired desired, Observation seen) {
            return Planner.plan(
                    new Desired(
                            desired.name(),
                            desired.shards(),
                            desired.replicasPerShard(),
                            desired.settings(),
                            desired.keepsData(),
                            false,
                            desired.grace(),
                            desired.givenUp(),
                            desired.handover(),
                            false),
                    seen);
        }
    },
    GIVES_UP_WHOEVER_IS_LEAVING("rule 2 .* may come back") {
        @Override
        List<Step> more(Observation seen, Plan plan) {
            return seen.pods().stream()
                    .filter(ObservedPod::terminating)
                    .<Step>map(pod -> new Step.GiveUpPod(pod.place(), pod.uid(), "it takes long"))
                    .toList();
        }
    },
    REPLACES_THE_CLAIM_OF_WHOEVER_WAITS("rule 2 .* only copy") {
        @Override
        List<Step> more(Observation seen, Plan plan) {
            return seen.pods().stream()
                    .flatMap(pod -> pod.lostVolume().stream()
                            .<Step>map(lost -> new Step.ReplaceClaim(
                                    pod.place(), pod.uid(), lost.claim(), lost.uid(), "it takes long")))
                    .toList();
        }
    },
    HAS_ANY_REPLICA_TAKE_OVER("rule 4 .* (was not in sync|has received more)") {
        @Override
        public Plan plan(Desired desired, Observation seen) {
            Plan plan = Planner.plan(desired, seen);
            return new Plan(
                    plan.steps().stream()
                            .map(step -> step instanceof Step.TakeOver takeOver ? byTheLast(seen, takeOver) : step)
                            .toList(),
                    plan.obstacles());
        }

        private Step byTheLast(Observation seen, Step.TakeOver takeOver) {
            return states(seen)
                    .filter(pod -> state(pod).primary().equals(Optional.of(takeOver.former())))
                    .min(Comparator.comparingLong(pod -> state(pod).offset()))
                    .<Step>map(pod -> new Step.TakeOver(pod.place(), takeOver.former(), takeOver.unasked(), "the last"))
                    .orElse(takeOver);
        }
    },
    HANDS_BACK_AT_ONCE("rule 1 .* (won its last election|was told the same)") {
        @Override
        List<Step> more(Observation seen, Plan plan) {
            return states(seen)
                    .flatMap(pod -> state(pod).primary().stream()
                            .<Step>map(primary -> new Step.HandOver(pod.place(), primary, "it can")))
                    .toList();
        }
    },
    ASKS_NOBODY("rule 4 .* could have voted") {
        @Override
        public Plan plan(Desired desired, Observation seen) {
            Plan plan = Planner.plan(desired, seen);
            return new Plan(
                    plan.steps().stream()
                            .map(step -> step instanceof Step.TakeOver takeOver
                                    ? new Step.TakeOver(takeOver.place(), takeOver.former(), true, "in haste")
                                    : step)
                            .toList(),
                    plan.obstacles());
        }
    },
    CALLS_NOBODY("liveness: only a person") {
        @Override
        public Plan plan(Desired desired, Observation seen) {
            Plan plan = Planner.plan(desired, seen);
            return new Plan(
                    plan.steps(),
                    plan.obstacles().stream()
                            .map(each -> new Plan.Obstacle(Plan.Obstacle.Kind.WAITING, each.reason(), each.message()))
                            .toList());
        }
    },
    DOES_NOTHING_ONCE_FORMED("liveness") {
        @Override
        public Plan plan(Desired desired, Observation seen) {
            return seen.formedBefore() ? new Plan(List.of(), List.of()) : Planner.plan(desired, seen);
        }
    };

    /** How the violation begins that it must lead to. */
    final String violation;

    PlantedFault(String violation) {
        this.violation = violation;
    }

    @Override
    public Plan plan(Desired desired, Observation seen) {
        Plan plan = Planner.plan(desired, seen);
        List<Step> steps = new ArrayList<>(plan.steps());
        steps.addAll(more(seen, plan));
        return new Plan(steps, plan.obstacles());
    }

    /** What it adds to a good plan. */
    List<Step> more(Observation seen, Plan plan) {
        return List.of();
    }

    private static Desired givingUp(Desired desired) {
        return new Desired(
                desired.name(),
                desired.shards(),
                desired.replicasPerShard(),
                desired.settings(),
                desired.keepsData(),
                desired.prefersDisk(),
                desired.grace(),
                IntStream.range(0, desired.shards()).boxed().collect(Collectors.toSet()),
                desired.handover(),
                false);
    }

    private static Plan without(Plan plan, Predicate<Step> what) {
        return new Plan(plan.steps().stream().filter(what.negate()).toList(), plan.obstacles());
    }

    private static List<Step> forget(Observation seen) {
        Set<NodeId> ids = ids(seen);
        return states(seen)
                .flatMap(pod -> state(pod).peers().stream()
                        .filter(peer -> peer.health() != NodeState.Health.HANDSHAKE && !ids.contains(peer.id()))
                        .<Step>map(peer -> new Step.Forget(pod.place(), peer.id(), "it does not answer")))
                .toList();
    }

    private static Stream<NodeView.Death> dead(Observation seen) {
        return seen.pods().stream()
                .flatMap(
                        pod -> pod.node() instanceof NodeView.Silent silent ? silent.death().stream() : Stream.empty());
    }

    private static Stream<ObservedPod> states(Observation seen) {
        return seen.answering().stream();
    }

    private static NodeState state(ObservedPod pod) {
        return ((NodeView.Answering) pod.node()).state();
    }

    private static Set<NodeId> ids(Observation seen) {
        return states(seen).map(pod -> state(pod).id()).collect(Collectors.toSet());
    }
}
