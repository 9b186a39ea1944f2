package io.slotkeeper.control;

import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.NodeCondition;
import io.fabric8.kubernetes.api.model.NodeStatusBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.informers.cache.BasicItemStore;
import io.fabric8.kubernetes.client.informers.cache.Cache;
import io.javaoperatorsdk.operator.api.config.informer.InformerEventSourceConfiguration;
import io.javaoperatorsdk.operator.api.reconciler.Constants;
import io.javaoperatorsdk.operator.api.reconciler.EventSourceContext;
import io.javaoperatorsdk.operator.processing.event.ResourceID;
import io.javaoperatorsdk.operator.processing.event.source.EventSource;
import io.javaoperatorsdk.operator.processing.event.source.informer.InformerEventSource;
import io.slotkeeper.api.RedisCluster;
import io.slotkeeper.plan.Machine;
import io.slotkeeper.plan.Machine.Silence;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.stream.Stream;

/** The machines that pods are on, cut down to what is read of them; the rest of them changes all the time and calls nobody. */
final class Machines {
    /** The label by which volumes name a machine. */
    static final String HOST = "kubernetes.io/hostname";

    private static final String READY = "Ready";

    /** Since when each silence has been seen: whoever waits for long must not be fooled by a clock that jumps. */
    private final Map<String, FirstSeen> silences = new ConcurrentHashMap<>();

    private Optional<InformerEventSource<Node, RedisCluster>> source = Optional.empty();

    private record FirstSeen(Instant since, long nanos) {}

    /** Watches them; {@code clustersOn} says whose pods are on the machine of a name. */
    EventSource<?, RedisCluster> eventSource(
            EventSourceContext<RedisCluster> context, Function<String, Set<ResourceID>> clustersOn) {
        InformerEventSource<Node, RedisCluster> nodes = new InformerEventSource<>(
                InformerEventSourceConfiguration.from(Node.class, RedisCluster.class)
                        .withSecondaryToPrimaryMapper(
                                node -> clustersOn.apply(node.getMetadata().getName()))
                        .withPrimaryToSecondaryMapper(cluster -> Set.of())
                        .withNamespaces(Set.of(Constants.WATCH_ALL_NAMESPACES))
                        .withOnUpdateFilter(Machines::isNews)
                        .withItemStore(new Trimmed())
                        .withComparableResourceVersion(false)
                        .build(),
                context);
        source = Optional.of(nodes);
        return nodes;
    }

    /** The one that a pod is on, if it is on one that is still known. */
    Optional<Machine> of(Pod pod) {
        return Optional.ofNullable(pod.getSpec())
                .flatMap(spec -> Optional.ofNullable(spec.getNodeName()))
                .flatMap(name -> source.flatMap(nodes -> nodes.get(new ResourceID(name))))
                .map(node -> of(node, System.nanoTime()));
    }

    /** The one of this host name if it is lost, and how that shows; nothing of one that is heard. */
    Optional<String> whatBecameOf(String host) {
        return source.flatMap(nodes -> {
            List<Node> there = nodes.list(node -> host.equals(host(node))).toList();
            return there.isEmpty()
                    ? Optional.of(host + ", which is not part of the Kubernetes cluster any more")
                    : there.stream()
                            .flatMap(node -> silentSince(node).stream())
                            .map(since -> host + ", of which nothing has been heard since " + since)
                            .findFirst();
        });
    }

    private static String host(Node node) {
        Map<String, String> labels = node.getMetadata().getLabels();
        return labels == null ? "" : labels.getOrDefault(HOST, "");
    }

    /** What is said of it, at a moment on the scale of {@link System#nanoTime}. */
    Machine of(Node node, long nanos) {
        String name = node.getMetadata().getName();
        Optional<Instant> since = silentSince(node);
        if (since.isEmpty()) {
            silences.remove(name);
        }
        return new Machine(
                name,
                isCordoned(node),
                since.map(when -> new Silence(when, Duration.ofNanos(nanos - first(name, when, nanos)))));
    }

    /** Another silence of the same machine counts anew, though nobody looked in between. */
    private long first(String machine, Instant since, long nanos) {
        return silences.compute(
                        machine,
                        (name, seen) -> seen != null && seen.since().equals(since) ? seen : new FirstSeen(since, nanos))
                .nanos();
    }

    private static boolean isCordoned(Node node) {
        return node.getSpec() != null && Boolean.TRUE.equals(node.getSpec().getUnschedulable());
    }

    /** A kubelet that says that it is not ready is heard. */
    private static Optional<Instant> silentSince(Node node) {
        return ready(node)
                .filter(condition -> "Unknown".equals(condition.getStatus()))
                .flatMap(condition -> Stream.ofNullable(condition.getLastTransitionTime()))
                .map(Instant::parse)
                .findFirst();
    }

    private static boolean isNews(Node after, Node before) {
        return isCordoned(after) != isCordoned(before) || !silentSince(after).equals(silentSince(before));
    }

    private static Stream<NodeCondition> ready(Node node) {
        return node.getStatus() == null || node.getStatus().getConditions() == null
                ? Stream.empty()
                : node.getStatus().getConditions().stream().filter(condition -> READY.equals(condition.getType()));
    }

    /** Keeps the names, whether it is cordoned, and whether it is ready. */
    static final class Trimmed extends BasicItemStore<Node> {
        Trimmed() {
            super(Cache::metaNamespaceKeyFunc);
        }

        @Override
        public Node put(String key, Node node) {
            node.getMetadata().setManagedFields(List.of());
            node.getMetadata().setAnnotations(null);
            node.getMetadata().setLabels(Map.of(HOST, host(node)));
            node.setStatus(
                    new NodeStatusBuilder().withConditions(ready(node).toList()).build());
            return super.put(key, node);
        }
    }
}
