package io.slotkeeper.testkit;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** What the API server wrote down of the requests that it got: who asked for what, and what came of it. */
public final class AuditLog {
    private static final Path FILE = Engine.repository().resolve("build/kube-state/audit.log");
    private static final ObjectMapper JSON = new ObjectMapper();

    private final long from;

    private AuditLog(long from) {
        this.from = from;
    }

    /** Everything since the API server was started. */
    public static AuditLog whole() {
        return new AuditLog(0);
    }

    /** What comes after now. */
    public static AuditLog fromNow() {
        try {
            return new AuditLog(Files.size(FILE));
        } catch (IOException e) {
            throw new UncheckedIOException("the audit log is missing: " + EmbeddedKubernetes.ADVICE, e);
        }
    }

    /** One request; {@code resource} is written as in a rule: `pods`, `redisclusters/status`. */
    public record Request(
            String verb, String group, String resource, String namespace, String name, int code, String message) {
        private static final List<String> READING = List.of("get", "list", "watch");

        /** Whether it could have changed something. */
        public boolean writes() {
            return !READING.contains(verb);
        }

        /** Whether a right was missing; in a namespace that is going away nobody may create anything. */
        public boolean lackedARight() {
            return code == 403 && !message.contains("because it is being terminated");
        }

        /** Whether something came to be by it. */
        public boolean created() {
            return code == 201;
        }
    }

    /** The requests of a service account for resources, in their order. */
    public List<Request> of(String namespace, String serviceAccount) {
        String user = "system:serviceaccount:" + namespace + ":" + serviceAccount;
        return lines().stream()
                .filter(line -> line.contains(user))
                .map(AuditLog::parsed)
                .filter(event -> event.path("user").path("username").asText().equals(user))
                .filter(event -> event.has("objectRef"))
                .map(AuditLog::request)
                .toList();
    }

    private static Request request(JsonNode event) {
        JsonNode object = event.path("objectRef");
        String part = object.path("subresource").asText();
        return new Request(
                event.path("verb").asText(),
                object.path("apiGroup").asText(),
                object.path("resource").asText() + (part.isEmpty() ? "" : "/" + part),
                object.path("namespace").asText(),
                object.path("name").asText(),
                event.path("responseStatus").path("code").asInt(),
                event.path("responseStatus").path("message").asText());
    }

    private static JsonNode parsed(String line) {
        try {
            return JSON.readTree(line);
        } catch (IOException e) {
            throw new UncheckedIOException("a line of the audit log: " + line, e);
        }
    }

    /** Whole lines only: the last one may be in the making. */
    private List<String> lines() {
        try (RandomAccessFile file = new RandomAccessFile(FILE.toFile(), "r")) {
            byte[] bytes = new byte[Math.toIntExact(file.length() - from)];
            file.seek(from);
            file.readFully(bytes);
            String text = new String(bytes, StandardCharsets.UTF_8);
            return text.substring(0, text.lastIndexOf('\n') + 1).lines().toList();
        } catch (IOException e) {
            throw new UncheckedIOException("the audit log is missing: " + EmbeddedKubernetes.ADVICE, e);
        }
    }
}
