package io.slotkeeper.control;

import io.fabric8.kubernetes.api.model.ContainerState;
import io.fabric8.kubernetes.api.model.ContainerStateTerminated;
import io.fabric8.kubernetes.api.model.ContainerStateWaiting;
import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodCondition;
import io.slotkeeper.kubernetes.Names;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Why Kubernetes does not get a pod to run: its own word for it, and what it says. What to do about it is the plan's. */
final class PodTrouble {
    private static final String OUT_OF_MEMORY = "OOMKilled: it ran out of memory";

    /** What the image says, and all engines. */
    private static final Pattern DAMAGED =
            Pattern.compile("nodes\\.conf cannot be used: ([^.\\n]+)|corrupted cluster config file");

    private PodTrouble() {}

    static Optional<String> of(Pod pod) {
        if (pod.getMetadata().getDeletionTimestamp() != null || pod.getStatus() == null) {
            return Optional.empty();
        }
        return unschedulable(pod)
                .or(() -> evicted(pod))
                .or(() -> containers(pod)
                        .flatMap(container -> of(container).stream())
                        .findFirst());
    }

    /** Whether the node's container has been started at least once. */
    static boolean hasRun(Pod pod) {
        return node(pod).filter(PodTrouble::hasRun).isPresent();
    }

    private static boolean hasRun(ContainerStatus container) {
        ContainerState state = container.getState();
        return container.getRestartCount() > 0
                || (state != null && (state.getRunning() != null || state.getTerminated() != null));
    }

    /** When the container that runs now was started. */
    static Optional<Instant> startedAt(Pod pod) {
        return node(pod)
                .flatMap(container -> Optional.ofNullable(container.getState()))
                .flatMap(state -> Optional.ofNullable(state.getRunning()))
                .map(running -> Instant.parse(running.getStartedAt()));
    }

    /** When the scheduler found a machine for the pod, or found that there is none. */
    static Optional<Instant> judgedAt(Pod pod) {
        return pod.getStatus() == null
                ? Optional.empty()
                : conditions(pod).stream()
                        .filter(condition -> "PodScheduled".equals(condition.getType()))
                        .flatMap(condition -> Stream.ofNullable(condition.getLastTransitionTime()))
                        .map(Instant::parse)
                        .findFirst();
    }

    /** Why no node can start on what is on its volume, if that was found out twice: by the image's own check, or by the engine. */
    static Optional<String> damage(Pod pod) {
        return pod.getMetadata().getDeletionTimestamp() != null
                ? Optional.empty()
                : node(pod)
                        .filter(container -> container.getRestartCount() != null && container.getRestartCount() > 0)
                        .filter(container -> container.getState() == null
                                || container.getState().getRunning() == null)
                        .flatMap(PodTrouble::lastEnd)
                        .flatMap(end -> Optional.ofNullable(end.getMessage()))
                        .flatMap(words -> DAMAGED.matcher(words).results().findFirst())
                        .map(found -> "its nodes.conf cannot be used: "
                                + (found.group(1) == null ? "the engine takes it for corrupted" : found.group(1)));
    }

    private static Optional<ContainerStateTerminated> lastEnd(ContainerStatus container) {
        return Stream.of(container.getState(), container.getLastState())
                .flatMap(Stream::ofNullable)
                .flatMap(state -> Stream.ofNullable(state.getTerminated()))
                .findFirst();
    }

    /** Whether there is no machine for it. */
    static boolean isUnschedulable(Pod pod) {
        return pod.getStatus() != null
                && pod.getMetadata().getDeletionTimestamp() == null
                && unschedulable(pod).isPresent();
    }

    private static Optional<String> unschedulable(Pod pod) {
        return conditions(pod).stream()
                .filter(condition ->
                        "PodScheduled".equals(condition.getType()) && "Unschedulable".equals(condition.getReason()))
                .map(condition -> sentence(condition.getReason(), condition.getMessage()))
                .findFirst();
    }

    /** Its containers have ended too, which says less. */
    private static Optional<String> evicted(Pod pod) {
        return "Failed".equals(pod.getStatus().getPhase())
                ? Optional.of(sentence(
                        "Failed", pod.getStatus().getReason(), pod.getStatus().getMessage()))
                : Optional.empty();
    }

    private static Optional<String> of(ContainerStatus container) {
        ContainerState state = container.getState();
        if (state == null) {
            return Optional.empty();
        }
        ContainerStateWaiting waiting = state.getWaiting();
        if (waiting == null) {
            // One that ended is started again at once. What is in the way is seen when it must wait for that, but for
            // this:
            return Optional.ofNullable(state.getTerminated())
                    .filter(PodTrouble::ranOutOfMemory)
                    .map(end -> OUT_OF_MEMORY);
        }
        String words = sentence(waiting.getReason(), waiting.getMessage());
        return switch (String.valueOf(waiting.getReason())) {
            case "ErrImagePull",
                    "ImagePullBackOff",
                    "InvalidImageName",
                    "ErrImageNeverPull",
                    "CreateContainerConfigError",
                    "CreateContainerError",
                    "RunContainerError" -> Optional.of(words);
            case "CrashLoopBackOff" ->
                Optional.ofNullable(container.getLastState())
                        .flatMap(last -> Optional.ofNullable(last.getTerminated()))
                        .flatMap(PodTrouble::ended)
                        .or(() -> Optional.of(words));
            default -> Optional.empty();
        };
    }

    /** The last lines of the log say why, when the container ends by itself. */
    private static Optional<String> ended(ContainerStateTerminated end) {
        if (Integer.valueOf(0).equals(end.getExitCode())) {
            return Optional.empty();
        }
        return Optional.of(
                ranOutOfMemory(end)
                        ? OUT_OF_MEMORY
                        : sentence("CrashLoopBackOff", "it ended with code " + end.getExitCode(), lastLine(end)));
    }

    private static boolean ranOutOfMemory(ContainerStateTerminated end) {
        return "OOMKilled".equals(end.getReason());
    }

    private static @Nullable String lastLine(ContainerStateTerminated end) {
        return end.getMessage() == null
                ? null
                : end.getMessage()
                        .lines()
                        .filter(line -> !line.isBlank())
                        .reduce((first, second) -> second)
                        .orElse(null);
    }

    /** What there is of these, which Kubernetes may leave out. */
    private static String sentence(@Nullable String... parts) {
        return Stream.of(parts).filter(part -> part != null && !part.isBlank()).collect(Collectors.joining(": "));
    }

    private static Optional<ContainerStatus> node(Pod pod) {
        return containers(pod)
                .filter(container -> Names.CONTAINER.equals(container.getName()))
                .findFirst();
    }

    /** The node's container, and those that others have put beside and before it: no node runs without them. */
    private static Stream<ContainerStatus> containers(Pod pod) {
        return pod.getStatus() == null
                ? Stream.empty()
                : Stream.of(
                                pod.getStatus().getInitContainerStatuses(),
                                pod.getStatus().getContainerStatuses())
                        .flatMap(PodTrouble::each);
    }

    private static Stream<ContainerStatus> each(@Nullable List<ContainerStatus> containers) {
        return containers == null ? Stream.empty() : containers.stream();
    }

    private static List<PodCondition> conditions(Pod pod) {
        return pod.getStatus().getConditions() == null
                ? List.of()
                : pod.getStatus().getConditions();
    }
}
