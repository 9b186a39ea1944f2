package io.slotkeeper.api;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import org.jspecify.annotations.Nullable;

/** What is done about pods whose machine is lost. */
@JsonIgnoreProperties(ignoreUnknown = true)
@JsonInclude(JsonInclude.Include.NON_NULL)
public record NodeFailure(
        @Nullable
        @Size(min = 2, max = 20)
        @ValidationRule(
                value = "self.matches('^([0-9]+h)?([0-9]+m)?([0-9]+s)?$') && duration(self) >= duration('30s') && "
                        + "duration(self) <= duration('24h')",
                message = "write a time from 30s to 24h, such as 5m")
        @JsonPropertyDescription(
                "How long the operator must have seen that nothing is heard of a machine until a pod on it that Kubernetes "
                        + "wants to delete and cannot is taken for gone, so that another one comes in its place: `30s` to `24h`, such as `5m`. Nothing is taken "
                        + "for gone when left out. Write it only where a lost machine is switched off or cut off, not merely "
                        + "slow: its processes would live on beside their successors. Takes effect at once.")
        String forceDeleteAfter) {}
