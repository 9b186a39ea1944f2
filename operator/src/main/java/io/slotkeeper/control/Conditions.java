package io.slotkeeper.control;

import io.fabric8.kubernetes.api.model.Condition;
import io.fabric8.kubernetes.api.model.ConditionBuilder;
import java.util.ArrayList;
import java.util.List;

/** Conditions in the making: in a fixed order, each with the time of its last change of status, not of its last mention. */
final class Conditions {
    private static final int LONGEST_MESSAGE = 1024;

    private final List<Condition> before;
    private final long generation;
    private final String now;
    private final List<Condition> made = new ArrayList<>();

    Conditions(List<Condition> before, long generation, String now) {
        this.before = before;
        this.generation = generation;
        this.now = now;
    }

    void add(String type, boolean holds, Report.Reason why) {
        String status = holds ? "True" : "False";
        String since = before.stream()
                .filter(old -> old.getType().equals(type) && old.getStatus().equals(status))
                .map(Condition::getLastTransitionTime)
                .findFirst()
                .orElse(now);
        made.add(new ConditionBuilder()
                .withType(type)
                .withStatus(status)
                .withReason(why.word())
                .withMessage(shortened(why.message()))
                .withObservedGeneration(generation)
                .withLastTransitionTime(since)
                .build());
    }

    List<Condition> all() {
        return List.copyOf(made);
    }

    private static String shortened(String message) {
        return message.length() <= LONGEST_MESSAGE ? message : message.substring(0, LONGEST_MESSAGE - 1) + "…";
    }
}
