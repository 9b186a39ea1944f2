package io.slotkeeper.testkit;

import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/** Does several things at the same time. */
public final class AtOnce {
    private AtOnce() {}

    /** Returns when all are done, and fails if one of them failed. */
    public static void run(List<Runnable> actions) {
        Queue<Throwable> failures = new ConcurrentLinkedQueue<>();
        List<Thread> threads = actions.stream()
                .map(action -> Thread.ofPlatform()
                        .uncaughtExceptionHandler((thread, failure) -> failures.add(failure))
                        .start(action))
                .toList();
        for (Thread thread : threads) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IllegalStateException("interrupted", e);
            }
        }
        Throwable first = failures.poll();
        if (first != null) {
            failures.forEach(first::addSuppressed);
            throw new AssertionError("one of " + actions.size() + " things at once failed", first);
        }
    }
}
