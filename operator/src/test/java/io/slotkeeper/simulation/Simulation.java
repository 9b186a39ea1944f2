package io.slotkeeper.simulation;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.Comparator;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;

/** Runs many histories, one for each seed, on all processors. */
final class Simulation {
    private static final int LINES = 120;

    private final History.Mind mind;

    Simulation(History.Mind mind) {
        this.mind = mind;
    }

    /** A seed whose history broke a rule. */
    record Failure(long seed, String what) {}

    /** What happened, and the lowest seed that failed, if one did; higher ones are not begun after that. */
    record Outcome(Tally tally, Optional<Failure> failure) {}

    Outcome run(long firstSeed, long histories) {
        AtomicLong next = new AtomicLong(firstSeed);
        Queue<Failure> failures = new ConcurrentLinkedQueue<>();
        Tally tally = new Tally();
        Thread[] workers = new Thread[Runtime.getRuntime().availableProcessors()];
        for (int i = 0; i < workers.length; i++) {
            workers[i] = Thread.ofPlatform().start(() -> {
                Tally mine = new Tally();
                for (long seed = next.getAndIncrement();
                        seed < firstSeed + histories && failures.isEmpty();
                        seed = next.getAndIncrement()) {
                    try {
                        mine.add(new History(seed, mind, false).run());
                    } catch (RuntimeException | Error e) {
                        failures.add(new Failure(seed, e.toString()));
                    }
                }
                synchronized (tally) {
                    tally.add(mine);
                }
            });
        }
        for (Thread worker : workers) {
            try {
                worker.join();
            } catch (InterruptedException e) {
                throw new IllegalStateException("interrupted while histories were running", e);
            }
        }
        return new Outcome(tally, failures.stream().min(Comparator.comparingLong(Failure::seed)));
    }

    /** The same history again, as a text that a person can follow. */
    String replay(long seed) {
        History history = new History(seed, mind, true);
        String end;
        try {
            end = history.run().toString();
        } catch (RuntimeException | Error e) {
            end = "VIOLATED " + (e instanceof Violation ? e.getMessage() : stack(e));
        }
        return history.chronicle().end(Integer.getInteger("slotkeeper.lines", LINES)) + "\n" + end
                + "\nseed " + seed + ": replay with -Dgroups=unit -Dtest=SimulationTest -Dslotkeeper.seed=" + seed
                + " (-Dslotkeeper.lines=N for more of it)";
    }

    private static String stack(Throwable e) {
        StringWriter text = new StringWriter();
        e.printStackTrace(new PrintWriter(text));
        return text.toString();
    }
}
