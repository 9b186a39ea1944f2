package io.slotkeeper.kubernetes;

import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.slotkeeper.topology.Place;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Looks at the claims that a cluster's pods would get, before there are pods: a StatefulSet takes any claim of the right
 * name. Claims that an earlier cluster of this name has left may hold the newest copy of a shard, so all of them are used or
 * none.
 */
final class Claims {
    private Claims() {}

    static List<Obstacle> obstacles(List<PersistentVolumeClaim> claims, Blueprint blueprint) {
        List<Obstacle> obstacles = new ArrayList<>();
        NavigableMap<Place, String> unused = new TreeMap<>();
        for (PersistentVolumeClaim claim : claims) {
            String name = claim.getMetadata().getName();
            Optional<Place> pod = blueprint.names().ownerOfClaim(name);
            if (pod.isEmpty()) {
                continue;
            }
            boolean used = isUsed(pod.get(), blueprint);
            if (Labels.areOf(blueprint.names(), claim)) {
                if (!used && isRetained(claim)) {
                    unused.put(pod.get(), name);
                }
            } else if (used) {
                obstacles.add(new Obstacle.Conflict("PersistentVolumeClaim", name, "somebody else"));
            }
        }
        if (!unused.isEmpty()) {
            obstacles.add(new Obstacle.RetainedClaims(List.copyOf(unused.values()), mend(unused, blueprint)));
        }
        return obstacles;
    }

    /** Whether claims will be made that need a volume; those that are there have theirs. */
    static boolean areWanted(List<PersistentVolumeClaim> claims, Blueprint blueprint) {
        return blueprint.spec().volume().isPresent()
                && claims.stream().noneMatch(claim -> Labels.areOf(blueprint.names(), claim));
    }

    private static boolean isUsed(Place pod, Blueprint blueprint) {
        return blueprint.spec().volume().isPresent()
                && pod.shard() < blueprint.spec().shardCount()
                && pod.ordinal() < blueprint.podsPerShard();
    }

    /** What is owned by something else goes with it. */
    private static boolean isRetained(PersistentVolumeClaim claim) {
        return claim.getMetadata().getDeletionTimestamp() == null
                && claim.getMetadata().getOwnerReferences().isEmpty();
    }

    private static String mend(NavigableMap<Place, String> unused, Blueprint blueprint) {
        List<String> fields = new ArrayList<>();
        if (blueprint.spec().volume().isEmpty()) {
            fields.add("storage");
        }
        int shards = unused.lastKey().shard() + 1;
        if (shards > blueprint.spec().shardCount()) {
            fields.add("shards: " + shards);
        }
        int replicas = unused.keySet().stream().mapToInt(Place::ordinal).max().orElse(0);
        if (replicas > blueprint.spec().replicaCount()) {
            fields.add("replicasPerShard: " + replicas);
        }
        return "create the cluster again with " + String.join(" and ", fields);
    }
}
