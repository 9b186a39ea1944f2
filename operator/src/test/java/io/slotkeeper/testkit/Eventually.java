package io.slotkeeper.testkit;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** Waits for a condition with a deadline, instead of sleeping and hoping. */
public final class Eventually {
    private Eventually() {}

    /** Returns as soon as the condition holds and fails with the sentence when it does not hold in time. */
    public static void eventually(String sentence, Duration atMost, BooleanSupplier condition) {
        long end = System.nanoTime() + atMost.toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > end) {
                throw new AssertionError("not within " + atMost.toMillis() + " ms: " + sentence);
            }
            pause(Duration.ofMillis(2));
        }
    }

    /** Lets so much time pass: for tests whose subject is the passing of time, not for waiting until something is done. */
    public static void pause(Duration time) {
        LockSupport.parkNanos(time.toNanos());
    }
}
