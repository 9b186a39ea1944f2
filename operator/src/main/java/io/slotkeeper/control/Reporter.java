package io.slotkeeper.control;

import io.fabric8.kubernetes.api.model.Condition;
import io.fabric8.kubernetes.api.model.Pod;
import io.slotkeeper.api.RedisCluster;
import io.slotkeeper.api.RedisClusterStatus;
import io.slotkeeper.plan.Plan;
import io.slotkeeper.plan.Step;
import io.slotkeeper.plan.Verdict;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.Executor;

/** Makes known what a pass saw and did: the status, the roles of pods, Events and the log. Says nothing twice. */
@Singleton
final class Reporter {
    private static final Duration SAME_STEP = Duration.ofSeconds(30);
    private static final Duration SAME_TROUBLE = Duration.ofMinutes(30);

    private final Door door;
    private final Roles roles;
    private final Executor tellers;

    @Inject
    Reporter(Door door) {
        this(door, Thread::startVirtualThread);
    }

    /** {@code tellers} write Events, which nobody waits for. */
    Reporter(Door door, Executor tellers) {
        this.door = door;
        this.roles = new Roles(door);
        this.tellers = tellers;
    }

    void publish(Report report, String image, Act.Deeds deeds, Collection<Pod> pods, Remembered memory) {
        Instant now = report.seen().at();
        tellSteps(report, deeds, memory, now);
        tellTroubles(report, memory, now);
        tellPrimaries(report, memory);
        // Who serves in the place of a primary that died is found by the looks to come, and little holds these up.
        boolean mayBeTold = !report.seen().formedBefore() || memory.mayBeTold(report.isServed(), now);
        // The status comes first: what is wrong with a label must keep nobody from reading it.
        writeStatus(report, image, memory, now, mayBeTold);
        if (mayBeTold && !report.isPaused()) {
            roles.label(report, pods, memory, now);
        }
    }

    private void writeStatus(Report report, String image, Remembered memory, Instant now, boolean mayBeTold) {
        RedisCluster cluster = report.cluster();
        Optional<RedisClusterStatus> before = Optional.ofNullable(cluster.getStatus());
        RedisClusterStatus status = report.status(before, image);
        if (Optional.of(status).equals(before)
                || !memory.mayReport(now, isImportant(before, status))
                || !(mayBeTold || isDecided(before, status))) {
            return;
        }
        OptionalLong version = door.report(cluster, status);
        if (version.isEmpty()) {
            return;
        }
        memory.reported(now, version.getAsLong(), status);
        if (status.formedAt() != null
                && before.map(RedisClusterStatus::formedAt).isEmpty()) {
            tell(cluster, false, "Formed", "all slots are served");
        }
        Optional.ofNullable(status.failover())
                .filter(said -> !Optional.of(said).equals(before.map(RedisClusterStatus::failover)))
                .ifPresent(said -> tellAnswer(cluster, said));
        List<RedisClusterStatus.AcceptedLoss> known =
                before.map(RedisClusterStatus::recovery).orElse(List.of());
        Optional.ofNullable(status.recovery()).orElse(List.of()).stream()
                .filter(entry -> !known.contains(entry))
                .forEach(entry -> {
                    Log.decision(cluster, "AcceptedLossUsedUp", entry.message());
                    tell(cluster, false, "AcceptedLossUsedUp", entry.message());
                });
        boolean wasReady = before.filter(Reporter::isReady).isPresent();
        if (isReady(status) && !wasReady) {
            Log.decision(cluster, "Ready", "the cluster is ready");
        } else if (wasReady && !isReady(status)) {
            tellWhyNotReady(cluster, status, memory, now);
        }
    }

    private void tellAnswer(RedisCluster cluster, RedisClusterStatus.Failover said) {
        Log.decision(cluster, "Failover" + said.outcome(), said.message());
        tell(cluster, said.outcome().equals("Refused"), "Failover" + said.outcome(), said.message());
    }

    /** In the morning the status is another one, and nothing else says what was at night. */
    private void tellWhyNotReady(RedisCluster cluster, RedisClusterStatus status, Remembered memory, Instant now) {
        String why = ready(status)
                .map(condition -> condition.getReason() + ": " + condition.getMessage())
                .orElse("");
        Log.trouble(cluster, "NotReady", "the cluster is no longer ready: " + why);
        if (memory.isNews(now, "NotReady", SAME_STEP)) {
            tell(cluster, true, "NotReady", why);
        }
    }

