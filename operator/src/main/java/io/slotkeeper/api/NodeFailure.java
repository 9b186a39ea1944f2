package io.slotkeeper.api;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What is done about pods whose machine is lost, or their volume. */
@JsonIgnoreProperties(ignoreUnknown = true)
@JsonInclude(JsonInclude.Include.NON_NULL)
public record NodeFailure(
        @Nullable
        @Size(min = 2, max = 20)
        @ValidationRule(value = NodeFailure.IS_A_TIME, message = NodeFailure.WRITE_A_TIME)
        @JsonPropertyDescription(
                "How long the operator must have seen that nothing is heard of a machine until a pod on it that Kubernetes "
                        + "wants to delete and cannot is taken for gone, so that another one comes in its place: `30s` to `24h`, such as `5m`. Nothing is taken "
                        + "for gone when left out. Write it only where a lost machine is switched off or cut off, not merely "
                        + "slow: its processes would live on beside their successors. Takes effect at once.")
        String forceDeleteAfter,

        @Nullable
        @Size(min = 2, max = 20)
        @ValidationRule(value = NodeFailure.IS_A_TIME, message = NodeFailure.WRITE_A_TIME)
        @JsonPropertyDescription(
                "How long the operator must have seen that a pod waits for a volume that is gone, or that only a lost machine has, until the "
                        + "pod's claim is replaced, so that it begins with an empty volume and copies its shard's data from whoever serves it: `30s` to `24h`, "
                        + "such as `15m`. What the old volume holds is given up. Never while nobody serves the shard, and not at all when left out. "
                        + "Takes effect at once.")
        String replaceClaimsAfter) {
    static final String IS_A_TIME =
            "self.matches('^([0-9]+h)?([0-9]+m)?([0-9]+s)?$') && duration(self) >= duration('30s') && "
                    + "duration(self) <= duration('24h')";
    static final String WRITE_A_TIME = "write a time from 30s to 24h, such as 5m";

    static Optional<Duration> time(@Nullable String written) {
        return Optional.ofNullable(written).map(words -> Duration.parse("PT" + words));
    }
}
