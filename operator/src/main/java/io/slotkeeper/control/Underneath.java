package io.slotkeeper.control;

import io.fabric8.kubernetes.api.model.NodeSelectorRequirement;
import io.fabric8.kubernetes.api.model.PersistentVolume;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.slotkeeper.kubernetes.Lookup;
import io.slotkeeper.plan.Machine;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jboss.logging.Logger;

/** What pods stand on: the machines that they are on, and the volumes of those that can be on none. */
final class Underneath {
    private static final Logger LOG = Logger.getLogger(Underneath.class);

    private final Machines machines;
    private final Lookup objects;

    Underneath(Machines machines, Lookup objects) {
        this.machines = machines;
        this.objects = objects;
    }

    Optional<Machine> machine(Pod pod) {
        return machines.of(pod);
    }

    /** A claim, by its uid as well, whose volume does not come to the pod that waits for it, or is of no use to it, and why. */
    record Lost(String claim, String uid, String why, boolean damaged) {}

    /** Whether this pod, which should use this claim, waits for a volume that will not come by itself, or cannot start on the one it has. */
    Optional<Lost> lostVolume(Pod pod, String claim) {
        Optional<String> damage = PodTrouble.damage(pod);
        if (damage.isEmpty() && !PodTrouble.isUnschedulable(pod)) {
            return Optional.empty();
        }
        try {
            return objects.find(PersistentVolumeClaim.class, pod.getMetadata().getNamespace(), claim)
                    .filter(there -> there.getMetadata().getDeletionTimestamp() == null)
                    .flatMap(there -> damage.or(() -> whatBecameOfIt(there))
                            .map(why -> new Lost(claim, there.getMetadata().getUid(), why, damage.isPresent())));
        } catch (KubernetesClientException e) {
            LOG.warnf("the volume of claim %s could not be looked for: %s", claim, e.getMessage());
            return Optional.empty();
        }
    }

    private Optional<String> whatBecameOfIt(PersistentVolumeClaim claim) {
        return Optional.ofNullable(claim.getSpec().getVolumeName()).flatMap(name -> {
            String its = "that of claim " + claim.getMetadata().getName();
            Optional<PersistentVolume> volume = objects.volume(name);
            return volume.isEmpty()
                    ? Optional.of(its + " does not exist any more")
                    : volume.flatMap(Underneath::onlyMachine)
                            .flatMap(machines::whatBecameOf)
                            .map(fate -> its + " is on machine " + fate);
        });
    }

    /** The one machine, by the name that it gives itself, which can reach the volume; none if any other can. */
    private static Optional<String> onlyMachine(PersistentVolume volume) {
        if (volume.getSpec().getNodeAffinity() == null
                || volume.getSpec().getNodeAffinity().getRequired() == null) {
            return Optional.empty();
        }
        List<List<String>> hosts = volume.getSpec().getNodeAffinity().getRequired().getNodeSelectorTerms().stream()
                .map(term -> term.getMatchExpressions().stream()
                        .filter(each -> each.getKey().equals(Machines.HOST)
                                && each.getOperator().equals("In"))
                        .map(NodeSelectorRequirement::getValues)
                        .findFirst()
                        .orElse(List.of()))
                .toList();
        return hosts.size() == 1 && hosts.getFirst().size() == 1
                ? Stream.of(hosts.getFirst().getFirst()).findFirst()
                : Optional.empty();
    }
}
