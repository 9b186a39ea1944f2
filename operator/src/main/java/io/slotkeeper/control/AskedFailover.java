package io.slotkeeper.control;

import io.javaoperatorsdk.operator.processing.event.source.filter.OnUpdateFilter;
import io.slotkeeper.api.RedisCluster;
import io.slotkeeper.api.RedisClusterStatus;
import io.slotkeeper.plan.Handover;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A user's order by annotation: this pod is to serve its shard. It is answered once, in the status, and the answer stands there as long
 * as the annotation has this value. What follows a {@code #} tells an order from the last one to the same pod.
 */
final class AskedFailover {
    static final String ANNOTATION = "slotkeeper.io/failover";

    private static final String AGAIN =
            ". Nothing was done; to ask again, write another value, such as the pod's name with #2 behind it";

    private AskedFailover() {}

    /** The pod that is asked for and not answered yet. */
    static Optional<String> pod(RedisCluster cluster) {
        return unanswered(cluster).map(order -> order.split("#", 2)[0]);
    }

    /** The order that is not answered yet, as it is written. */
    static Optional<String> unanswered(RedisCluster cluster) {
        return Optional.ofNullable(asked(cluster))
                .filter(order -> answered(cluster).filter(order::equals).isEmpty());
    }

    /** What the status says of it after a pass that came to this answer. */
    static RedisClusterStatus.@Nullable Failover said(RedisCluster cluster, Optional<Handover.Answer> answer) {
        String order = asked(cluster);
        if (order == null) {
            return null;
        }
        if (unanswered(cluster).isEmpty()) {
            return Objects.requireNonNull(cluster.getStatus()).failover();
        }
        return answer.or(() -> whilePaused(cluster))
                .map(said -> new RedisClusterStatus.Failover(
                        order, said.done() ? "Done" : "Refused", said.done() ? said.message() : said.message() + AGAIN))
                .orElse(null);
    }

    private static Optional<Handover.Answer> whilePaused(RedisCluster cluster) {
        return cluster.getSpec().holdsStill()
                ? Optional.of(new Handover.Answer(false, "the cluster is paused"))
                : Optional.empty();
    }

    private static @Nullable String asked(RedisCluster cluster) {
        return cluster.getMetadata().getAnnotations() == null
                ? null
                : cluster.getMetadata().getAnnotations().get(ANNOTATION);
    }

    private static Optional<String> answered(RedisCluster cluster) {
        return Optional.ofNullable(cluster.getStatus())
                .map(RedisClusterStatus::failover)
                .map(RedisClusterStatus.Failover::asked);
    }

    /** Calls for a pass when the spec or the order has changed. What we write ourselves changes neither. Public, since the framework makes it. */
    public static final class OrAnotherSpec implements OnUpdateFilter<RedisCluster> {
        @Override
        public boolean accept(RedisCluster after, RedisCluster before) {
            return !Objects.equals(
                            after.getMetadata().getGeneration(),
                            before.getMetadata().getGeneration())
                    || !Objects.equals(
                            after.getMetadata().getDeletionTimestamp(),
                            before.getMetadata().getDeletionTimestamp())
                    || !Objects.equals(asked(after), asked(before));
        }
    }
}
