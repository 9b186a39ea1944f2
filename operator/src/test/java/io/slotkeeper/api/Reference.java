package io.slotkeeper.api;

import com.fasterxml.jackson.databind.JsonNode;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceColumnDefinition;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import io.fabric8.kubernetes.api.model.apiextensions.v1.JSONSchemaProps;
import io.slotkeeper.testkit.GeneratedFile;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** docs/reference.md: the CRD for people, a table for each object in it, with what the API server refuses. */
final class Reference {
    private static final Pattern DEFAULT = Pattern.compile("(`[^`]+`|\\b[0-9]+) \\(?when left out");

    private final CustomResourceDefinition crd;
    private final FieldRules rules;
    private final List<String> lines = new ArrayList<>();

    private Reference(CustomResourceDefinition crd) {
        this.crd = crd;
        this.rules = FieldRules.in(Crd.schema(crd));
    }

    /** The file of the page. */
    static GeneratedFile file() {
        return new GeneratedFile("docs/reference.md", new Reference(Crd.generated()).page());
    }

    private String page() {
        var names = crd.getSpec().getNames();
        JSONSchemaProps schema = Crd.schema(crd);
        Map<String, JSONSchemaProps> top = schema.getProperties();
        lines.add("<!-- Generated from operator/src/main/java/io/slotkeeper/api by `make crds`. -->");
        text("# " + names.getKind());
        text(schema.getDescription() + " `apiVersion: " + crd.getSpec().getGroup() + "/"
                + crd.getSpec().getVersions().getFirst().getName() + "`, `kind: " + names.getKind()
                + "`; with kubectl `"
                + names.getSingular() + "` or `" + String.join("`, `", names.getShortNames())
                + "`. The same descriptions: `kubectl explain " + names.getSingular() + ".spec --recursive`.");
        text(
                "[spec](#spec) is what is wanted, [status](#status) what is; [below](#kubectl-get) is what `kubectl get` prints. "
                        + "*Later* says what may become of a field while the cluster lives: *any time*, *until formed* (until "
                        + "`status.formedAt` is set, so that a mistake can be mended), *may grow*, or *no*.");
        refusals("", List.of("metadata.name"));
        section("spec", top, true);
        section("status", top, false);
        columns();
        return String.join("\n", lines) + "\n";
    }

    private void section(String name, Map<String, JSONSchemaProps> top, boolean isWanted) {
        JSONSchemaProps object = Objects.requireNonNull(top.get(name));
        section(name, object.getDescription(), object, isWanted);
    }

    private void section(String path, String description, JSONSchemaProps object, boolean isWanted) {
        text("## " + path);
        text(plain(description));
        lines.add("");
        lines.add(isWanted ? "| field | type | left out | later | what it is |" : "| field | type | what it is |");
        lines.add(isWanted ? "|---|---|---|---|---|" : "|---|---|---|");
        Map<String, JSONSchemaProps> fields = new TreeMap<>(object.getProperties());
        fields.forEach((name, field) -> {
            List<String> cells = new ArrayList<>(List.of("`" + name + "`", type(path + "." + name, field)));
            if (isWanted) {
                cells.add(object.getRequired().contains(name) ? "required" : whenLeftOut(field));
                cells.add(later(path + "." + name, field));
            }
            cells.add(plain(field.getDescription()));
            lines.add("| "
                    + cells.stream().map(cell -> cell.replace("|", "\\|")).collect(Collectors.joining(" | ")) + " |");
        });
        refusals(path + ".", List.copyOf(fields.keySet()));
        fields.forEach((name, field) ->
                object(field).ifPresent(inner -> section(path + "." + name, field.getDescription(), inner, isWanted)));
    }

    /** An object may be what its fields may be, where it says nothing itself. */
    private String later(String path, JSONSchemaProps field) {
        String later = rules.later(path);
        if (!later.equals(FieldRules.ANY_TIME) || !hasFields(field)) {
            return later;
        }
        List<String> inside = field.getProperties().keySet().stream()
                .map(name -> rules.later(path + "." + name))
                .distinct()
                .toList();
        return inside.size() == 1 ? inside.getFirst() : later;
    }

