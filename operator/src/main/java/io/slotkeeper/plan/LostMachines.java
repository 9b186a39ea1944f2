package io.slotkeeper.plan;

import io.slotkeeper.plan.Machine.Silence;
import io.slotkeeper.plan.NodeState.Health;
import io.slotkeeper.plan.Step.GiveUpPod;
import java.time.Duration;
import java.util.Optional;

/**
 * Takes pods for gone whose machine is lost: Kubernetes wants to delete them, and waits for a word from there that may never come. Only where a user
 * says so, and after as long as that says; and only if nobody is in touch with the node either, since a process that lives on beside its
 * successor serves whoever still reaches it. Where nodes have no volumes, somebody else has to serve the shard besides: what a machine holds that
 * comes back is gone once its pod is.
 */
final class LostMachines {
    private LostMachines() {}

    static void plan(Situation now, Draft draft) {
        for (ObservedPod pod : now.seen().pods()) {
            if (pod.terminating() && pod.node() instanceof NodeView.Silent) {
                pod.machine()
                        .ifPresent(machine ->
                                machine.silence().ifPresent(silence -> plan(now, pod, machine.name(), silence, draft)));
            }
        }
    }

    private static void plan(Situation now, ObservedPod pod, String machine, Silence silence, Draft draft) {
        String name = now.desired().pod(pod.place());
        Optional<Duration> after = now.desired().forceDeleteAfter();
        String lost = "nothing has been heard of machine " + machine + " since " + silence.since();
        if (after.isEmpty()) {
            draft.stuck(
                    "MachineLost",
                    name + " cannot be replaced: " + lost + ". If it is switched off for good, kubectl delete pod "
                            + name
                            + " --force has another one come; nodeFailure.forceDeleteAfter has that done from now on");
        } else if (silence.seenFor().compareTo(after.get()) < 0) {
            draft.waiting(
                    "MachineAwaited",
                    lost + "; " + name + " is taken for gone once that has lasted for "
                            + after.get().toSeconds() + " seconds");
        } else if (isHeard(now, pod)) {
            draft.waiting("MachineAwaited", lost + ", but other nodes are in touch with " + name);
        } else if (!now.desired().keepsData()
                && now.primary(pod.place().shard()).isEmpty()) {
            draft.stuck(
                    "MachineLost",
                    name + " may hold the only copy of shard " + pod.place().shard() + ", and " + lost
                            + ". If that copy may go, kubectl delete pod " + name + " --force has another pod come");
        } else {
            draft.add(new GiveUpPod(pod.place(), pod.uid(), lost));
        }
    }

    private static boolean isHeard(Situation now, ObservedPod pod) {
        return pod.address().isPresent()
                && now.nodes().stream()
                        .flatMap(node -> node.view().values().stream())
                        .anyMatch(peer ->
                                peer.address().equals(pod.address()) && peer.linkUp() && peer.health() == Health.FINE);
    }
}
