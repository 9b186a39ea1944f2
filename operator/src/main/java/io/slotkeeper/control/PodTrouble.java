package io.slotkeeper.control;

import io.fabric8.kubernetes.api.model.ContainerState;
import io.fabric8.kubernetes.api.model.ContainerStateTerminated;
import io.fabric8.kubernetes.api.model.ContainerStateWaiting;
import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodCondition;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Why Kubernetes does not get a pod to run: its own word for it, and what it says. What to do about it is the plan's. */
final class PodTrouble {
    private PodTrouble() {}

    static Optional<String> of(Pod pod) {
        if (pod.getMetadata().getDeletionTimestamp() != null || pod.getStatus() == null) {
            return Optional.empty();
        }
        return unschedulable(pod)
                .or(() -> statuses(pod).stream()
                        .flatMap(container -> of(container).stream())
                        .findFirst())
                .or(() -> evicted(pod));
    }

    /** Whether the node's container has been started at least once. */
    static boolean hasRun(Pod pod) {
        return statuses(pod).stream().anyMatch(PodTrouble::hasRun);
    }

    private static boolean hasRun(ContainerStatus container) {
        ContainerState state = container.getState();
        return container.getRestartCount() > 0
                || (state != null && (state.getRunning() != null || state.getTerminated() != null));
    }

    /** When the container that runs now was started. */
    static Optional<Instant> startedAt(Pod pod) {
        return statuses(pod).stream()
                .filter(container ->
                        container.getState() != null && container.getState().getRunning() != null)
                .map(container ->
                        Instant.parse(container.getState().getRunning().getStartedAt()))
                .findFirst();
    }

    private static Optional<String> unschedulable(Pod pod) {
        return conditions(pod).stream()
                .filter(condition -> "PodScheduled".equals(condition.getType())
                        && "False".equals(condition.getStatus())
                        && "Unschedulable".equals(condition.getReason()))
                .map(condition -> "Unschedulable: " + condition.getMessage())
                .findFirst();
    }

    private static Optional<String> of(ContainerStatus container) {
        ContainerState state = container.getState();
        if (state == null) {
            return Optional.empty();
        }
        ContainerStateWaiting waiting = state.getWaiting();
        if (waiting == null) {
            return Optional.ofNullable(state.getTerminated()).flatMap(PodTrouble::ended);
        }
        String message = String.valueOf(waiting.getMessage());
        return switch (String.valueOf(waiting.getReason())) {
            case "ErrImagePull",
                    "ImagePullBackOff",
                    "InvalidImageName",
                    "ErrImageNeverPull",
                    "CreateContainerConfigError",
                    "CreateContainerError" -> Optional.of(waiting.getReason() + ": " + message);
            case "CrashLoopBackOff", "RunContainerError" ->
                Optional.ofNullable(container.getLastState())
                        .flatMap(last -> Optional.ofNullable(last.getTerminated()))
                        .flatMap(PodTrouble::ended)
                        .or(() -> Optional.of(waiting.getReason() + ": " + message));
            default -> Optional.empty();
        };
    }

    /** The last lines of the log say why, when the container ends by itself; an end that was asked for is no trouble. */
    private static Optional<String> ended(ContainerStateTerminated end) {
        if (Integer.valueOf(0).equals(end.getExitCode())) {
            return Optional.empty();
        }
        if ("OOMKilled".equals(end.getReason())) {
            return Optional.of(
                    "OOMKilled: it ran out of memory: raise resources.limits.memory or lower memory.maxmemory");
        }
        String last = lastLine(end.getMessage());
        return Optional.of(
                "CrashLoopBackOff: it ended with code " + end.getExitCode() + (last.isEmpty() ? "" : ": " + last));
    }

    private static Optional<String> evicted(Pod pod) {
        return "Failed".equals(pod.getStatus().getPhase())
                ? Optional.of("Failed: " + pod.getStatus().getReason() + " "
                        + pod.getStatus().getMessage())
                : Optional.empty();
    }

    private static String lastLine(@Nullable String text) {
        return text == null
                ? ""
                : text.lines()
                        .filter(line -> !line.isBlank())
                        .reduce((first, second) -> second)
                        .orElse("");
    }

    private static List<ContainerStatus> statuses(Pod pod) {
        return pod.getStatus() == null || pod.getStatus().getContainerStatuses() == null
                ? List.of()
                : pod.getStatus().getContainerStatuses();
    }

    private static List<PodCondition> conditions(Pod pod) {
        return pod.getStatus().getConditions() == null
                ? List.of()
                : pod.getStatus().getConditions();
    }
}
