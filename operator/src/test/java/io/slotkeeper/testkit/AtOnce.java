package io.slotkeeper.testkit;

import java.util.List;

/** Does several things at the same time. */
public final class AtOnce {
    private AtOnce() {}

    /** Returns when all are done. */
    public static void run(List<Runnable> actions) {
        List<Thread> threads = actions.stream().map(Thread.ofPlatform()::start).toList();
        for (Thread thread : threads) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IllegalStateException("interrupted", e);
            }
        }
    }
}
