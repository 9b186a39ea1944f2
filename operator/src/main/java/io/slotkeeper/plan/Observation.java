package io.slotkeeper.plan;

import io.slotkeeper.topology.NodeId;
import io.slotkeeper.topology.Place;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * All that one pass saw: the pods that exist, and what each node says. Nodes were asked side by side, so two answers may
 * contradict each other; a node that is missing here has no pod at the moment. {@code absentSince}: the places whose StatefulSet
 * is there and has made no pod, and since when that has been seen. {@code told}: the primaries in whose place somebody was told to
 * serve, with the last time; {@code electedAt}: when each node may have been elected the last time; {@code parted}: by who was missed, who said lately that it
 * has no connection to it, and when.
 */
public record Observation(
        Instant at,
        boolean formedBefore,
        List<ObservedPod> pods,
        Map<Place, Instant> absentSince,
        Map<NodeId, Attempt> told,
        Map<NodeId, Instant> electedAt,
        Map<NodeId, Map<NodeId, Instant>> parted) {
    public Observation {
        told = Map.copyOf(told);
        electedAt = Map.copyOf(electedAt);
        parted = Map.copyOf(parted);
        absentSince = Map.copyOf(absentSince);
        pods = pods.stream().sorted(Comparator.comparing(ObservedPod::place)).toList();
    }

    /** What was seen where no StatefulSet has failed to make a pod, and nobody was told to take over. */
    public Observation(Instant at, boolean formedBefore, List<ObservedPod> pods) {
        this(at, formedBefore, pods, Map.of(), Map.of(), Map.of(), Map.of());
    }

    /** The pod at a place, if there is one. */
    public Optional<ObservedPod> pod(Place place) {
        return pods.stream().filter(pod -> pod.place().equals(place)).findFirst();
    }

    /** Whether every primary has heard of late from each of its replicas: should it die, they are known to have all of it. */
    public boolean everyReplicaIsConfirmed() {
        return answering().stream()
                .flatMap(pod -> pod.state().stream())
                .filter(NodeState::ownsSlots)
                .allMatch(primary -> answering().stream()
                        .filter(pod -> pod.state().flatMap(NodeState::primary).equals(Optional.of(primary.id())))
                        .allMatch(pod ->
                                pod.address().filter(primary.inSync()::contains).isPresent()));
    }

    /** The pods whose node answered. */
    public List<ObservedPod> answering() {
        return pods.stream()
                .filter(pod -> pod.node() instanceof NodeView.Answering)
                .toList();
    }
}
