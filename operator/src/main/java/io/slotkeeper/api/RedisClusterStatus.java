package io.slotkeeper.api;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import io.fabric8.kubernetes.api.model.Condition;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What is. */
@JsonIgnoreProperties(ignoreUnknown = true)
@JsonInclude(JsonInclude.Include.NON_NULL)
public record RedisClusterStatus(
        @Nullable Long observedGeneration,
        @Nullable List<Condition> conditions,
        @Nullable Integer shardCount,
        @Nullable Integer replicasPerShard,
        @Nullable List<Shard> shards,
        @Nullable Doing doing,
        @Nullable String engine,
        @Nullable String image,
        @Nullable Binding binding,
        @Nullable String selector,
        @Nullable String formedAt) {
    /** One shard: what it owns, who serves it, who follows. */
    @JsonIgnoreProperties(ignoreUnknown = true)
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Shard(int index, String slots, @Nullable String primary, List<Replica> replicas) {}

    /** One replica. */
    @JsonIgnoreProperties(ignoreUnknown = true)
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Replica(String pod, boolean inSync) {}

    /** What the operator is doing at the moment, and why. */
    @JsonIgnoreProperties(ignoreUnknown = true)
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Doing(
            String step, String reason, @Nullable String progress) {}

    /** The Secret from which an application learns how to connect. */
    @JsonIgnoreProperties(ignoreUnknown = true)
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Binding(String name) {}
}
