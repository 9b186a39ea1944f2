package io.slotkeeper.plan;

/** The table of contents: which concerns there are, and in which order they speak. */
public final class Planner {
    private Planner() {}

    /** What to do next for a cluster that is wanted like this and was seen like that. */
    public static Plan plan(Desired desired, Observation seen) {
        Situation now = Situation.of(desired, seen);
        Forming forming = Forming.of(now);
        Draft draft = new Draft();
        now.admission().obstacles().forEach(draft::add);
        Pods.plan(now, draft);
        Losses.plan(now, draft);
        // A node carries out its steps in this order: its epoch is set before it meets anybody.
        Settings.plan(now, draft);
        forming.plan(draft);
        Meeting.plan(now, forming, draft);
        Following.plan(now, draft);
        Forgetting.plan(now, draft);
        Remaining.plan(now, draft);
        return draft.plan();
    }
}
