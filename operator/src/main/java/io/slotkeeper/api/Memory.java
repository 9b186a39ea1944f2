package io.slotkeeper.api;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import io.fabric8.kubernetes.api.model.Quantity;
import java.math.BigDecimal;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** How much memory the data may take, and what happens when it is full. */
@JsonIgnoreProperties(ignoreUnknown = true)
@JsonInclude(JsonInclude.Include.NON_NULL)
public record Memory(
        @Nullable
        @Size(min = 1, max = 20)
        @ValidationRule(
                value = "!self.endsWith('%') || self.matches('^([1-9][0-9]?|100)%$')",
                message = "write a share of the memory limit from 1% to 100%, such as 80%")
        @ValidationRule(
                value = "self.endsWith('%') || (isQuantity(self) && quantity(self).compareTo(quantity('1Mi')) >= 0)",
                message = "write a share of the memory limit such as 80%, or an amount of at least 1Mi such as 1500Mi")
        @JsonPropertyDescription(
                "How much memory the data of a node may take: a share of `resources.limits.memory` such "
                        + "as `80%`, or an amount such as `1500Mi`. Left out: `80%` with a memory limit, unlimited without one. The rest of "
                        + "the container's memory is for replication, connections and the copy that saving makes of changed pages.")
        String maxmemory,

        @Nullable
        @JsonPropertyDescription(
                "What happens when the memory is full: the engine's `maxmemory-policy`. `noeviction` when "
                        + "left out: writes are refused.")
        EvictionPolicy policy) {
    private static final String DEFAULT_SHARE = "80%";

    /** What the data may take, given the container's limit. */
    OptionalLong maxmemoryBytes(OptionalLong limit) {
        String wanted = maxmemory == null ? DEFAULT_SHARE : maxmemory;
        if (!wanted.endsWith("%")) {
            return OptionalLong.of(bytes(Quantity.parse(wanted)));
        }
        if (limit.isEmpty()) {
            return OptionalLong.empty();
        }
        BigDecimal percent = new BigDecimal(wanted.substring(0, wanted.length() - 1));
        return OptionalLong.of(BigDecimal.valueOf(limit.getAsLong())
                .multiply(percent)
                .movePointLeft(2)
                .longValue());
    }

    static long bytes(Quantity quantity) {
        return Quantity.getAmountInBytes(quantity).longValue();
    }
}
