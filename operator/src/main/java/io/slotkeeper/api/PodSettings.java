package io.slotkeeper.api;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What every pod of the cluster carries. */
@JsonIgnoreProperties(ignoreUnknown = true)
@JsonInclude(JsonInclude.Include.NON_NULL)
public record PodSettings(
        @Nullable Map<String, String> labels,
        @Nullable Map<String, String> annotations,
        @Nullable String priorityClassName,
        @Nullable List<String> imagePullSecrets) {}
