package io.slotkeeper.plan;

import io.slotkeeper.topology.Place;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * What the user wants of the cluster, as far as the engines are concerned; the rest is the Kubernetes objects' business.
 * {@code name} is the RedisCluster's, so that messages can name pods. {@code keepsData}: nodes have volumes of their own.
 * {@code prefersDisk}: a primary whose process has ended has a node timeout to come back with what is on its disk.
 * {@code grace}: how long what is lost may still come back.
 * {@code givenUp}: the shards that go on with what is left of them, even with nothing, once no better copy can come back.
 * {@code handover}: what a user asks for and has not been answered yet. {@code paused}: it is to be left alone.
 */
public record Desired(
        String name,
        int shards,
        int replicasPerShard,
        LiveSettings settings,
        boolean keepsData,
        boolean prefersDisk,
        Grace grace,
        Set<Integer> givenUp,
        Optional<Order> handover,
        boolean paused) {
    /**
     * How long a machine must have been lost until its pods are taken for gone, and a volume until a pod that waits for it gets another one; nothing
     * where that is a person's decision.
     */
    public record Grace(Optional<Duration> forceDeleteAfter, Optional<Duration> replaceClaimsAfter) {
        public static final Grace NONE = new Grace(Optional.empty(), Optional.empty());
    }

    /** A pod that is to serve its shard, and for how long that has been asked for. */
    public record Order(String pod, Duration since) {}

    /** After how long without an answer a node is to be taken for dead. */
    public Duration nodeTimeout() {
        return settings.nodeTimeout();
    }

    /** What the pod at this place is called. */
    public String pod(Place place) {
        return name + "-" + place;
    }

    /** What the StatefulSet of a shard is called. */
    String set(int shard) {
        return name + "-" + shard;
    }

    /** Where nodes should be. */
    public List<Place> places() {
        return IntStream.range(0, shards)
                .boxed()
                .flatMap(shard ->
                        IntStream.rangeClosed(0, replicasPerShard).mapToObj(ordinal -> new Place(shard, ordinal)))
                .toList();
    }
}
