package io.slotkeeper.testkit;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.slotkeeper.engine.Access;
import io.slotkeeper.engine.CommandRefused;
import io.slotkeeper.engine.Connector;
import io.slotkeeper.engine.EngineException;
import io.slotkeeper.engine.Reply;
import io.slotkeeper.topology.Address;
import io.slotkeeper.topology.HashSlot;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Writers that write down what was acknowledged. Each writer stays in one slot, the slots lie evenly over the cluster, and
 * every write has a key of its own: rewriting the same keys would hide a loss under the next write.
 */
public final class Ledger implements AutoCloseable {
    private static final Duration PAUSE = Duration.ofMillis(2);
    /** As an application does, which would otherwise take the processor from those who are to answer it. */
    private static final Duration BEFORE_ANOTHER_TRY = Duration.ofMillis(10);

    /** A later run on the same cluster must not write what an earlier one has written: it would find it there. */
    private static final AtomicInteger RUNS = new AtomicInteger();

    private final Connector connector;
    private final Access access;
    private final Supplier<List<Address>> seeds;
    private final List<Writer> writers = new ArrayList<>();
    private final int run = RUNS.incrementAndGet();
    private volatile boolean stopped;

    private Ledger(Connector connector, Access access, Supplier<List<Address>> seeds) {
        this.connector = connector;
        this.access = access;
        this.seeds = seeds;
    }

    /** Starts so many writers against the cluster that is found at the seeds. */
    public static Ledger start(Connector connector, Access access, Supplier<List<Address>> seeds, int count) {
        Ledger ledger = new Ledger(connector, access, seeds);
        Map<Integer, String> tags = tagsOfSlots(count);
        tags.forEach((slot, tag) -> ledger.writers.add(ledger.new Writer(slot, tag)));
        ledger.writers.forEach(writer -> writer.thread = Thread.ofVirtual().start(writer));
        return ledger;
    }

    /** How many writes have been acknowledged so far. */
    public int acknowledged() {
        return writers.stream().mapToInt(writer -> writer.acknowledged).sum();
    }

    /** Ends the writers, reads back every acknowledged write, and reports; fails if a writer ended before that. */
    public Report settle() {
        close();
        writers.forEach(Writer::assertWroteToTheEnd);
        Map<String, Integer> failures = new TreeMap<>();
        List<Long> latencies = new ArrayList<>();
        Map<Integer, Duration> stalls = new TreeMap<>();
        int redirects = 0;
        for (Writer writer : writers) {
            writer.failures.forEach((kind, count) -> failures.merge(kind, count, Integer::sum));
            latencies.addAll(writer.latencies);
            stalls.put(writer.slot, Duration.ofNanos(writer.longestStall));
            redirects += writer.redirects;
        }
        List<Write> lost = new ArrayList<>();
        List<String> stale = new ArrayList<>();
        readBack(lost, stale);
        long[] sorted = latencies.stream().mapToLong(Long::longValue).sorted().toArray();
        return new Report(
                acknowledged(),
                percentile(sorted, 50),
                percentile(sorted, 99),
                stalls,
                failures,
                redirects,
                List.copyOf(lost),
                List.copyOf(stale));
    }

    @Override
    public void close() {
        stopped = true;
        for (Writer writer : writers) {
            try {
                writer.thread.join();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IllegalStateException("interrupted while the writers end", e);
            }
        }
    }

    private void readBack(List<Write> lost, List<String> stale) {
        try (ClusterClient client = new ClusterClient(connector, access, seeds)) {
            for (Writer writer : writers) {
                Map<String, List<String>> reads = new HashMap<>();
                writer.ledger.keySet().forEach(key -> reads.put(key, List.of("GET", key)));
                Map<String, Reply> found = client.callAll(reads);
                writer.ledger.forEach((key, write) -> {
                    Reply reply = found.get(key);
                    if (reply instanceof Reply.Nothing || reply == null) {
                        lost.add(write);
                    } else if (!reply.asText().equals(write.value())) {
                        stale.add(key);
                    }
                });
            }
        }
    }

