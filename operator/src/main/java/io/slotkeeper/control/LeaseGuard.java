package io.slotkeeper.control;

import java.time.Duration;

/** Says whether this operator is still the only one that acts: asked before each disruptive step. */
interface LeaseGuard {
    /** Whether nobody else can have become leader before this much time has passed. */
    boolean isFreshFor(Duration time);

    /** Gives leadership back, so that the next operator need not wait for the lease's end. */
    default void giveBack() {}

    /** For an operator that is the only one because somebody says so, on a developer's machine for instance. */
    static LeaseGuard alone() {
        return time -> true;
    }
}
