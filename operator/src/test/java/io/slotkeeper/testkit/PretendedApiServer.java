package io.slotkeeper.testkit;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.StatusBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * What of an API server can be had without one: objects are kept as they were sent, each with a version that counts up and is
 * insisted on where a request names one. It knows no rules, defaults or managed fields, and all lists are empty.
 */
public final class PretendedApiServer implements AutoCloseable {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String STATUS = "/status";
    private static final String LIST = ".*/namespaces/[^/]+/[a-z]+";

    private final Map<String, ObjectNode> objects = new ConcurrentHashMap<>();
    private final Map<String, Integer> failures = new ConcurrentHashMap<>();
    private long version = 100;
    private final LoopbackServer server = new LoopbackServer(this::answer);

    public KubernetesClient client() {
        return server.client();
    }

    /** Puts an object there, as somebody else would. */
    public void put(String path, HasMetadata object) {
        keep(path, (ObjectNode) JSON.valueToTree(object));
    }

    /** What is there now. */
    public <T> Optional<T> get(String path, Class<T> kind) {
        return Optional.ofNullable(objects.get(path)).map(found -> Serialization.unmarshal(found.toString(), kind));
    }

    /** Answers with this code from now on to such requests whose path ends like this. */
    public void fail(String method, String end, int code) {
        failures.put(method + " " + end, code);
    }

    /** Does again what it is asked for. */
    public void recover() {
        failures.clear();
    }

    private synchronized void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            String path = exchange.getRequestURI().getPath();
            JsonNode body = JSON.readTree(exchange.getRequestBody().readAllBytes());
            Optional<Integer> failure = failures.entrySet().stream()
                    .filter(entry -> isMeant(entry.getKey(), exchange.getRequestMethod(), path))
                    .map(Map.Entry::getValue)
                    .findFirst();
            if (failure.isPresent()) {
                refuse(exchange, failure.get());
                return;
            }
            switch (exchange.getRequestMethod()) {
                case "GET" -> found(exchange, path);
                case "POST" ->
                    created(exchange, path + "/" + body.at("/metadata/name").asText(), (ObjectNode) body);
                default -> patched(exchange, path, (ObjectNode) body);
            }
        }
    }

    private static boolean isMeant(String failure, String method, String path) {
        int gap = failure.indexOf(" ");
        return failure.substring(0, gap).equals(method) && path.endsWith(failure.substring(gap + 1));
    }

    private void found(HttpExchange exchange, String path) throws IOException {
        ObjectNode object = objects.get(path);
        if (object != null) {
            send(exchange, 200, object);
        } else if (path.matches(LIST)) {
            send(exchange, 200, JSON.createObjectNode());
        } else {
            refuse(exchange, 404);
        }
    }

    private void created(HttpExchange exchange, String path, ObjectNode body) throws IOException {
        if (objects.containsKey(path)) {
            refuse(exchange, 409);
        } else {
            send(exchange, 201, keep(path, body));
        }
    }

    private void patched(HttpExchange exchange, String path, ObjectNode body) throws IOException {
        boolean isStatus = path.endsWith(STATUS);
        String of = isStatus ? path.substring(0, path.length() - STATUS.length()) : path;
        ObjectNode existing = objects.get(of);
        if (existing == null && isStatus) {
            refuse(exchange, 404);
            return;
        }
        JsonNode wanted = body.at("/metadata/resourceVersion");
        if (existing != null && !wanted.isMissingNode() && !wanted.equals(existing.at("/metadata/resourceVersion"))) {
            refuse(exchange, 409);
            return;
        }
        ObjectNode changed = existing == null ? body : existing.deepCopy();
        if (isStatus) {
            changed.set("status", body.get("status"));
        } else {
            merge(changed, body);
        }
        send(exchange, 200, keep(of, changed));
    }

    private static void merge(ObjectNode into, ObjectNode from) {
        from.properties().forEach(field -> {
            if (field.getValue() instanceof ObjectNode inner && into.get(field.getKey()) instanceof ObjectNode place) {
                merge(place, inner);
            } else {
                into.set(field.getKey(), field.getValue());
            }
        });
    }

    private ObjectNode keep(String path, ObjectNode object) {
        version++;
        object.withObject("/metadata").put("resourceVersion", Long.toString(version));
        objects.put(path, object);
        return object;
    }

    private static void refuse(HttpExchange exchange, int code) throws IOException {
        send(
                exchange,
                code,
                JSON.valueToTree(new StatusBuilder()
                        .withCode(code)
                        .withMessage("the answer is " + code)
                        .build()));
    }

    private static void send(HttpExchange exchange, int code, JsonNode body) throws IOException {
        byte[] bytes = JSON.writeValueAsBytes(body);
        exchange.getResponseHeaders().add("Content-Type", "application/json");
        exchange.sendResponseHeaders(code, bytes.length);
        exchange.getResponseBody().write(bytes);
    }

    @Override
    public void close() {
        server.close();
    }
}
