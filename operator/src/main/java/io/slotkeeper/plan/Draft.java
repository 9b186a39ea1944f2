package io.slotkeeper.plan;

import io.slotkeeper.plan.Plan.Obstacle;
import java.util.ArrayList;
import java.util.List;

/** A plan that is being written: every concern adds its steps and says what holds it back. */
final class Draft {
    private static final int NAMED = 4;

    private final List<Step> steps = new ArrayList<>();
    private final List<Obstacle> obstacles = new ArrayList<>();

    void add(Step step) {
        steps.add(step);
    }

    /** Something passes by itself. */
    void waiting(String reason, String message) {
        add(new Obstacle(Obstacle.Kind.WAITING, reason, message));
    }

    /** Something needs a person, and the message says what to do. */
    void stuck(String reason, String message) {
        add(new Obstacle(Obstacle.Kind.STUCK, reason, message));
    }

    void add(Obstacle obstacle) {
        obstacles.add(obstacle);
    }

    boolean hasSteps() {
        return !steps.isEmpty();
    }

    boolean isEmpty() {
        return steps.isEmpty() && obstacles.isEmpty();
    }

    Plan plan() {
        return new Plan(steps, obstacles);
    }

    /** A list as people read it; a long one names the first few and counts the others. */
    static String list(List<String> names) {
        if (names.size() <= NAMED) {
            return String.join(", ", names);
        }
        return String.join(", ", names.subList(0, NAMED)) + " and " + (names.size() - NAMED) + " more";
    }
}
