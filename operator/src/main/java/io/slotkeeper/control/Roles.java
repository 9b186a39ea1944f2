package io.slotkeeper.control;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.slotkeeper.kubernetes.Labels;
import io.slotkeeper.plan.NodeState;
import io.slotkeeper.plan.ObservedPod;
import io.slotkeeper.topology.Place;
import java.net.HttpURLConnection;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Keeps a label on each pod that says which role its node has; an autoscaler counts the primaries by it. */
final class Roles {
    private static final Duration SETTLES = Duration.ofSeconds(2);
    private static final Duration AFTER_TROUBLE = Duration.ofSeconds(30);
    private static final Duration SAME_TROUBLE = Duration.ofMinutes(30);
    private static final Set<Integer> ANOTHER_POD_BY_NOW =
            Set.of(HttpURLConnection.HTTP_NOT_FOUND, HttpURLConnection.HTTP_CONFLICT);

    private final Door door;

    Roles(Door door) {
        this.door = door;
    }

    /** What the label of a pod is to be; empty takes it away. */
    private record Change(Pod pod, Optional<String> role) {
        String saying() {
            return pod.getMetadata().getUid() + role;
        }
    }

    /** Writes the labels that are not as they should be; one that cannot be written is told, and tried again. */
    void label(Report report, Collection<Pod> pods, Remembered memory, Instant now) {
        Map<String, Pod> byUid =
                pods.stream().collect(Collectors.toMap(pod -> pod.getMetadata().getUid(), Function.identity()));
        List<Change> changes = report.seen().pods().stream()
                .flatMap(seen ->
                        Optional.ofNullable(byUid.get(seen.uid())).stream().flatMap(pod -> change(report, pod, seen)))
                .filter(change -> memory.isNews(now, change.saying(), SETTLES))
                .toList();
        memory.nodes().sideBySide(changes, Change::saying, this::write).forEach((saying, trouble) -> {
            if (trouble.isPresent()) {
                // A client repeats what a server fails at for many seconds, and a pass waits for it.
                memory.putOff(saying, now.plus(AFTER_TROUBLE));
                if (memory.isNews(now, trouble.get(), SAME_TROUBLE)) {
                    Log.trouble(report.cluster(), "RoleNotLabelled", trouble.get());
                }
            }
        });
    }

    private static Stream<Change> change(Report report, Pod pod, ObservedPod seen) {
        Optional<String> has = labelled(pod);
        Optional<String> role = seen.state().flatMap(Roles::role);
        if (role.isPresent()) {
            return role.equals(has) ? Stream.empty() : Stream.of(new Change(pod, role));
        }
        // Two primaries of one shard would be counted until the old one answers again, which may take hours.
        return has.equals(Optional.of(Labels.PRIMARY)) && isSucceeded(report, seen.place())
                ? Stream.of(new Change(pod, Optional.empty()))
                : Stream.empty();
    }

    private static boolean isSucceeded(Report report, Place place) {
        return report.verdict().shards().stream()
                .filter(shard -> shard.index() == place.shard())
                .flatMap(shard -> shard.primary().stream())
                .anyMatch(primary -> !primary.equals(place));
    }

    private static Optional<String> role(NodeState state) {
        if (state.isReplica()) {
            return Optional.of(Labels.REPLICA);
        }
        return state.ownsSlots() ? Optional.of(Labels.PRIMARY) : Optional.empty();
    }

    private static Optional<String> labelled(Pod pod) {
        Map<String, String> labels = pod.getMetadata().getLabels();
        return Optional.ofNullable(labels == null ? null : labels.get(Labels.ROLE));
    }

    /** Why the label could not be written, if so. */
    private Optional<String> write(Change change) {
        try {
            door.label(change.pod(), Labels.ROLE, change.role());
            return Optional.empty();
        } catch (KubernetesClientException e) {
            return ANOTHER_POD_BY_NOW.contains(e.getCode())
                    ? Optional.empty()
                    : Optional.of("the label of " + change.pod().getMetadata().getName()
                            + " that says its role could not be written: " + e.getMessage());
        }
    }
}
