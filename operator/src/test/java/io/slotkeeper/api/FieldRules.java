package io.slotkeeper.api;

import io.fabric8.kubernetes.api.model.apiextensions.v1.JSONSchemaProps;
import io.fabric8.kubernetes.api.model.apiextensions.v1.ValidationRule;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;

/** The rules of a schema by the field that they speak of, wherever they are written. */
record FieldRules(Map<String, List<ValidationRule>> byField) {
    /** A rule at the top without a field path is about the name: nothing else is known there. */
    private static final String NAME = "metadata.name";

    static final String ANY_TIME = "any time";

    static FieldRules in(JSONSchemaProps schema) {
        FieldRules rules = new FieldRules(new TreeMap<>());
        rules.collect("", schema);
        return rules;
    }

    private void collect(String path, JSONSchemaProps schema) {
        for (ValidationRule rule : schema.getXKubernetesValidations()) {
            String field = rule.getFieldPath() == null ? path : path + rule.getFieldPath();
            byField.computeIfAbsent(field.isEmpty() ? NAME : field.replaceFirst("^\\.", ""), name -> new ArrayList<>())
                    .add(rule);
        }
        if (schema.getProperties() != null) {
            schema.getProperties().forEach((name, child) -> collect(path + "." + name, child));
        }
    }

    /** What the API server answers to a value that breaks a rule of a field. */
    List<String> ofValues(String field) {
        return messages(field, rule -> !isAboutChange(rule));
    }

    /** What it answers to a change of a field. */
    List<String> ofChanges(String field) {
        return messages(field, FieldRules::isAboutChange);
    }

    private List<String> messages(String field, Predicate<ValidationRule> kind) {
        return byField.getOrDefault(field, List.of()).stream()
                .filter(kind)
                .map(ValidationRule::getMessage)
                .distinct()
                .toList();
    }

    /** What may become of a field in the life of a cluster. */
    String later(String field) {
        List<String> own = transitions(field).stream()
                .filter(rule -> !rule.startsWith(Rules.UNFORMED))
                .toList();
        if (!own.isEmpty()) {
            return own.stream().allMatch(rule -> rule.contains(">= oldSelf")) ? "may grow" : "no";
        }
        for (String above = field; !above.isEmpty(); above = above.substring(0, Math.max(0, above.lastIndexOf('.')))) {
            if (transitions(above).stream().anyMatch(rule -> rule.startsWith(Rules.UNFORMED))) {
                return "until formed";
            }
        }
        return ANY_TIME;
    }

    private List<String> transitions(String field) {
        return byField.getOrDefault(field, List.of()).stream()
                .filter(FieldRules::isAboutChange)
                .map(ValidationRule::getRule)
                .toList();
    }

    private static boolean isAboutChange(ValidationRule rule) {
        return rule.getRule().contains("oldSelf");
    }
}
