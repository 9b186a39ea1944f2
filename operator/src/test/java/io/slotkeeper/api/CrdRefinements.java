package io.slotkeeper.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.fabric8.crd.generator.annotation.AdditionalPrinterColumn;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import io.fabric8.kubernetes.api.model.apiextensions.v1.JSONSchemaProps;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * What annotations cannot say: how lists merge, in which order columns stand, which fields of Kubernetes' own types mean what, and how long the values of
 * maps may be, without which the API server takes a rule over them for too expensive.
 */
final class CrdRefinements {
    private static final List<String> COLUMNS = Arrays.stream(
                    RedisCluster.class.getAnnotationsByType(AdditionalPrinterColumn.class))
            .map(AdditionalPrinterColumn::name)
            .toList();

    private CrdRefinements() {}

    static CustomResourceDefinition apply(CustomResourceDefinition crd) {
        JSONSchemaProps schema = Crd.schema(crd);
        schema.setDescription("A cluster of Redis or Valkey nodes.");
        schema.setRequired(List.of("spec"));
        at(schema, "spec").setDescription("What is wanted; `{}` is a valid cluster.");
        at(schema, "status").setDescription("What is; written by the operator alone.");
        conditions(at(schema, "status", "conditions"));
        at(schema, "status", "formedAt").setFormat("date-time");
        tolerations(at(schema, "spec", "placement", "tolerations"));
        valuesUpTo(63, at(schema, "spec", "placement", "nodeSelector"));
        valuesUpTo(63, at(schema, "spec", "pod", "labels"));
        valuesUpTo(16384, at(schema, "spec", "pod", "annotations"));
        valuesUpTo(20, at(schema, "spec", "resources", "requests"));
        valuesUpTo(20, at(schema, "spec", "resources", "limits"));
        eachRuleOnce(schema);
        crd.getSpec()
                .getVersions()
                .getFirst()
                .getAdditionalPrinterColumns()
                .sort(Comparator.comparing(column -> COLUMNS.indexOf(column.getName())));
        return crd;
    }

    private static void conditions(JSONSchemaProps conditions) {
        conditions.setXKubernetesListType("map");
        conditions.setXKubernetesListMapKeys(List.of("type"));
        JSONSchemaProps condition = conditions.getItems().getSchema();
        condition.setRequired(List.of("type", "status", "reason", "message", "lastTransitionTime"));
        describe(
                condition,
                Map.of(
                        "type", "What it is about, such as `Ready`.",
                        "status", "Whether it holds: `True`, `False` or `Unknown`.",
                        "reason", "Why, in one word.",
                        "message", "Why, in a sentence that names the next action if there is one.",
                        "lastTransitionTime", "Since when `status` is what it is.",
                        "observedGeneration", "The generation of the resource that it speaks of."));
        at(condition, "status").setEnum(List.of(text("True"), text("False"), text("Unknown")));
        at(condition, "lastTransitionTime").setFormat("date-time");
    }

    private static void tolerations(JSONSchemaProps tolerations) {
        JSONSchemaProps toleration = tolerations.getItems().getSchema();
        describe(
                toleration,
                Map.of(
                        "key", "The key of the taint; every one when left out.",
                        "operator", "`Equal` (when left out) or `Exists`.",
                        "value", "The value of the taint, with `Equal`.",
                        "effect", "`NoSchedule`, `PreferNoSchedule` or `NoExecute`; every one when left out.",
                        "tolerationSeconds",
                                "How long a pod stays on a machine that gets the taint, with `NoExecute`; for ever when left out."));
        at(toleration, "operator").setEnum(List.of(text("Equal"), text("Exists")));
        at(toleration, "effect").setEnum(List.of(text("NoSchedule"), text("PreferNoSchedule"), text("NoExecute")));
    }

    /** A component of a record is a field and a method too, and the generator takes its rules from both. */
    private static void eachRuleOnce(JSONSchemaProps schema) {
        schema.setXKubernetesValidations(
                schema.getXKubernetesValidations().stream().distinct().toList());
        schema.getProperties().values().forEach(CrdRefinements::eachRuleOnce);
    }

    private static void describe(JSONSchemaProps object, Map<String, String> descriptions) {
        descriptions.forEach((name, description) -> at(object, name).setDescription(description));
    }

    private static void valuesUpTo(long length, JSONSchemaProps map) {
        map.getAdditionalProperties().getSchema().setMaxLength(length);
    }

    private static JSONSchemaProps at(JSONSchemaProps from, String... path) {
        JSONSchemaProps schema = from;
        for (String name : path) {
            schema = Objects.requireNonNull(schema.getProperties().get(name), name);
        }
        return schema;
    }

    private static JsonNode text(String value) {
        return TextNode.valueOf(value);
    }
}
