package io.slotkeeper.api;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Size;
import io.fabric8.kubernetes.api.model.Toleration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** On which machines nodes run. */
@JsonIgnoreProperties(ignoreUnknown = true)
@JsonInclude(JsonInclude.Include.NON_NULL)
public record Placement(
        @Nullable
        @JsonPropertyDescription(
                "How strictly the pods of a shard are kept on different machines. `Preferred` (when left out): "
                        + "where there is room. `Required`: a pod waits rather than share a machine with its shard.")
        Spread nodes,

        @Nullable
        @JsonPropertyDescription("How strictly the pods of a shard are kept in different zones "
                + "(`topology.kubernetes.io/zone`). `Preferred` (when left out) or `Required`.")
        Spread zones,

        @Nullable
        @Size(max = 32)
        @JsonPropertyDescription("Labels that a machine must carry to run pods of this cluster.")
        Map<String, String> nodeSelector,

        @Nullable
        @Size(max = 32)
        @JsonPropertyDescription("Taints that pods of this cluster put up with, as in a pod's `tolerations`.")
        List<Toleration> tolerations) {
    public Placement {
        nodeSelector = nodeSelector == null ? null : Map.copyOf(nodeSelector);
        tolerations = tolerations == null ? null : List.copyOf(tolerations);
    }

    /** How strictly the nodes of a shard are kept apart. */
    public enum Spread {
        Preferred,
        Required
    }
}
