package io.slotkeeper.api;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import org.jspecify.annotations.Nullable;

/** When nodes take each other for dead, and what they do then. */
@JsonIgnoreProperties(ignoreUnknown = true)
@JsonInclude(JsonInclude.Include.NON_NULL)
public record Failover(
        @Nullable
        @Min(1000)
        @Max(60000)
        @JsonPropertyDescription("After how many milliseconds without an answer the nodes take one of them for dead: "
                + "the engine's `cluster-node-timeout`. 1000 to 60000; 5000 when left out. Takes effect at once.")
        Integer nodeTimeoutMillis,

        @Nullable
        @JsonPropertyDescription(
                "Whether the whole cluster stops serving while some slots have no owner: the engine's "
                        + "`cluster-require-full-coverage`. `false` when left out: the other shards serve on. Takes effect at once.")
        Boolean requireFullCoverage,

        @Nullable
        @JsonPropertyDescription(
                "Whose copy comes first when a primary's process has ended. `Availability` (when left out): that of the best replica, at "
                        + "once; what the primary had acknowledged and not sent yet is lost. `Durability`: the primary's own disk, which has "
                        + "every write; the shard is not served until that is loaded, or a replica serves because the node timeout is over "
                        + "(with three shards or more also while it loads). Needs `storage` with append-only files. Takes effect within a minute or two.")
        Prefer prefer,

        @Nullable
        @JsonPropertyDescription(
                "What becomes of a shard of which every copy is gone for good. `Wait`: its slots stay unserved until "
                        + "somebody decides (when left out, if there are volumes). `StartEmpty`: it starts with nothing, and a copy that an "
                        + "engine would not elect because it was out of touch for too long serves (when left out, without volumes: a cache). "
                        + "Takes effect at once.")
        LostShard lostShard) {
    /** Whose copy comes first when a primary's process has ended. */
    public enum Prefer {
        Availability,
        Durability
    }

    /** What becomes of a shard of which every copy is gone. */
    public enum LostShard {
        Wait,
        StartEmpty
    }
}
