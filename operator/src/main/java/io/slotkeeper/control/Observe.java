package io.slotkeeper.control;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodCondition;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.api.model.apps.StatefulSetStatus;
import io.slotkeeper.api.RedisCluster;
import io.slotkeeper.engine.Access;
import io.slotkeeper.kubernetes.Names;
import io.slotkeeper.kubernetes.Ports;
import io.slotkeeper.plan.LostVolume;
import io.slotkeeper.plan.Machine;
import io.slotkeeper.plan.NodeState;
import io.slotkeeper.plan.NodeView;
import io.slotkeeper.plan.Observation;
import io.slotkeeper.plan.ObservedPod;
import io.slotkeeper.topology.Address;
import io.slotkeeper.topology.Place;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Looks at a cluster: the pods that Kubernetes has, and what each node says when it is asked. */
final class Observe {
    static final String OPERATOR_USER = "slotkeeper-operator";

    private static final int CLIENT_PORT = 6379;
    private static final String REVISION = "controller-revision-hash";

    private Observe() {}

    /** What was seen, when by {@link System#nanoTime}, and how to reach what was seen. */
    record Sight(Observation observation, Map<Place, Act.Target> targets, long lookedAt) {
        Sight {
            targets = Map.copyOf(targets);
        }

        Optional<Act.Target> target(Place place) {
            return Optional.ofNullable(targets.get(place));
        }
    }

    /** Looks at the pods of a cluster and asks the node in each; without a password nobody can be asked. */
    static Sight look(
            RedisCluster resource,
            InstantSource clock,
            Collection<Pod> pods,
            Collection<StatefulSet> sets,
            Underneath underneath,
            Optional<String> password,
            Remembered memory) {
        Instant now = clock.instant();
        String cluster = resource.getMetadata().getName();
        boolean formedBefore =
                resource.getStatus() != null && resource.getStatus().formedAt() != null;
        Names names = Names.of(resource);
        int busPort = Ports.bus(names);
        Map<String, String> revisions = revisions(sets);
        Map<Place, Pod> byPlace = new HashMap<>();
        for (Pod pod : pods) {
            place(cluster, pod.getMetadata().getName()).ifPresent(place -> byPlace.put(place, pod));
        }
        Map<Place, Act.Target> targets = new HashMap<>();
        List<Nodes.Contact> contacts = new ArrayList<>();
        byPlace.forEach((place, pod) -> {
            Optional<Nodes.Contact> contact = contact(pod, password);
            contact.ifPresent(contacts::add);
            targets.put(
                    place,
                    new Act.Target(
                            pod.getMetadata().getNamespace(), pod.getMetadata().getName(), busPort, contact));
        });
        Map<Place, Underneath.Lost> lost = new HashMap<>();
        byPlace.forEach((place, pod) -> underneath
                .lostVolume(pod, names.claim(place.shard(), place.ordinal()))
                .ifPresent(volume -> lost.put(place, volume)));
        Map<String, Instant> lostSince = memory.lostSince(
                lost.values().stream().map(Underneath.Lost::uid).collect(Collectors.toSet()), now);
        // The API server may take its time; who serves is looked at last.
        long lookedAt = System.nanoTime();
        Instant asked = clock.instant();
        Map<String, NodeView> answers = memory.nodes().ask(contacts);
        List<ObservedPod> observed = new ArrayList<>();
        byPlace.forEach((place, pod) -> observed.add(observed(
                place,
                pod,
                underneath.machine(pod),
                Optional.ofNullable(lost.get(place))
                        .map(volume -> new LostVolume(
                                volume.claim(),
                                volume.uid(),
                                volume.why(),
                                Duration.between(lostSince.getOrDefault(volume.uid(), now), now),
                                volume.damaged())),
                revisions,
                password,
                answers)));
        Set<Place> absent = wanted(cluster, sets);
        absent.removeAll(byPlace.keySet());
        List<NodeState> states = answers.values().stream()
                .flatMap(view ->
                        view instanceof NodeView.Answering answering ? Stream.of(answering.state()) : Stream.empty())
                .toList();
        Observation observation = new Observation(
                asked,
                formedBefore,
                observed,
                memory.absentSince(absent, asked),
                memory.told(asked),
                memory.electedAt(states, asked),
                memory.parted(states, asked));
        return new Sight(observation, targets, lookedAt);
    }