    private void tellPrimaries(Report report, Remembered memory) {
        RedisCluster cluster = report.cluster();
        RedisClusterStatus before = cluster.getStatus();
        if (before != null && before.shards() != null) {
            before.shards().forEach(shard -> memory.servedSoFar(shard.index(), shard.primary()));
        }
        for (Verdict.Shard shard : report.verdict().shards()) {
            shard.primary().ifPresent(place -> {
                String pod = report.desired().pod(place);
                memory.isServedBy(shard.index(), pod).ifPresent(former -> {
                    String news = "it serves shard " + shard.index() + " instead of " + former;
                    Log.decision(cluster, place, pod, "PrimaryChanged", news);
                    tell(cluster, false, "PrimaryChanged", pod + ": " + news);
                });
            });
        }
    }

    /** What was asked for is done, or not to be done, or used up: whoever reads of it later must not do it again. */
    private static boolean isDecided(Optional<RedisClusterStatus> before, RedisClusterStatus status) {
        return !Optional.ofNullable(status.failover()).equals(before.map(RedisClusterStatus::failover))
                || !Optional.ofNullable(status.recovery()).equals(before.map(RedisClusterStatus::recovery));
    }

    /** What people and programs wait for is written at once: what holds, of which form of the spec. */
    private static boolean isImportant(Optional<RedisClusterStatus> before, RedisClusterStatus status) {
        return before.isEmpty() || !outline(before.get()).equals(outline(status));
    }

    private static List<Object> outline(RedisClusterStatus status) {
        List<Object> outline = new ArrayList<>();
        outline.add(Optional.ofNullable(status.observedGeneration()));
        outline.add(Optional.ofNullable(status.formedAt()));
        outline.add(Optional.ofNullable(status.failover()));
        outline.add(Optional.ofNullable(status.recovery()));
        conditions(status).forEach(condition -> outline.add(condition.getType() + condition.getStatus()));
        return outline;
    }

    private static boolean isReady(RedisClusterStatus status) {
        return ready(status)
                .filter(condition -> condition.getStatus().equals("True"))
                .isPresent();
    }

    private static Optional<Condition> ready(RedisClusterStatus status) {
        return conditions(status).stream()
                .filter(condition -> condition.getType().equals("Ready"))
                .findFirst();
    }

    private static List<Condition> conditions(RedisClusterStatus status) {
        return status.conditions() == null ? List.of() : status.conditions();
    }

    /** One line in the log for each decision, one Event for all of a kind that have the same reason. */
    private void tellSteps(Report report, Act.Deeds deeds, Remembered memory, Instant now) {
        Map<String, List<Step>> news = new LinkedHashMap<>();
        for (Step step : deeds.steps()) {
            if (memory.isNews(now, step.toString(), SAME_STEP)) {
                Log.decision(
                        report.cluster(),
                        step.place(),
                        report.desired().pod(step.place()),
                        Report.name(step),
                        step.reason());
                news.computeIfAbsent(Report.name(step), name -> new ArrayList<>())
                        .add(step);
            }
        }
        news.forEach((name, steps) -> {
            String first = report.desired().pod(steps.getFirst().place()) + ": "
                    + steps.getFirst().reason();
            tell(
                    report.cluster(),
                    givesUp(report, steps.getFirst()),
                    name,
                    steps.size() == 1 ? first : first + " (and " + (steps.size() - 1) + " more)");
        });
        for (Act.Failure failure : deeds.failures()) {
            String saying = Report.name(failure.step()) + " of "
                    + report.desired().pod(failure.step().place()) + " failed: " + failure.why();
            if (memory.isNews(now, saying, SAME_STEP)) {
                Log.trouble(report.cluster(), "StepFailed", saying);
            }
        }
    }

    /** The slots of a cluster that held data are given anew only when nothing of it is left; a pod that is taken for gone may not be, nor a volume. */
    private static boolean givesUp(Report report, Step step) {
        return (report.seen().formedBefore() && step instanceof Step.GiveSlots)
                || step instanceof Step.GiveUpPod
                || step instanceof Step.ReplaceClaim;
    }

    private void tellTroubles(Report report, Remembered memory, Instant now) {
        report.plan().obstacles().stream()
                .filter(obstacle -> obstacle.kind() == Plan.Obstacle.Kind.STUCK)
                .filter(obstacle -> memory.isNews(now, obstacle.reason() + obstacle.message(), SAME_TROUBLE))
                .forEach(obstacle -> {
                    Log.trouble(report.cluster(), obstacle.reason(), obstacle.message());
                    tell(report.cluster(), true, obstacle.reason(), obstacle.message());
                });
    }

    private void tell(RedisCluster cluster, boolean warning, String reason, String message) {
        tellers.execute(() -> door.announce(cluster, warning, reason, message));
    }
}
