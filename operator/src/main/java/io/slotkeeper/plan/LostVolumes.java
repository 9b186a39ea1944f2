package io.slotkeeper.plan;

import io.slotkeeper.plan.Step.ReplaceClaim;
import io.slotkeeper.topology.SlotSet;
import java.time.Duration;
import java.util.Optional;

/**
 * Has a pod begin with an empty volume whose own is gone, on a machine that is, or damaged. What was on it is given up by that: so only while somebody serves the shard,
 * from whom the pod copies; and what may come back only where a user says so, after as long as that says. A node that cannot start on what it has is no copy of anything,
 * and what it had beyond the one that serves would be dropped by that one's copy anyway. Whoever does not answer may own slots of any shard
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
        String waits = name + (lost.damaged() ? " cannot start: " : " waits for its volume: ") + lost.why();
        String byHand = "kubectl delete pvc " + lost.claim() + " and then pod " + name
                + " has it begin with an empty one, which gives up what was on the other";
        Optional<Duration> after = lost.damaged()
                ? Optional.of(Duration.ZERO)
                : now.desired().grace().replaceClaimsAfter();
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
        } else {
            replace(now, pod, lost, waits, byHand, draft);
        }
    }

    private static void replace(
            Situation now, ObservedPod pod, LostVolume lost, String waits, String byHand, Draft draft) {
        int shard = pod.place().shard();
        SlotSet unserved = now.strangers().stream()
                .map(Stranger::slots)
                .reduce(now.owners(shard).isEmpty() ? now.share(shard) : SlotSet.none(), SlotSet::union);
        if (!unserved.isEmpty()) {
            draft.stuck(
                    "VolumeLost",
                    waits + ", and nobody serves the slots " + unserved + ", so the only copy may be on it. "
                            + (lost.damaged() ? "Put a good copy of nodes.conf there" : "Bring it back")
                            + ". If it is gone for good, " + byHand);
        } else if (now.primary(shard).filter(now::stays).isPresent()) {
            draft.add(new ReplaceClaim(pod.place(), pod.uid(), lost.claim(), lost.uid(), lost.why()));
        } else {
            draft.waiting("VolumeAwaited", waits + ". It gets an empty one once it is clear who serves shard " + shard);
        }
    }
}
