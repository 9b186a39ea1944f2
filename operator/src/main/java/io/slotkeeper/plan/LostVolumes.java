package io.slotkeeper.plan;

import io.slotkeeper.plan.Step.ReplaceClaim;
import java.time.Duration;
import java.util.Optional;

/**
 * Has a pod begin with an empty volume whose own is gone, or on a machine that is. What was on it is given up by that: so only where a user says so,
 * after as long as that says, and while somebody serves the shard, from whom the pod copies. Whoever does not answer may own slots of any shard
 * (a person may have moved some), so nobody who is in none of the pods may own any.
 */
final class LostVolumes {
    private LostVolumes() {}

    static void plan(Situation now, Draft draft) {
        for (ObservedPod pod : now.seen().pods()) {
            pod.lostVolume().ifPresent(lost -> plan(now, pod, lost, draft));
        }
    }

    private static void plan(Situation now, ObservedPod pod, LostVolume lost, Draft draft) {
        String name = now.desired().pod(pod.place());
        String waits = name + " waits for its volume: " + lost.why();
        String byHand = "kubectl delete pvc " + lost.claim() + " and then pod " + name
                + " has it begin with an empty one, which gives up what was on the other";
        Optional<Duration> after = now.desired().grace().replaceClaimsAfter();
        if (after.isEmpty() && lost.seenFor().compareTo(LostMachines.LONG) < 0) {
            draft.waiting("VolumeAwaited", waits);
        } else if (after.isEmpty()) {
            draft.stuck(
                    "VolumeLost",
                    waits + ". Bring it back. If it is gone for good, " + byHand
                            + "; nodeFailure.replaceClaimsAfter says after how long the operator does that");
        } else if (lost.seenFor().compareTo(after.get()) < 0) {
            draft.waiting(
                    "VolumeAwaited",
                    waits + ". It gets an empty one when that has lasted for "
                            + after.get().toSeconds() + " seconds");
        } else if (now.owners(pod.place().shard()).isEmpty()) {
            draft.stuck(
                    "VolumeLost",
                    waits + ", and nobody serves shard " + pod.place().shard()
                            + ", so the only copy may be on it. Bring it back. If it is gone for good, " + byHand);
        } else if (now.primary(pod.place().shard()).filter(now::stays).isPresent()
                && now.strangers().stream()
                        .allMatch(stranger -> stranger.slots().isEmpty())) {
            draft.add(new ReplaceClaim(pod.place(), pod.uid(), lost.claim(), lost.uid(), lost.why()));
        } else {
            draft.waiting(
                    "VolumeAwaited",
                    waits
                            + ". It gets an empty one once somebody serves every slot that any node believes to be served");
        }
    }
}
