package io.slotkeeper.api;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Size;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a person decides after a loss. */
@JsonIgnoreProperties(ignoreUnknown = true)
@JsonInclude(JsonInclude.Include.NON_NULL)
public record Recovery(
        @Nullable
        @Size(max = 500)
        @JsonPropertyDescription(
                "The numbers of shards that go on with what is left of them, an out-of-date copy or nothing at "
                        + "all, because their data is gone for good. Nothing happens while a pod does not answer, since what it holds may "
                        + "come back. Counts once: `status.recovery` says when it is used up. Takes effect at once.")
        List<Integer> acceptDataLoss) {
    public Recovery {
        acceptDataLoss = acceptDataLoss == null ? null : List.copyOf(acceptDataLoss);
    }
}
