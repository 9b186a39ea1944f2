package io.slotkeeper.control;

import io.javaoperatorsdk.operator.processing.event.source.filter.OnUpdateFilter;
import io.slotkeeper.api.RedisCluster;
import io.slotkeeper.api.RedisClusterStatus;
import io.slotkeeper.plan.Handover;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A user's order by annotation: this pod is to serve its shard. It is answered once, in the status, and stands there as long as the annotation. */
final class AskedFailover {
    static final String ANNOTATION = "slotkeeper.io/failover";

    private AskedFailover() {}

    /** The pod that is asked for and not answered yet. */
    static Optional<String> unanswered(RedisCluster cluster) {
        return Optional.ofNullable(asked(cluster))
                .filter(pod -> answered(cluster).filter(pod::equals).isEmpty());
    }

    /** What the status says of it after a pass that came to this answer. */
    static RedisClusterStatus.@Nullable Failover said(RedisCluster cluster, Optional<Handover.Answer> answer) {
        String pod = asked(cluster);
        if (pod == null) {
            return null;
        }
        RedisClusterStatus before = cluster.getStatus();
        return answer.map(
                        said -> new RedisClusterStatus.Failover(pod, said.done() ? "Done" : "Refused", said.message()))
                .orElseGet(() ->
                        before != null && answered(cluster).filter(pod::equals).isPresent() ? before.failover() : null);
    }

    private static @Nullable String asked(RedisCluster cluster) {
        return cluster.getMetadata().getAnnotations() == null
                ? null
                : cluster.getMetadata().getAnnotations().get(ANNOTATION);
    }

    private static Optional<String> answered(RedisCluster cluster) {
        return Optional.ofNullable(cluster.getStatus())
                .map(RedisClusterStatus::failover)
                .map(RedisClusterStatus.Failover::pod);
    }

    /** Calls for a pass when the spec or the order has changed. What we write ourselves changes neither. */
    static final class OrAnotherSpec implements OnUpdateFilter<RedisCluster> {
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
