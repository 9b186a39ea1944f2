package io.slotkeeper.control;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.javaoperatorsdk.operator.api.config.informer.Informer;
import io.javaoperatorsdk.operator.api.reconciler.Context;
import io.javaoperatorsdk.operator.api.reconciler.ControllerConfiguration;
import io.javaoperatorsdk.operator.api.reconciler.EventSourceContext;
import io.javaoperatorsdk.operator.api.reconciler.MaxReconciliationInterval;
import io.javaoperatorsdk.operator.api.reconciler.Reconciler;
import io.javaoperatorsdk.operator.api.reconciler.UpdateControl;
import io.javaoperatorsdk.operator.processing.event.source.EventSource;
import io.javaoperatorsdk.operator.processing.retry.GradualRetry;
import io.slotkeeper.api.RedisCluster;
import io.slotkeeper.api.RedisClusterSpec;
import io.slotkeeper.plan.Attempt;
import io.slotkeeper.plan.Desired;
import io.slotkeeper.plan.Handover;
import io.slotkeeper.plan.LiveSettings;
import io.slotkeeper.plan.Plan;
import io.slotkeeper.plan.Planner;
import io.slotkeeper.plan.Step;
import io.slotkeeper.topology.NodeId;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * The loop, one pass at a time: observe, plan, act, report.
 *
 * <p>Nothing is written through the framework, so it need not compare versions to look for objects that it wrote and never saw: the timer
 * of that look wakes up a hundred times a second.
 */
@ControllerConfiguration(
        name = "rediscluster",
        generationAwareEventProcessing = false,
        informer = @Informer(comparableResourceVersions = false, onUpdateFilter = AskedFailover.OrAnotherSpec.class),
        maxReconciliationInterval = @MaxReconciliationInterval(interval = 1, timeUnit = TimeUnit.MINUTES))
@GradualRetry(maxAttempts = -1, initialInterval = 500, intervalMultiplier = 2, maxInterval = 30_000)
final class ClusterReconciler implements Reconciler<RedisCluster> {
    private final Watches watches;
    private final Memory memory;
    private final Ground ground;
    private final Act act;
    private final Reporter reporter;
    private final Clock clock;

    ClusterReconciler(Watches watches, Memory memory, Ground ground, Act act, Reporter reporter, Clock clock) {
        this.watches = watches;
        this.memory = memory;
        this.ground = ground;
        this.act = act;
        this.reporter = reporter;
        this.clock = clock;
    }

    @Override
    public List<EventSource<?, RedisCluster>> prepareEventSources(EventSourceContext<RedisCluster> context) {
        List<EventSource<?, RedisCluster>> sources = new ArrayList<>(watches.eventSources(context));
        sources.add(memory.eventSource());
        return sources;
    }

    @Override
    public UpdateControl<RedisCluster> reconcile(RedisCluster cached, Context<RedisCluster> context) {
        Remembered remembered = memory.of(cached);
        RedisCluster cluster = remembered.latest(cached);
        Instant now = clock.instant();
        Desired desired = desired(cluster, remembered.orderSince(AskedFailover.unanswered(cluster), now));

        Ground.Laid laid = ground.lay(cluster, remembered.wanted());
        Set<Pod> pods = context.getSecondaryResources(Pod.class);
        Set<StatefulSet> sets = context.getSecondaryResources(StatefulSet.class);
        Observe.Sight sight =
                Observe.look(cluster, clock, pods, sets, watches.underneath(), laid.password(), remembered);
        Plan plan = laid.hinder(Planner.plan(desired, sight.observation()));
        List<Step> steps =
                cluster.getSpec().holdsStill() ? Planner.stepsWhilePaused(desired, sight.observation()) : plan.steps();
        Act.Deeds deeds = act.carryOut(steps, sight, remembered.nodes());
        deeds.mayBeDone()
                .forEach(step -> former(step)
                        .ifPresent(former ->
                                remembered.toldToSucceed(former, new Attempt(step.place(), clock.instant()))));
        Report report = Report.of(cluster, desired, sight.observation(), plan);
        reporter.publish(report, laid.image(), deeds, pods, remembered);

        return UpdateControl.<RedisCluster>noUpdate()
                .rescheduleAfter(remembered.pace(
                        clock.instant(),
                        report.isReady()
                                && sight.observation().everyReplicaIsConfirmed()
                                && !Handover.isDue(desired, sight.observation()),
                        report.outline()));
    }

    /** In whose place somebody was told to serve. */
    private static Optional<NodeId> former(Step step) {
        return switch (step) {
            case Step.TakeOver takeOver -> Optional.of(takeOver.former());
            case Step.HandOver handOver -> Optional.of(handOver.former());
            default -> Optional.empty();
        };
    }

    private static Desired desired(RedisCluster cluster, Optional<Duration> orderSince) {
        RedisClusterSpec spec = cluster.getSpec();
        return new Desired(
                cluster.getMetadata().getName(),
                spec.shardCount(),
                spec.replicaCount(),
                new LiveSettings(spec.liveSettings()),
                spec.volume().isPresent(),
                spec.prefersDisk(),
                new Desired.Grace(spec.forceDeleteAfter(), spec.replaceClaimsAfter()),
                AcceptedLosses.givenUp(cluster),
                spec.holdsStill()
                        ? Optional.empty()
                        : AskedFailover.pod(cluster)
                                .map(pod -> new Desired.Order(pod, orderSince.orElse(Duration.ZERO))),
                spec.holdsStill());
    }
}
