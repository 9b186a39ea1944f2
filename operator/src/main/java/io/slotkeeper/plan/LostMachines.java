package io.slotkeeper.plan;

import io.slotkeeper.plan.Machine.Silence;
import io.slotkeeper.plan.Step.GiveUpPod;
import io.slotkeeper.topology.Place;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * Takes pods for gone whose machine is lost: Kubernetes wants to delete them, and waits for a word from there that may never come. Only where a user
 * says so, and after as long as that says; and only if most of the nodes elsewhere answer and none of them is in touch with it, since a process
 * that lives on beside its successor serves whoever still reaches it. Where nodes have no volumes, there has to be another copy of the shard besides:
 * what a machine holds that comes back is gone once its pod is.
 */
final class LostMachines {
    /** A machine that starts anew is back by then, and Kubernetes has given it up if it will at all. */
    static final Duration LONG = Duration.ofMinutes(6);

    private LostMachines() {}

    static void plan(Situation now, Draft draft) {
        for (ObservedPod pod : now.seen().pods()) {
            if (pod.node() instanceof NodeView.Silent) {
                pod.machine()
                        .ifPresent(machine ->
                                machine.silence().ifPresent(silence -> plan(now, pod, machine.name(), silence, draft)));
            }
        }
    }

    private static void plan(Situation now, ObservedPod pod, String machine, Silence silence, Draft draft) {
        String name = now.desired().pod(pod.place());
        String lost = "nothing has been heard of machine " + machine + " since " + silence.since();
        boolean isLong = silence.seenFor().compareTo(LONG) >= 0;
        if (!pod.terminating()) {
            if (isLong && isUnserved(now, pod.place())) {
                draft.stuck(
                        "MachineLost",
                        "Nobody serves shard " + pod.place().shard() + ", whose pod " + name
                                + " Kubernetes has not given up, although " + lost
                                + ". Bring the machine back, or delete it from Kubernetes if it is switched off for good");
            }
            return;
        }
        Optional<String> wait = wait(now, pod, silence);
        Optional<String> hindrance = wait.or(() -> hindrance(now, pod));
        if (hindrance.isEmpty()) {
            draft.add(new GiveUpPod(pod.place(), pod.uid(), lost));
        } else if (isLong && wait.isEmpty()) {
            draft.stuck(
                    "MachineLost",
                    name + " cannot be replaced: " + lost + ", and " + hindrance.get()
                            + ". If it is switched off for good, kubectl delete pod " + name
                            + " --force has another one come");
        } else {
            draft.waiting("MachineAwaited", name + " is not replaced yet: " + lost + ", and " + hindrance.get());
        }
    }

    /** What passes by itself, or must not be passed over by anybody: whoever is heard lives. */
    private static Optional<String> wait(Situation now, ObservedPod pod, Silence silence) {
        Optional<Duration> after = now.desired().grace().forceDeleteAfter();
        if (after.isPresent() && silence.seenFor().compareTo(after.get()) < 0) {
            return Optional.of("that may last for " + after.get().toSeconds() + " seconds");
        }
        return isHeard(now, pod) ? Optional.of("other nodes are in touch with it") : Optional.empty();
    }

    /** Why it is a person's business. */
    private static Optional<String> hindrance(Situation now, ObservedPod pod) {
        if (now.desired().grace().forceDeleteAfter().isEmpty()) {
            return Optional.of("nodeFailure.forceDeleteAfter does not say how long that may last");
        }
        if (isOnlyCopy(now, pod.place().shard())) {
            return Optional.of(
                    "it may hold the only copy of shard " + pod.place().shard());
        }
        return isWitnessed(now)
                ? Optional.empty()
                : Optional.of("too few others answer that could say whether it lives");
    }

    /** Nobody serves its shard, and that is not because another pod elsewhere is away for a moment. */
    private static boolean isUnserved(Situation now, Place place) {
        return now.owners(place.shard()).isEmpty()
                && now.unseen().stream()
                        .filter(other -> other.shard() == place.shard())
                        .allMatch(other -> isOnLost(now, other));
    }

    private static boolean isOnLost(Situation now, Place place) {
        return now.seen()
                .pod(place)
                .flatMap(ObservedPod::machine)
                .flatMap(Machine::silence)
                .isPresent();
    }

    private static boolean isOnlyCopy(Situation now, int shard) {
        return !now.desired().keepsData()
                && now.members(shard).stream()
                        .noneMatch(node -> node.state().ownsSlots()
                                || (node.state().isReplica() && node.state().keys() > 0));
    }

    private static boolean isHeard(Situation now, ObservedPod pod) {
        return pod.address().isPresent()
                && now.nodes().stream()
                        .flatMap(node -> node.view().values().stream())
                        .anyMatch(peer -> peer.address().equals(pod.address()) && peer.isHeard());
    }

    /** Whether most of those answer who are not on lost machines themselves. */
    private static boolean isWitnessed(Situation now) {
        List<Place> elsewhere = now.desired().places().stream()
                .filter(place -> !isOnLost(now, place))
                .toList();
        return 2
                        * elsewhere.stream()
                                .filter(place -> !now.unseen().contains(place))
                                .count()
                > elsewhere.size();
    }
}
