package io.slotkeeper.api;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import io.fabric8.kubernetes.api.model.Quantity;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What a node's container asks for and may use at most. */
@ValidationRule(
        value = "!has(self.requests) || !has(self.limits) || self.requests.all(name, !(name in self.limits) || "
                + "quantity(string(self.requests[name])).compareTo(quantity(string(self.limits[name]))) <= 0)",
        message = "a request is higher than its limit: write one that is at most the limit",
        fieldPath = ".requests")
@JsonIgnoreProperties(ignoreUnknown = true)
@JsonInclude(JsonInclude.Include.NON_NULL)
public record Resources(
        @Nullable
        @Size(max = 3)
        @ValidationRule(value = Resources.KNOWN, message = Resources.KNOWN_SENTENCE)
        @JsonPropertyDescription("What each node's container is sure to get: `cpu`, `memory`, `ephemeral-storage`.")
        Map<String, Quantity> requests,

        @Nullable
        @Size(max = 3)
        @ValidationRule(value = Resources.KNOWN, message = Resources.KNOWN_SENTENCE)
        @ValidationRule(
                value = "!('memory' in self) || quantity(string(self['memory'])).compareTo(quantity('64Mi')) >= 0",
                message = "no engine runs in so little memory: write at least 64Mi")
        @JsonPropertyDescription("What each node's container may use at most: `cpu`, `memory`, `ephemeral-storage`. "
                + "`memory.maxmemory` is derived from the memory limit.")
        Map<String, Quantity> limits) {
    static final String KNOWN = "self.all(name, name in ['cpu', 'memory', 'ephemeral-storage'])";
    static final String KNOWN_SENTENCE = "write cpu, memory or ephemeral-storage";

    public Resources {
        requests = requests == null ? null : Map.copyOf(requests);
        limits = limits == null ? null : Map.copyOf(limits);
    }
}
