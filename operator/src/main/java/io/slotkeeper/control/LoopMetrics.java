package io.slotkeeper.control;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.javaoperatorsdk.operator.api.monitoring.Metrics;
import io.javaoperatorsdk.operator.api.reconciler.RetryInfo;
import io.javaoperatorsdk.operator.processing.event.Event;
import io.javaoperatorsdk.operator.processing.event.ResourceID;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * How the loop itself is doing, all clusters together. Written by hand because the framework's own metrics are switched off
 * in the version that Quarkus comes with, and throw inside of its timer, which then never calls again.
 */
final class LoopMetrics implements Metrics {
    private final Set<ResourceID> waiting = ConcurrentHashMap.newKeySet();
    private final AtomicInteger running = new AtomicInteger();
    private final Timer succeeded;
    private final Timer failed;
    private final Counter events;
    private final Pulse pulse;
    private final Consumer<ResourceID> deleted;

    /** {@code deleted} is told of each cluster that is gone: here alone the framework says so of every one. */
    LoopMetrics(MeterRegistry registry, Pulse pulse, Consumer<ResourceID> deleted) {
        this.pulse = pulse;
        this.deleted = deleted;
        Gauge.builder("slotkeeper.reconcile.queue", waiting, Set::size)
                .description("Clusters that wait for their turn")
                .register(registry);
        Gauge.builder("slotkeeper.reconcile.active", running, AtomicInteger::get)
                .description("Clusters that are being looked at")
                .register(registry);
        succeeded = timer(registry, "succeeded");
        failed = timer(registry, "failed");
        events = Counter.builder("slotkeeper.reconcile.events")
                .description("Events that called for a pass")
                .register(registry);
    }

    @Override
    public void eventReceived(Event event, Map<String, Object> metadata) {
        events.increment();
    }

    @Override
    public void reconciliationSubmitted(HasMetadata resource, @Nullable RetryInfo retry, Map<String, Object> metadata) {
        ResourceID cluster = ResourceID.fromResource(resource);
        waiting.add(cluster);
        pulse.passIsDue(cluster);
    }

    @Override
    public void cleanupDone(ResourceID cluster, Map<String, Object> metadata) {
        waiting.remove(cluster);
        pulse.isGone(cluster);
        deleted.accept(cluster);
    }

    @Override
    public <T> T timeControllerExecution(ControllerExecution<T> execution) throws Exception {
        waiting.remove(execution.resourceID());
        running.incrementAndGet();
        long start = System.nanoTime();
        Timer outcome = failed;
        try {
            T result = execution.execute();
            outcome = succeeded;
            return result;
        } finally {
            outcome.record(System.nanoTime() - start, TimeUnit.NANOSECONDS);
            running.decrementAndGet();
            pulse.passHasEnded();
        }
    }

    private static Timer timer(MeterRegistry registry, String outcome) {
        return Timer.builder("slotkeeper.reconcile.passes")
                .description("Passes of the loop")
                .tag("outcome", outcome)
                .serviceLevelObjectives(
                        Duration.ofMillis(5),
                        Duration.ofMillis(20),
                        Duration.ofMillis(100),
                        Duration.ofMillis(500),
                        Duration.ofSeconds(2))
                .register(registry);
    }
}