    private void refusals(String above, List<String> names) {
        list("Refused at `kubectl apply`, with these words:", names, name -> rules.ofValues(above + name));
        list("Refused as a change:", names, name -> rules.ofChanges(above + name));
    }

    private void list(String title, List<String> names, Function<String, List<String>> messages) {
        List<String> items = names.stream()
                .flatMap(name -> messages.apply(name).stream().map(message -> "- `" + name + "`: " + plain(message)))
                .toList();
        if (!items.isEmpty()) {
            text(title);
            lines.add("");
            lines.addAll(items);
        }
    }

    private void columns() {
        text("## kubectl get");
        lines.add("");
        lines.add("| column | from | what it is |");
        lines.add("|---|---|---|");
        for (CustomResourceColumnDefinition column :
                crd.getSpec().getVersions().getFirst().getAdditionalPrinterColumns()) {
            boolean wide = column.getPriority() != null && column.getPriority() > 0;
            lines.add("| " + column.getName() + (wide ? " (with `-o wide`)" : "") + " | `" + column.getJsonPath()
                    + "` | " + plain(column.getDescription()) + " |");
        }
    }

    private static String type(String path, JSONSchemaProps field) {
        String link = "](#" + path.toLowerCase(Locale.ROOT).replace(".", "") + ")";
        if (field.getEnum() != null && !field.getEnum().isEmpty()) {
            return field.getEnum().stream()
                    .map(value -> "`" + value.asText() + "`")
                    .collect(Collectors.joining(", "));
        }
        return switch (field.getType()) {
            case "object" ->
                hasFields(field)
                        ? "[object" + link
                        : "map of " + plural(field.getAdditionalProperties().getSchema())
                                + atMost(field.getMaxProperties());
            case "array" ->
                (object(field).isPresent() ? "[list of objects" + link : "list of " + plural(items(field)))
                        + atMost(field.getMaxItems());
            case "integer" ->
                field.getMinimum() == null
                        ? "integer"
                        : "integer, " + field.getMinimum().longValue() + " to "
                                + field.getMaximum().longValue();
            case "string" -> "date-time".equals(field.getFormat()) ? "time" : "string";
            default -> field.getType();
        };
    }

    private static String plural(JSONSchemaProps element) {
        return Boolean.TRUE.equals(element.getXKubernetesIntOrString()) ? "quantities" : element.getType() + "s";
    }

    private static String atMost(@Nullable Long bound) {
        return bound == null ? "" : ", at most " + bound;
    }

    /** What the schema fills in, or else what the description says, which is filled in by the operator. */
    private static String whenLeftOut(JSONSchemaProps field) {
        JsonNode filledIn = field.getDefault();
        return filledIn != null
                ? "`" + filledIn.asText() + "`"
                : DEFAULT.matcher(field.getDescription())
                        .results()
                        .map((MatchResult found) -> found.group(1))
                        .map(value -> value.startsWith("`") ? value : "`" + value + "`")
                        .collect(Collectors.joining(" / "));
    }

    /** The object in which a section of its own is about: the field itself, or each element of the list. */
    private static Optional<JSONSchemaProps> object(JSONSchemaProps field) {
        JSONSchemaProps inner = "array".equals(field.getType()) ? items(field) : field;
        return Optional.of(inner).filter(Reference::hasFields);
    }

    private static boolean hasFields(JSONSchemaProps schema) {
        return schema.getProperties() != null && !schema.getProperties().isEmpty();
    }

    private static JSONSchemaProps items(JSONSchemaProps list) {
        return list.getItems().getSchema();
    }

    private void text(String paragraph) {
        lines.add("");
        lines.add(paragraph);
    }

    /** Text in which nothing but what is in back-ticks means anything to Markdown. */
    private static String plain(@Nullable String text) {
        String[] parts = text == null ? new String[0] : text.split("`", -1);
        for (int i = 0; i < parts.length; i += 2) {
            parts[i] = parts[i].replaceAll("([<*_])", "\\\\$1");
        }
        return String.join("`", parts);
    }
}
