package io.slotkeeper.control;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpExchange;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.slotkeeper.testkit.LoopbackServer;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/** Listens like an API server and takes whatever is written to it, except for what a test has it refuse. */
final class ListeningApiServer implements AutoCloseable {
    private final List<String> written = new CopyOnWriteArrayList<>();
    private volatile String refused = "nothing";
    private volatile int code;
    private final AtomicInteger refusals = new AtomicInteger();
    private final LoopbackServer server = new LoopbackServer(this::answer);

    KubernetesClient client() {
        return server.client();
    }

    /** From now on it answers this to writes whose path contains the word. */
    void refuse(String word, int answer) {
        code = answer;
        refused = word;
    }

    int refusals() {
        return refusals.get();
    }

    /** What was written and taken: verb, path and body. */
    List<String> written() {
        return written;
    }

    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            String path = exchange.getRequestURI().getPath();
            String body = new String(exchange.getRequestBody().readAllBytes(), UTF_8);
            boolean refuses = path.contains(refused);
            if (refuses) {
                refusals.incrementAndGet();
            } else {
                written.add(exchange.getRequestMethod() + " " + path + " " + body);
            }
            byte[] answer = (refuses
                            ? "{\"kind\":\"Status\",\"apiVersion\":\"v1\",\"code\":%d,\"message\":\"so it is\"}"
                                    .formatted(code)
                            : "{\"metadata\":{\"resourceVersion\":\"101\"}}")
                    .getBytes(UTF_8);
            exchange.getResponseHeaders().set("Content-Type", "application/json");
            exchange.sendResponseHeaders(refuses ? code : 200, answer.length);
            exchange.getResponseBody().write(answer);
        }
    }

    @Override
    public void close() {
        server.close();
    }
}
