package io.slotkeeper.plan;

import java.util.List;

/** The table of contents: which concerns there are, and in which order they speak. */
public final class Planner {
    private Planner() {}

    /** What to do next for a cluster that is wanted like this and was seen like that. */
    public static Plan plan(Desired desired, Observation seen) {
        return new Plan(List.of(), List.of());
    }
}