    private static Duration percentile(long[] sorted, int percent) {
        return sorted.length == 0
                ? Duration.ZERO
                : Duration.ofNanos(sorted[Math.min(sorted.length - 1, sorted.length * percent / 100)]);
    }

    /** A hash tag for each of so many slots that lie evenly over the cluster. */
    private static Map<Integer, String> tagsOfSlots(int count) {
        boolean[] wanted = new boolean[HashSlot.COUNT];
        int step = HashSlot.COUNT / count;
        for (int i = 0; i < count; i++) {
            wanted[i * step + step / 2] = true;
        }
        Map<Integer, String> tags = new TreeMap<>();
        for (int i = 0; tags.size() < count; i++) {
            String tag = Integer.toString(i, Character.MAX_RADIX);
            int slot = HashSlot.of(tag.getBytes(UTF_8));
            if (wanted[slot]) {
                tags.putIfAbsent(slot, tag);
            }
        }
        return tags;
    }

    /** A write that was acknowledged, at a moment on the scale of nanoTime. */
    public record Write(String key, String value, long acknowledgedAt) {}

    /**
     * What became of the writes. A stall is the time between two acknowledged writes of one writer, here by its slot; one that
     * has not ended when the writers end counts as well.
     */
    public record Report(
            int acknowledged,
            Duration p50,
            Duration p99,
            Map<Integer, Duration> stallBySlot,
            Map<String, Integer> failures,
            int redirects,
            List<Write> lost,
            List<String> stale) {
        /** The longest stall of any writer. */
        public Duration longestStall() {
            return stallBySlot.values().stream().max(Duration::compareTo).orElse(Duration.ZERO);
        }

        /** How many writes ended in an error, whatever the cluster made of them. */
        public int failed() {
            return failures.values().stream().mapToInt(Integer::intValue).sum();
        }
    }

    private final class Writer implements Runnable {
        private final int slot;
        private final String tag;
        private final Map<String, Write> ledger = new HashMap<>();
        private final List<Long> latencies = new ArrayList<>();
        private final Map<String, Integer> failures = new HashMap<>();
        private volatile int acknowledged;
        private long longestStall;
        private int redirects;
        private @Nullable Throwable death;
        private Thread thread = Thread.currentThread();

        Writer(int slot, String tag) {
            this.slot = slot;
            this.tag = tag;
        }

        @Override
        public void run() {
            try {
                write();
            } catch (RuntimeException | Error e) {
                death = e;
            }
        }

        /** Only read after the end of its thread. */
        private void assertWroteToTheEnd() {
            if (death != null) {
                throw new AssertionError("the writer in slot " + slot + " has ended early", death);
            }
        }

        private void write() {
            long began = System.nanoTime();
            try (ClusterClient client = new ClusterClient(connector, access, seeds)) {
                long lastAcknowledged = 0;
                for (int i = 0; !stopped; i++) {
                    Duration pause = BEFORE_ANOTHER_TRY;
                    String key = "ledger:{" + tag + "}:" + run + ":" + i;
                    String value = key + ":" + Arrays.hashCode(key.getBytes(UTF_8));
                    long start = System.nanoTime();
                    try {
                        client.call(key, "SET", key, value);
                        long now = System.nanoTime();
                        ledger.put(key, new Write(key, value, now));
                        latencies.add(now - start);
                        if (lastAcknowledged != 0) {
                            longestStall = Math.max(longestStall, now - lastAcknowledged - PAUSE.toNanos());
                        }
                        lastAcknowledged = now;
                        acknowledged = ledger.size();
                        pause = PAUSE;
                    } catch (CommandRefused refused) {
                        failures.merge(refused.refusal().word(), 1, Integer::sum);
                    } catch (EngineException failed) {
                        failures.merge(failed.getClass().getSimpleName(), 1, Integer::sum);
                    } catch (IllegalStateException noOwner) {
                        failures.merge("NoOwner", 1, Integer::sum);
                    }
                    LockSupport.parkNanos(pause.toNanos());
                }
                long since = lastAcknowledged == 0 ? began : lastAcknowledged;
                longestStall = Math.max(longestStall, System.nanoTime() - since - PAUSE.toNanos());
                redirects = client.redirects();
            }
        }
    }
}
