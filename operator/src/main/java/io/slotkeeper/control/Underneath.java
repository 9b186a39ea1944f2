package io.slotkeeper.control;

import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.Pod;
import io.slotkeeper.kubernetes.Lookup;
import io.slotkeeper.plan.LostVolume;
import io.slotkeeper.plan.Machine;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Function;

/** What pods stand on: the machines that they are on, and the volumes of those that can be on none. */
final class Underneath {
    /** The scheduler writes it to a claim whose volume is made where the pod is to be. */
    private static final String MACHINE = "volume.kubernetes.io/selected-node";

    private final Machines machines;
    private final Lookup objects;

    Underneath(Machines machines, Lookup objects) {
        this.machines = machines;
        this.objects = objects;
    }

    Optional<Machine> machine(Pod pod) {
        return machines.of(pod);
    }

    /** Why the volume does not come that a pod waits for, if it never will by itself. {@code seenFor}: how long a claim, by its uid, has been like this. */
    Optional<LostVolume> lostVolume(Pod pod, String claim, Function<String, Duration> seenFor) {
        return PodTrouble.waitsForAVolume(pod)
                ? objects.find(PersistentVolumeClaim.class, pod.getMetadata().getNamespace(), claim)
                        .filter(there -> there.getMetadata().getDeletionTimestamp() == null)
                        .flatMap(there -> whatBecameOfIt(there).map(why -> {
                            String uid = there.getMetadata().getUid();
                            return new LostVolume(claim, uid, why, seenFor.apply(uid));
                        }))
                : Optional.empty();
    }

    private Optional<String> whatBecameOfIt(PersistentVolumeClaim claim) {
        String name = claim.getMetadata().getName();
        if (claim.getStatus() != null && "Lost".equals(claim.getStatus().getPhase())) {
            return Optional.of("that of claim " + name + " does not exist any more");
        }
        return Optional.ofNullable(claim.getMetadata().getAnnotations())
                .flatMap(annotations -> Optional.ofNullable(annotations.get(MACHINE)))
                .flatMap(machines::whatBecameOf)
                .map(fate -> "that of claim " + name + " is on machine " + fate);
    }
}
