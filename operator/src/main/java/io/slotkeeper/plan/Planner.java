package io.slotkeeper.plan;

import java.util.List;

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
        LostMachines.plan(now, draft);
        LostVolumes.plan(now, draft);
        Takeover takeover = Takeover.of(now, forming);
        takeover.plan(draft);
        Losses.plan(now, takeover, draft);
        // A node carries out its steps in this order: its epoch is set before it meets anybody.
        Settings.plan(now, draft);
        forming.plan(draft, takeover);
        Meeting.plan(now, forming, draft);
        Following.plan(now, draft);
        Forgetting.plan(now, draft);
        Handover.plan(now, draft);
        Remaining.plan(now, draft);
        return draft.plan();
    }

    /** What is done even for a cluster that is to be left alone: it gets its own node timeout back, which nobody else would see to. */
    public static List<Step> stepsWhilePaused(Desired desired, Observation seen) {
        return Settings.takingBackAll(Situation.of(desired, seen));
    }
}
