package io.slotkeeper.api;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What every pod of the cluster carries. */
@JsonIgnoreProperties(ignoreUnknown = true)
@JsonInclude(JsonInclude.Include.NON_NULL)
public record PodSettings(
        @Nullable
        @Size(max = 32)
        @ValidationRule(
                value = "self.all(key, !key.startsWith('slotkeeper.io/') && !key.startsWith('app.kubernetes.io/') "
                        + "&& !key.startsWith('apps.kubernetes.io/') && !key.startsWith('statefulset.kubernetes.io/') "
                        + "&& key != 'controller-revision-hash')",
                message =
                        "labels below slotkeeper.io/, app.kubernetes.io/ and of StatefulSets are not yours to set: write "
                                + "others, such as team: checkout")
        @ValidationRule(
                value = "self.all(key, self[key].matches('^([A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?)?$'))",
                message =
                        "write labels whose values are at most 63 letters, digits, '-', '_' or '.', with a letter or digit at both ends")
        @JsonPropertyDescription("Labels that every pod of the cluster carries beside the operator's own.")
        Map<String, String> labels,

        @Nullable
        @Size(max = 32)
        @ValidationRule(
                value = "self.all(key, !key.startsWith('slotkeeper.io/'))",
                message =
                        "annotations below slotkeeper.io/ are the operator's: write others, such as example.com/scrape: \"true\"")
        @JsonPropertyDescription("Annotations that every pod of the cluster carries.")
        Map<String, String> annotations,

        @Nullable
        @Size(min = 1, max = 253)
        @ValidationRule(value = Rules.OBJECT_NAME, message = "write the name of a PriorityClass, such as high-priority")
        @JsonPropertyDescription("The PriorityClass of the pods.")
        String priorityClassName,

        @Nullable
        @Size(max = 8)
        @ValidationRule(
                value = "self.all(name, name.matches('^[a-z0-9]([-a-z0-9.]*[a-z0-9])?$'))",
                message = "write names of Secrets, such as registry-login")
        @JsonPropertyDescription("Names of Secrets in the cluster's namespace with which the image is pulled.")
        List<@Size(max = 253) String> imagePullSecrets) {
    public PodSettings {
        labels = labels == null ? null : Map.copyOf(labels);
        annotations = annotations == null ? null : Map.copyOf(annotations);
        imagePullSecrets = imagePullSecrets == null ? null : List.copyOf(imagePullSecrets);
    }
}
