package io.slotkeeper.control;

import io.slotkeeper.api.RedisCluster;
import io.slotkeeper.api.RedisClusterSpec;
import io.slotkeeper.api.RedisClusterStatus;
import io.slotkeeper.api.RedisClusterStatus.AcceptedLoss;
import io.slotkeeper.plan.Desired;
import io.slotkeeper.plan.Verdict;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * The shards whose loss a user accepts. An entry counts until its shard is served, and then no more: what stays in Git for a year must not
 * give up what is lost after it. Nor does one count that is there before anything was reported of its cluster, which may have been made
 * anew from a backup or from Git.
 */
final class AcceptedLosses {
    private static final String AGAIN = "Take the entry away; only when it is written again it counts for another loss";

    private AcceptedLosses() {}

    /** The shards that go on with what is left of them. */
    static Set<Integer> givenUp(RedisCluster cluster) {
        RedisClusterSpec spec = cluster.getSpec();
        Set<Integer> shards = new HashSet<>(spec.acceptedLosses());
        Optional.ofNullable(cluster.getStatus())
                .ifPresentOrElse(
                        status -> usedUp(Optional.of(status)).forEach(entry -> shards.remove(entry.shard())),
                        shards::clear);
        if (spec.lostShardsStartEmpty()) {
            IntStream.range(0, spec.shardCount()).forEach(shards::add);
        }
        return Set.copyOf(shards);
    }

    /** Which entries are used up after a pass that came to this verdict; nothing where none is written. */
    static @Nullable List<AcceptedLoss> usedUp(
            RedisCluster cluster, Optional<RedisClusterStatus> before, Desired desired, Verdict verdict) {
        List<AcceptedLoss> usedUp = new ArrayList<>();
        for (int shard : cluster.getSpec().acceptedLosses()) {
            usedUp(before).stream()
                    .filter(entry -> entry.shard() == shard)
                    .findFirst()
                    .or(() -> before.isEmpty() ? Optional.of(early(shard)) : served(shard, desired, verdict))
                    .ifPresent(usedUp::add);
        }
        return usedUp.isEmpty() ? null : usedUp;
    }

    private static List<AcceptedLoss> usedUp(Optional<RedisClusterStatus> status) {
        return status.map(RedisClusterStatus::recovery).orElse(List.of());
    }

    private static AcceptedLoss early(int shard) {
        return new AcceptedLoss(
                shard,
                "was written before anything was known of this cluster, so it may be about another loss. " + AGAIN);
    }

    private static Optional<AcceptedLoss> served(int shard, Desired desired, Verdict verdict) {
        return verdict.shards().stream()
                .filter(each -> each.index() == shard && !each.slots().isEmpty())
                .flatMap(each -> each.primary().stream())
                .map(primary -> new AcceptedLoss(
                        shard,
                        desired.pod(primary) + " serves shard " + shard
                                + ", so that there is nothing (more) to accept. " + AGAIN))
                .findFirst();
    }
}
