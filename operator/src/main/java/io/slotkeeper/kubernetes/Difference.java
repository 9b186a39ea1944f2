package io.slotkeeper.kubernetes;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ManagedFieldsEntry;
import io.fabric8.kubernetes.api.model.Quantity;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Whether applying an object would change anything. The API server keeps a list of the fields that we applied last time
 * (managedFields), which also says how each list is merged. The object is as we want it when that list names exactly the
 * fields that we want, and each has the value that we want: a field that somebody else has changed is no longer on it, one that
 * we want no more still is. What others have added, and the defaults that the API server fills in, are on it neither way.
 */
final class Difference {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String ITSELF = ".";
    private static final String FIELD = "f:";
    private static final String KEY = "k:";
    private static final String VALUE = "v:";

    /** What says which object it is, and so is nobody's field. */
    private static final Set<String> IDENTITY = Set.of("/apiVersion", "/kind", "/metadata/name", "/metadata/namespace");

    /** Filled in by the API server below a list that counts as one value. It cannot be changed once it is there. */
    private static final String CLAIM_TEMPLATES = "/spec/volumeClaimTemplates";

    private Difference() {}

    /** Where the object is not as it is wanted, the first place that was found. */
    static Optional<String> between(HasMetadata wanted, HasMetadata found) {
        Optional<JsonNode> applied = appliedFields(found);
        return applied.isEmpty()
                ? Optional.of("/")
                : fields(applied.get(), JSON.valueToTree(wanted), JSON.valueToTree(found), "");
    }

    /** Whether what is there now at this path is what we applied last. */
    static boolean isAsApplied(HasMetadata found, String... path) {
        JsonNode applied = appliedFields(found).orElseGet(MissingNode::getInstance);
        for (String name : path) {
            applied = applied.path(FIELD + name);
        }
        return !applied.isMissingNode();
    }

    private static Optional<JsonNode> appliedFields(HasMetadata found) {
        List<ManagedFieldsEntry> entries = found.getMetadata().getManagedFields();
        return entries.stream()
                .filter(entry -> ApiServer.FIELD_MANAGER.equals(entry.getManager())
                        && "Apply".equals(entry.getOperation())
                        && entry.getFieldsV1() != null)
                .findFirst()
                .map(entry -> JSON.valueToTree(entry.getFieldsV1()));
    }

    private static Optional<String> difference(JsonNode applied, JsonNode wanted, JsonNode found, String path) {
        if (wanted.isMissingNode() || found.isMissingNode()) {
            return Optional.of(path);
        }
        if (isWhole(applied)) {
            return same(wanted, found, path, path.equals(CLAIM_TEMPLATES)) ? Optional.empty() : Optional.of(path);
        }
        return wanted.isArray() ? elements(applied, wanted, found, path) : fields(applied, wanted, found, path);
    }

    private static Optional<String> fields(JsonNode applied, JsonNode wanted, JsonNode found, String path) {
        for (Map.Entry<String, JsonNode> field : applied.properties()) {
            if (field.getKey().startsWith(FIELD)) {
                String name = field.getKey().substring(FIELD.length());
                Optional<String> difference =
                        difference(field.getValue(), wanted.path(name), found.path(name), path + "/" + name);
                if (difference.isPresent()) {
                    return difference;
                }
            }
        }
        return names(wanted)
                .filter(name -> !applied.has(FIELD + name))
                .map(name -> path + "/" + name)
                .filter(missing -> !IDENTITY.contains(missing))
                .findFirst();
    }

    private static Stream<String> names(JsonNode object) {
        return object.properties().stream().map(Map.Entry::getKey);
    }

    /** A list whose elements are merged one by one, each found by its key or being its own. */
    private static Optional<String> elements(JsonNode applied, JsonNode wanted, JsonNode found, String path) {
        int known = 0;
        for (Map.Entry<String, JsonNode> element : applied.properties()) {
            if (element.getKey().equals(ITSELF)) {
                continue;
            }
            known++;
            String place = path + "/" + element.getKey();
            Optional<String> difference = difference(
                    element.getValue(), pick(wanted, element.getKey()), pick(found, element.getKey()), place);
            if (difference.isPresent()) {
                return difference;
            }
        }
        return known == wanted.size() ? Optional.empty() : Optional.of(path);
    }

    private static JsonNode pick(JsonNode list, String selector) {
        for (JsonNode element : list) {
            if (selector.startsWith(KEY)
                    ? hasKey(element, parsed(selector.substring(KEY.length())))
                    : selector.startsWith(VALUE) && element.equals(parsed(selector.substring(VALUE.length())))) {
                return element;
            }
        }
        return MissingNode.getInstance();
    }

    private static boolean hasKey(JsonNode element, JsonNode key) {
        return key.properties().stream()
                .allMatch(part -> element.path(part.getKey())
                        .asText()
                        .equals(part.getValue().asText()));
    }

    private static boolean isWhole(JsonNode applied) {
        return applied.isEmpty() || (applied.size() == 1 && applied.has(ITSELF));
    }

    /** {@code atLeast}: what was found may have more fields than were wanted. */
    private static boolean same(JsonNode wanted, JsonNode found, String path, boolean atLeast) {
        if (wanted.isObject() && found.isObject()) {
            return (atLeast || wanted.size() == found.size())
                    && wanted.properties().stream()
                            .allMatch(field -> found.has(field.getKey())
                                    && same(
                                            field.getValue(),
                                            found.get(field.getKey()),
                                            path + "/" + field.getKey(),
                                            atLeast));
        }
        if (wanted.isArray() && found.isArray()) {
            Iterator<JsonNode> others = found.elements();
            return wanted.size() == found.size()
                    && wanted.valueStream().allMatch(element -> same(element, others.next(), path, atLeast));
        }
        return wanted.isValueNode()
                && found.isValueNode()
                && (wanted.asText().equals(found.asText())
                        || (isAmount(path) && amountsAreEqual(wanted.asText(), found.asText())));
    }

    /** Amounts come back in another form than they were sent: 1024Mi as 1Gi, 0.5 as 500m. */
    private static boolean isAmount(String path) {
        return path.contains("/requests/") || path.contains("/limits/");
    }

    private static boolean amountsAreEqual(String one, String other) {
        return Quantity.getAmountInBytes(Quantity.parse(one))
                        .compareTo(Quantity.getAmountInBytes(Quantity.parse(other)))
                == 0;
    }

    private static JsonNode parsed(String json) {
        try {
            return JSON.readTree(json);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("managed fields that are no JSON: " + json, e);
        }
    }
}
