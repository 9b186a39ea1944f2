package io.slotkeeper.control;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.javaoperatorsdk.operator.api.config.BaseConfigurationService;
import io.javaoperatorsdk.operator.api.config.ControllerConfiguration;
import io.javaoperatorsdk.operator.api.config.ControllerConfigurationOverrider;
import io.javaoperatorsdk.operator.api.config.Utils;
import io.javaoperatorsdk.operator.api.reconciler.Constants;
import io.javaoperatorsdk.operator.api.reconciler.Context;
import io.javaoperatorsdk.operator.api.reconciler.EventSourceContext;
import io.javaoperatorsdk.operator.api.reconciler.Reconciler;
import io.javaoperatorsdk.operator.api.reconciler.UpdateControl;
import io.javaoperatorsdk.operator.processing.event.source.EventSource;
import io.javaoperatorsdk.operator.processing.event.source.informer.InformerEventSource;
import io.slotkeeper.api.RedisCluster;
import io.slotkeeper.kubernetes.ApiServer;
import io.slotkeeper.testkit.LoopbackServer;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What is seen in several namespaces. On this API server there is the pod of a cluster in each of them, and nothing else. */
@Tag("unit")
class WatchedNamespacesTest {
    private static final Pattern PODS = Pattern.compile("/api/v1(/namespaces/(?<one>[a-z]+))?/pods");
    private static final List<String> NAMESPACES = List.of("shop", "pay", "post");

    private final AtomicInteger singles = new AtomicInteger();
    private final LoopbackServer server = new LoopbackServer(this::answer);
    private final Watches watches = new Watches(new ApiServer(server.client()));
    private List<EventSource<?, RedisCluster>> sources = List.of();

    @AfterEach
    void stop() {
        sources.forEach(EventSource::stop);
        server.close();
    }

    @Test
    void aNamespaceDoesNotTakeFromSightWhatIsInAnother() {
        watch("shop", "pay");
        assertThat(seenIn("shop")).isEqualTo("pod-in-shop");
        assertThat(seenIn("pay")).isEqualTo("pod-in-pay");
        assertThat(singles).as("asked for by name").hasValue(0);
    }

    @Test
    void whatIsInNoWatchedNamespaceIsNotWatched() {
        watch("shop", "pay");
        assertThat(watches.find(Pod.class, "post", "cart-0-0")).isEmpty();
        assertThat(singles).as("asked for by name").hasValue(1);
    }

    @Test
    void withoutNamespacesAllAreWatched() {
        watch(Constants.WATCH_ALL_NAMESPACES);
        assertThat(NAMESPACES).allSatisfy(each -> assertThat(seenIn(each)).isEqualTo("pod-in-" + each));
        assertThat(singles).as("asked for by name").hasValue(0);
    }

    private String seenIn(String namespace) {
        return watches.find(Pod.class, namespace, "cart-0-0")
                .map(pod -> pod.getMetadata().getUid())
                .orElse("none");
    }

    /** Does what the framework does when the operator starts. */
    @SuppressWarnings({"rawtypes", "unchecked"})
    private void watch(String... namespaces) {
        KubernetesClient client = server.client();
        client.getConfiguration().setOnlyHttpWatches(true);
        BaseConfigurationService framework = new BaseConfigurationService(Utils.VERSION, null, client);
        ControllerConfiguration<RedisCluster> configuration = ControllerConfigurationOverrider.override(
                        framework.getConfigurationFor(new Idle()))
                .settingNamespaces(namespaces)
                .build();
        sources = watches.eventSources(new EventSourceContext<>(null, configuration, client, RedisCluster.class));
        for (EventSource<?, RedisCluster> source : sources) {
            ((InformerEventSource) source).setControllerConfiguration(configuration);
            source.start();
        }
    }

    private void answer(HttpExchange exchange) throws IOException {
        String path = exchange.getRequestURI().getPath();
        if (String.valueOf(exchange.getRequestURI().getQuery()).contains("watch=true")) {
            // A watch on which nothing ever happens.
            exchange.sendResponseHeaders(200, 0);
            exchange.getResponseBody().flush();
            return;
        }
        Matcher pods = PODS.matcher(path);
        if (path.endsWith("/cart-0-0")) {
            singles.incrementAndGet();
            send(exchange, 404, "{\"kind\": \"Status\", \"code\": 404}");
        } else if (pods.matches()) {
            List<String> listed = pods.group("one") == null ? NAMESPACES : List.of(pods.group("one"));
            send(
                    exchange,
                    200,
                    list(listed.stream().map(WatchedNamespacesTest::pod).toList()));
        } else {
            send(exchange, 200, list(List.of()));
        }
    }

    private static String list(List<String> items) {
        return "{\"metadata\": {\"resourceVersion\": \"100\"}, \"items\": [" + String.join(",", items) + "]}";
    }

    private static String pod(String namespace) {
        return """
                {"metadata": {"name": "cart-0-0", "namespace": "%1$s", "uid": "pod-in-%1$s", "resourceVersion": "7",
                 "labels": {"slotkeeper.io/cluster": "cart"}}}""".formatted(namespace);
    }

    private static void send(HttpExchange exchange, int code, String body) throws IOException {
        try (exchange) {
            byte[] bytes = body.getBytes(UTF_8);
            exchange.getResponseHeaders().set("Content-Type", "application/json");
            exchange.sendResponseHeaders(code, bytes.length);
            exchange.getResponseBody().write(bytes);
        }
    }

    private static final class Idle implements Reconciler<RedisCluster> {
        @Override
        public UpdateControl<RedisCluster> reconcile(RedisCluster cluster, Context<RedisCluster> context) {
            return UpdateControl.noUpdate();
        }
    }
}
