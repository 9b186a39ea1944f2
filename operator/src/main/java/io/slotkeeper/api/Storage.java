package io.slotkeeper.api;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A volume for each node; without it data lives as long as its pod. */
@ValidationRule(
        value = "!isQuantity(self.size) || !isQuantity(oldSelf.size) || "
                + "quantity(self.size).compareTo(quantity(oldSelf.size)) >= 0",
        message = "a volume cannot shrink: write the size that was there",
        messageExpression = "'a volume cannot shrink: write ' + oldSelf.size",
        fieldPath = ".size")
@ValidationRule(
        value = "!isQuantity(self.size) || !isQuantity(oldSelf.size) || "
                + "quantity(self.size).compareTo(quantity(oldSelf.size)) <= 0",
        message = "this version cannot grow volumes: write the size that was there",
        messageExpression = "'this version cannot grow volumes: write ' + oldSelf.size",
        fieldPath = ".size")
@ValidationRule(
        value =
                "has(self.className) == has(oldSelf.className) && (!has(self.className) || self.className == oldSelf.className)",
        message = "the storage class of an existing cluster cannot change: write the one that was there",
        messageExpression = "'the storage class of an existing cluster cannot change: ' + "
                + "(has(oldSelf.className) ? 'write ' + oldSelf.className : 'leave className out')",
        fieldPath = ".className")
@JsonIgnoreProperties(ignoreUnknown = true)
@JsonInclude(JsonInclude.Include.NON_NULL)
public record Storage(
        @Required
        @Size(min = 1, max = 20)
        @ValidationRule(
                value = "isQuantity(self) && quantity(self).compareTo(quantity('64Mi')) >= 0",
                message = "write an amount of at least 64Mi, such as 10Gi")
        @JsonPropertyDescription(
                "How large each node's volume is, such as `10Gi`. Append-only files and snapshots together need two to three "
                        + "times the memory of the data. Cannot change.")
        String size,

        @Nullable
        @Size(min = 1, max = 253)
        @ValidationRule(value = Rules.OBJECT_NAME, message = "write the name of a StorageClass, such as standard")
        @JsonPropertyDescription(
                "The StorageClass of the volumes; the Kubernetes cluster's default when left out. Cannot change.")
        String className,

        @Nullable
        @JsonPropertyDescription(
                "What becomes of the volumes and of the generated passwords when the RedisCluster is deleted. "
                        + "`Retain` (when left out): they stay, and a RedisCluster created again under the same name has the same data. "
                        + "`Delete`: they go with it. May change at any time.")
        WhenDeleted whenDeleted) {
    /** What becomes of the volumes. Data is only given up by who says so. */
    public WhenDeleted fate() {
        return whenDeleted == null ? WhenDeleted.Retain : whenDeleted;
    }

    /** The class that was asked for. */
    public Optional<String> storageClass() {
        return Optional.ofNullable(className);
    }
}
