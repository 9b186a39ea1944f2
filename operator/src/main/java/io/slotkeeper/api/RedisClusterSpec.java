package io.slotkeeper.api;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** What a user wants; everything may be left out. */
@JsonIgnoreProperties(ignoreUnknown = true)
@JsonInclude(JsonInclude.Include.NON_NULL)
public record RedisClusterSpec(
        @Nullable Engine engine,
        @Nullable String version,
        @Nullable String image,
        @Nullable Integer shards,
        @Nullable Integer replicasPerShard,
        @Nullable Resources resources,
        @Nullable Memory memory,
        @Nullable Storage storage,
        @Nullable Persistence persistence,
        @Nullable Auth auth,
        @Nullable Failover failover,
        @Nullable Placement placement,
        @Nullable PodSettings pod,
        @Nullable Boolean paused) {
    /** The family of the engine, Valkey when nothing is said. */
    public Engine engineFamily() {
        return engine == null ? Engine.Valkey : engine;
    }

    /** How many primaries share the slots. */
    public int shardCount() {
        return shards == null ? 3 : shards;
    }

    /** How many copies each shard has beside its primary. */
    public int replicaCount() {
        return replicasPerShard == null ? 1 : replicasPerShard;
    }

    /** After how long a node that does not answer is taken for dead. */
    public Duration nodeTimeout() {
        return failover == null || failover.nodeTimeoutMillis() == null
                ? Duration.ofSeconds(5)
                : Duration.ofMillis(failover.nodeTimeoutMillis());
    }

    /** Whether one lost shard stops the others. */
    public boolean fullCoverage() {
        return failover != null && Boolean.TRUE.equals(failover.requireFullCoverage());
    }

    /** Whether the operator only observes and reports. */
    public boolean holdsStill() {
        return Boolean.TRUE.equals(paused);
    }
}
