package io.slotkeeper.control;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.slotkeeper.engine.CommandRefused;
import io.slotkeeper.engine.EngineException;
import io.slotkeeper.engine.TimedOut;
import jakarta.inject.Singleton;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/** Counts and times what is said to nodes: all nodes together, since a metric for each would never end. */
@Singleton
final class EngineCalls {
    private final Timer answered;
    private final Timer refused;
    private final Timer late;
    private final Timer failed;

    EngineCalls(MeterRegistry registry) {
        answered = timer(registry, "answered");
        refused = timer(registry, "refused");
        late = timer(registry, "timed_out");
        failed = timer(registry, "failed");
    }

    <T> T timed(Supplier<T> call) {
        long start = System.nanoTime();
        Timer outcome = failed;
        try {
            T answer = call.get();
            outcome = answered;
            return answer;
        } catch (EngineException e) {
            outcome = e instanceof CommandRefused ? refused : e instanceof TimedOut ? late : failed;
            throw e;
        } finally {
            outcome.record(System.nanoTime() - start, TimeUnit.NANOSECONDS);
        }
    }

    private static Timer timer(MeterRegistry registry, String outcome) {
        return Timer.builder("slotkeeper.engine.calls")
                .description("Round trips to nodes, connecting included")
                .tag("outcome", outcome)
                .register(registry);
    }
}
