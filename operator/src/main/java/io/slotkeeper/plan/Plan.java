package io.slotkeeper.plan;

import java.util.List;

/**
 * What to do now, and what holds the rest back. The steps of one node are carried out in this order, and one that fails
 * ends that node's turn; the steps of different nodes do not depend on each other and run side by side. What must come after
 * them comes in the next pass's plan. No steps and no obstacles: the cluster is as it should be.
 */
public record Plan(List<Step> steps, List<Obstacle> obstacles) {
    public Plan {
        steps = List.copyOf(steps);
        obstacles = List.copyOf(obstacles);
    }

    /**
     * Why something is not done yet. {@code Waiting} passes by itself; {@code Stuck} needs a person, and the message says
     * what to do. The reason is one CamelCase word, for conditions.
     */
    public record Obstacle(Kind kind, String reason, String message) {
        /** Whether it passes by itself. */
        public enum Kind {
            WAITING,
            STUCK
        }
    }
}
