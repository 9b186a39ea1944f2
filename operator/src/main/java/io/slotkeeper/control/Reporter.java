package io.slotkeeper.control;

import io.fabric8.kubernetes.api.model.Condition;
import io.fabric8.kubernetes.api.model.Pod;
import io.slotkeeper.api.RedisCluster;
import io.slotkeeper.api.RedisClusterStatus;
import io.slotkeeper.kubernetes.Labels;
import io.slotkeeper.plan.NodeState;
import io.slotkeeper.plan.ObservedPod;
import io.slotkeeper.plan.Plan;
import io.slotkeeper.plan.Step;
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

/** Makes known what a pass saw and did: the status, the roles of pods, Events and the log. Says nothing twice. */
@Singleton
final class Reporter {
    private static final Duration ROLE_SETTLES = Duration.ofSeconds(2);
    private static final Duration SAME_STEP = Duration.ofSeconds(30);
    private static final Duration SAME_TROUBLE = Duration.ofMinutes(30);

    private final Door door;

    Reporter(Door door) {
        this.door = door;
    }

    void publish(Report report, String image, Act.Deeds deeds, Collection<Pod> pods, Remembered memory) {
        Instant now = report.seen().at();
        tellSteps(report, deeds, memory, now);
        tellTroubles(report, memory, now);
        if (!report.isPaused()) {
            labelRoles(report, pods, memory, now);
        }
        writeStatus(report, image, memory, now);
    }

    private void writeStatus(Report report, String image, Remembered memory, Instant now) {
        RedisCluster cluster = report.cluster();
        Optional<RedisClusterStatus> before = Optional.ofNullable(cluster.getStatus());
        RedisClusterStatus status = report.status(before, image);
        if (Optional.of(status).equals(before) || !memory.mayReport(now, isImportant(before, status))) {
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
        if (isReady(status) && !before.map(Reporter::isReady).orElse(false)) {
            Log.decision(cluster, "Ready", "the cluster is ready");
        }
    }

    /** What people and programs wait for is written at once: what holds, of which form of the spec. */
    private static boolean isImportant(Optional<RedisClusterStatus> before, RedisClusterStatus status) {
        return before.isEmpty() || !outline(before.get()).equals(outline(status));
    }

    private static List<Object> outline(RedisClusterStatus status) {
        List<Object> outline = new ArrayList<>();
        outline.add(Optional.ofNullable(status.observedGeneration()));
        outline.add(Optional.ofNullable(status.formedAt()));
        conditions(status).forEach(condition -> outline.add(condition.getType() + condition.getStatus()));
        return outline;
    }

    private static boolean isReady(RedisClusterStatus status) {
        return conditions(status).stream()
                .anyMatch(condition -> condition.getType().equals("Ready")
                        && condition.getStatus().equals("True"));
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
                    false,
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

    private void tellTroubles(Report report, Remembered memory, Instant now) {
        report.plan().obstacles().stream()
                .filter(obstacle -> obstacle.kind() == Plan.Obstacle.Kind.STUCK)
                .filter(obstacle -> memory.isNews(now, obstacle.reason() + obstacle.message(), SAME_TROUBLE))
                .forEach(obstacle -> {
                    Log.trouble(report.cluster(), obstacle.reason(), obstacle.message());
                    tell(report.cluster(), true, obstacle.reason(), obstacle.message());
                });
    }

    private void labelRoles(Report report, Collection<Pod> pods, Remembered memory, Instant now) {
        Map<String, String> wanted = new LinkedHashMap<>();
        report.seen().answering().forEach(pod -> role(pod).ifPresent(role -> wanted.put(pod.uid(), role)));
        List<Pod> unlabelled = pods.stream()
                .filter(pod -> wanted.containsKey(uid(pod)) && !labelled(pod).equals(wanted.get(uid(pod))))
                .filter(pod -> memory.isNews(now, uid(pod) + wanted.get(uid(pod)), ROLE_SETTLES))
                .toList();
        memory.nodes().sideBySide(unlabelled, Reporter::uid, pod -> {
            door.label(pod, Labels.ROLE, wanted.getOrDefault(uid(pod), ""));
            return true;
        });
    }

    private static Optional<String> role(ObservedPod pod) {
        NodeState state = pod.state().orElseThrow();
        if (state.isReplica()) {
            return Optional.of(Labels.REPLICA);
        }
        return state.ownsSlots() ? Optional.of(Labels.PRIMARY) : Optional.empty();
    }

    private static String labelled(Pod pod) {
        Map<String, String> labels = pod.getMetadata().getLabels();
        return labels == null ? "" : labels.getOrDefault(Labels.ROLE, "");
    }

    private static String uid(Pod pod) {
        return pod.getMetadata().getUid();
    }

    private void tell(RedisCluster cluster, boolean warning, String reason, String message) {
        Thread.startVirtualThread(() -> door.announce(cluster, warning, reason, message));
    }
}
