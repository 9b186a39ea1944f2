package io.slotkeeper.api;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import org.jspecify.annotations.Nullable;

/** What a write takes to be accepted. */
@JsonIgnoreProperties(ignoreUnknown = true)
@JsonInclude(JsonInclude.Include.NON_NULL)
public record Durability(
        @Nullable
        @Min(0)
        @Max(9)
        @JsonPropertyDescription(
                "How many replicas a primary must have heard from within the last ten seconds to accept a write: the "
                        + "engine's `min-replicas-to-write`. At most `replicasPerShard`; 0 when left out. With all of them, a shard "
                        + "accepts no writes (`NOREPLICAS`) while any one of its pods is away, also after a failover. It bounds "
                        + "what a failover can lose; a write is still answered before replicas have it. Takes effect at once.")
        Integer minReplicasToWrite) {}
