package io.slotkeeper.plan;

import io.slotkeeper.plan.Plan.Obstacle;
import io.slotkeeper.plan.Step.Configure;
import io.slotkeeper.plan.Step.Follow;
import io.slotkeeper.plan.Step.Forget;
import io.slotkeeper.plan.Step.GiveSlots;
import io.slotkeeper.plan.Step.GiveUpPod;
import io.slotkeeper.plan.Step.HandOver;
import io.slotkeeper.plan.Step.Meet;
import io.slotkeeper.plan.Step.OpenReplication;
import io.slotkeeper.plan.Step.ReplaceClaim;
import io.slotkeeper.plan.Step.ReplacePod;
import io.slotkeeper.plan.Step.TakeOver;
import io.slotkeeper.topology.Place;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;

/** A plan as a person reads it; nodes that do the same for the same reason share a line. The last line is the verdict. */
final class PrintedPlan {
    private final Drawing drawing;

    PrintedPlan(Drawing drawing) {
        this.drawing = drawing;
    }

    List<String> lines() {
        Plan plan = Planner.plan(drawing.desired(), drawing.observation());
        Map<String, List<Place>> steps = new LinkedHashMap<>();
        List<Step> toDo =
                drawing.isPaused() ? Planner.stepsWhilePaused(drawing.desired(), drawing.observation()) : plan.steps();
        for (Step step : toDo) {
            steps.computeIfAbsent(verb(step) + ": " + step.reason(), line -> new ArrayList<>())
                    .add(step.place());
        }
        List<String> lines = new ArrayList<>();
        steps.forEach((verb, places) -> lines.add(subjects(places) + " | " + verb));
        for (Obstacle obstacle : plan.obstacles()) {
            String kind = obstacle.kind().name().toLowerCase(Locale.ROOT);
            lines.add(kind + " " + obstacle.reason() + ": " + obstacle.message());
        }
        Handover.answer(drawing.desired(), drawing.observation())
                .ifPresent(answer ->
                        lines.add("answer " + (answer.done() ? "done" : "refused") + ": " + answer.message()));
        lines.add("= " + verdict(Verdict.of(drawing.desired(), drawing.observation())));
        return lines;
    }

    private String subjects(List<Place> places) {
        return places.equals(drawing.desired().places())
                ? "all"
                : places.stream().map(Place::toString).collect(Collectors.joining(" "));
    }

    private String verb(Step step) {
        return switch (step) {
            case GiveSlots s -> "get slots " + s.slots() + " with epoch " + s.epoch();
            case Meet s -> "meet " + others(s);
            case Follow s -> "follow " + drawing.name(s.primary());
            case TakeOver s -> "take over from " + drawing.name(s.former()) + (s.unasked() ? ", unasked" : "");
            case HandOver s -> "take over from " + drawing.name(s.former()) + " with its help";
            case OpenReplication s -> "open replication";
            case Configure s -> "set " + s.setting() + " " + s.value();
            case Forget s -> "forget " + drawing.name(s.gone());
            case ReplacePod s -> "replace pod " + s.uid();
            case GiveUpPod s -> "give up pod " + s.uid();
            case ReplaceClaim s -> "replace claim " + s.claim() + " (" + s.claimUid() + ") and pod " + s.uid();
        };
    }

    private String others(Meet meet) {
        List<String> names = meet.others().stream().map(drawing::name).toList();
        return names.size() == drawing.desired().places().size() - 1 ? "everybody else" : String.join(" ", names);
    }

    private static String verdict(Verdict verdict) {
        String shards = verdict.shards().stream()
                .map(shard -> shard.primary().map(Objects::toString).orElse("nobody")
                        + shard.replicas().stream()
                                .map(replica -> (replica.inSync() ? "+" : "-")
                                        + replica.place().ordinal())
                                .collect(Collectors.joining()))
                .collect(Collectors.joining(" "));
        String state = verdict.well() ? "well" : verdict.settled() ? "settled" : "unsettled";
        return state + ", " + verdict.covered().size() + " slots: " + shards;
    }
}
