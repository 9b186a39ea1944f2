package io.slotkeeper.api;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import io.fabric8.kubernetes.api.model.Toleration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** On which machines nodes run. */
@JsonIgnoreProperties(ignoreUnknown = true)
@JsonInclude(JsonInclude.Include.NON_NULL)
public record Placement(
        @Nullable Spread nodes,
        @Nullable Spread zones,
        @Nullable Map<String, String> nodeSelector,
        @Nullable List<Toleration> tolerations) {
    /** How strictly the nodes of a shard are kept apart. */
    public enum Spread {
        Preferred,
        Required
    }
}