    /** Where the StatefulSets that are there should make pods. */
    private static Set<Place> wanted(String cluster, Collection<StatefulSet> sets) {
        Set<Place> places = new HashSet<>();
        for (StatefulSet set : sets) {
            boolean stays = set.getMetadata().getDeletionTimestamp() == null;
            Integer replicas = set.getSpec() == null ? null : set.getSpec().getReplicas();
            for (int ordinal = 0; stays && replicas != null && ordinal < replicas; ordinal++) {
                place(cluster, set.getMetadata().getName() + "-" + ordinal).ifPresent(places::add);
            }
        }
        return places;
    }

    private static ObservedPod observed(
            Place place,
            Pod pod,
            Optional<Machine> machine,
            Optional<LostVolume> lostVolume,
            Map<String, String> revisions,
            Optional<String> password,
            Map<String, NodeView> answers) {
        String uid = pod.getMetadata().getUid();
        NodeView silent = new NodeView.Silent(
                password.isEmpty() ? "the operator has no password for it" : "the pod has no address yet");
        return new ObservedPod(
                place,
                uid,
                address(pod),
                pod.getMetadata().getDeletionTimestamp() != null,
                isReady(pod),
                isOutdated(pod, revisions),
                PodTrouble.hasRun(pod),
                PodTrouble.startedAt(pod),
                PodTrouble.of(pod),
                PodTrouble.judgedAt(pod),
                machine,
                lostVolume,
                answers.getOrDefault(uid, silent));
    }

    private static Optional<Nodes.Contact> contact(Pod pod, Optional<String> password) {
        return password.flatMap(word -> address(pod)
                .map(address ->
                        new Nodes.Contact(pod.getMetadata().getUid(), address, Access.as(OPERATOR_USER, word))));
    }

    /** A pod that has ended keeps its address in the status, while somebody else may have it by now. */
    private static Optional<Address> address(Pod pod) {
        if (pod.getStatus() == null || pod.getStatus().getPodIP() == null) {
            return Optional.empty();
        }
        boolean over = "Failed".equals(pod.getStatus().getPhase())
                || "Succeeded".equals(pod.getStatus().getPhase());
        return over ? Optional.empty() : Optional.of(new Address(pod.getStatus().getPodIP(), CLIENT_PORT));
    }

    /** The place in a pod's name: {@code cart-1-0} of the cluster {@code cart} is 1-0. */
    static Optional<Place> place(String cluster, String pod) {
        Matcher name = Pattern.compile(Pattern.quote(cluster) + "-(\\d{1,6})-(\\d{1,6})")
                .matcher(pod);
        return name.matches()
                ? Optional.of(new Place(Integer.parseInt(name.group(1)), Integer.parseInt(name.group(2))))
                : Optional.empty();
    }

    private static boolean isReady(Pod pod) {
        return pod.getStatus() != null
                && pod.getStatus().getConditions() != null
                && pod.getStatus().getConditions().stream().anyMatch(Observe::saysReady);
    }

    private static boolean saysReady(PodCondition condition) {
        return "Ready".equals(condition.getType()) && "True".equals(condition.getStatus());
    }

    /** Today's template of each set, by the set's name, as far as the set's controller has already seen it. */
    private static Map<String, String> revisions(Collection<StatefulSet> sets) {
        Map<String, String> revisions = new HashMap<>();
        for (StatefulSet set : sets) {
            StatefulSetStatus status = set.getStatus();
            if (status != null
                    && status.getUpdateRevision() != null
                    && set.getMetadata().getGeneration() != null
                    && set.getMetadata().getGeneration().equals(status.getObservedGeneration())) {
                revisions.put(set.getMetadata().getName(), status.getUpdateRevision());
            }
        }
        return revisions;
    }

    private static boolean isOutdated(Pod pod, Map<String, String> revisions) {
        String name = pod.getMetadata().getName();
        String today = revisions.get(name.substring(0, name.lastIndexOf('-')));
        Map<String, String> labels = pod.getMetadata().getLabels();
        return today != null && labels != null && !today.equals(labels.getOrDefault(REVISION, today));
    }
}
