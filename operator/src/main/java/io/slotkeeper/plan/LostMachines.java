package io.slotkeeper.plan;

import io.slotkeeper.plan.Machine.Silence;
import io.slotkeeper.plan.NodeState.Health;
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
    /** Kubernetes gives a pod up after five minutes, unless it is told otherwise or too many machines are lost. */
    private static final Duration LONG = Duration.ofMinutes(6);

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
        int shard = pod.place().shard();
        String lost = "nothing has been heard of machine " + machine + " since " + silence.since();
        if (!pod.terminating()) {
            if (silence.seenFor().compareTo(LONG) >= 0 && now.owners(shard).isEmpty()) {
                draft.stuck(
                        "MachineLost",
                        "Nobody serves shard " + shard + ", whose pod " + name + " Kubernetes has not given up, although " + lost
                                + ". Bring the machine back, or delete it from Kubernetes if it is switched off for good");
            }
            return;
        }
        Optional<Duration> after = now.desired().forceDeleteAfter();
        Optional<String> loss = onlyCopy(now, shard, name);
        if (after.isEmpty() || loss.isPresent()) {
            draft.stuck(
                    "MachineLost",
                    name + " cannot be replaced: " + lost + loss.map(what -> ", and " + what).orElse("")
                            + ". If it is switched off for good, kubectl delete pod " + name
                            + " --force has another one come"
                            + (loss.isPresent() ? "" : "; nodeFailure.forceDeleteAfter has that done from now on"));
        } else if (silence.seenFor().compareTo(after.get()) < 0) {
            draft.waiting(
                    "MachineAwaited",
                    lost + "; " + name + " is taken for gone once that has lasted for "
                            + after.get().toSeconds() + " seconds");
        } else if (isHeard(now, pod)) {
            draft.waiting("MachineAwaited", lost + ", but other nodes are in touch with " + name);
        } else if (!isWitnessed(now)) {
            draft.stuck(
                    "MachineLost",
                    name + " cannot be replaced: " + lost + ", and too few other nodes answer that could say whether it"
                            + " lives. If it is switched off for good, kubectl delete pod " + name
                            + " --force has another one come");
        } else {
            draft.add(new GiveUpPod(pod.place(), pod.uid(), lost));
        }
    }

    /** What would be lost with the pod, if nobody else holds it. */
    private static Optional<String> onlyCopy(Situation now, int shard, String name) {
        boolean copied = now.desired().keepsData()
                || now.members(shard).stream()
                        .anyMatch(node -> node.state().ownsSlots()
                                || (node.state().isReplica() && node.state().keys() > 0));
        return copied ? Optional.empty() : Optional.of(name + " may hold the only copy of shard " + shard);
    }

    private static boolean isHeard(Situation now, ObservedPod pod) {
        return pod.address().isPresent()
                && now.nodes().stream()
                        .flatMap(node -> node.view().values().stream())
                        .anyMatch(peer ->
                                peer.address().equals(pod.address()) && peer.linkUp() && peer.health() == Health.FINE);
    }

    /** Whether most of those answer who are not on lost machines themselves. */
    private static boolean isWitnessed(Situation now) {
        List<Place> elsewhere = now.desired().places().stream()
                .filter(place -> now.seen()
                        .pod(place)
                        .flatMap(ObservedPod::machine)
                        .flatMap(Machine::silence)
                        .isEmpty())
                .toList();
        return 2 * elsewhere.stream().filter(place -> !now.unseen().contains(place)).count() > elsewhere.size();
    }
}
