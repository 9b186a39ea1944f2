package io.slotkeeper.control;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.PersistentVolume;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodSpecBuilder;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServiceAccount;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;
import io.fabric8.kubernetes.api.model.storage.StorageClass;
import io.fabric8.kubernetes.client.informers.cache.BasicItemStore;
import io.fabric8.kubernetes.client.informers.cache.Cache;
import io.javaoperatorsdk.operator.api.config.informer.InformerEventSourceConfiguration;
import io.javaoperatorsdk.operator.api.reconciler.EventSourceContext;
import io.javaoperatorsdk.operator.processing.event.ResourceID;
import io.javaoperatorsdk.operator.processing.event.source.EventSource;
import io.javaoperatorsdk.operator.processing.event.source.informer.InformerEventSource;
import io.slotkeeper.api.RedisCluster;
import io.slotkeeper.kubernetes.ApiServer;
import io.slotkeeper.kubernetes.Labels;
import io.slotkeeper.kubernetes.Lookup;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What is watched of every cluster: all that carries our labels, cut down to what anybody here reads. Any change calls for a
 * pass over the cluster named by the label. What is not found in here is asked for: it may be somebody else's.
 *
 * <p>Each namespace has sources of its own, for the sake of their stores: a source of several namespaces lists them one by one
 * into its one store, and whatever is missing in the list of one namespace counts as deleted.
 */
final class Watches implements Lookup {
    /** The kinds that are listed and watched, in all watched namespaces. */
    static final List<Class<? extends HasMetadata>> KINDS = List.of(
            Pod.class,
            StatefulSet.class,
            Secret.class,
            Service.class,
            ConfigMap.class,
            ServiceAccount.class,
            NetworkPolicy.class,
            PodDisruptionBudget.class);

    private final Map<Class<?>, List<? extends InformerEventSource<? extends HasMetadata, RedisCluster>>> sources =
            new LinkedHashMap<>();
    private final Machines machines = new Machines();
    private final ApiServer server;

    Watches(ApiServer server) {
        this.server = server;
    }

    List<EventSource<?, RedisCluster>> eventSources(EventSourceContext<RedisCluster> context) {
        Set<String> namespaces = context.getControllerConfiguration().getEffectiveNamespaces();
        KINDS.forEach(kind -> sources.put(
                kind,
                namespaces.stream()
                        .map(namespace -> source(kind, namespace, context))
                        .toList()));
        List<EventSource<?, RedisCluster>> all = new ArrayList<>();
        sources.values().forEach(all::addAll);
        all.add(machines.eventSource(context, this::clustersOn));
        return all;
    }

    /** What pods stand on. */
    Underneath underneath() {
        return new Underneath(machines, this);
    }

    private Set<ResourceID> clustersOn(String machine) {
        return sources.getOrDefault(Pod.class, List.of()).stream()
                .flatMap(source -> source.list(pod -> pod instanceof Pod on
                        && on.getSpec() != null
                        && machine.equals(on.getSpec().getNodeName())))
                .flatMap(pod -> clusterOf(pod).stream())
                .collect(Collectors.toSet());
    }

    @Override
    public <T extends HasMetadata> Optional<T> find(Class<T> kind, String namespace, String name) {
        ResourceID id = new ResourceID(name, namespace);
        return sources.getOrDefault(kind, List.of()).stream()
                .flatMap(source -> source.get(id).stream())
                .findFirst()
                .map(kind::cast)
                .or(() -> server.find(kind, namespace, name));
    }

    @Override
    public List<PersistentVolumeClaim> claims(String namespace) {
        return server.claims(namespace);
    }

    @Override
    public Optional<PersistentVolume> volume(String name) {
        return server.volume(name);
    }

    @Override
    public List<StorageClass> storageClasses() {
        return server.storageClasses();
    }

    private static <T extends HasMetadata> InformerEventSource<T, RedisCluster> source(
            Class<T> kind, String namespace, EventSourceContext<RedisCluster> context) {
        String labels = Labels.ofAll().entrySet().stream()
                .map(label -> label.getKey() + "=" + label.getValue())
                .sorted()
                .collect(Collectors.joining(","));
        return new InformerEventSource<>(
                InformerEventSourceConfiguration.from(kind, RedisCluster.class)
                        .withName(kind.getSimpleName() + " in " + namespace)
                        .withLabelSelector(labels)
                        .withSecondaryToPrimaryMapper(Watches::clusterOf)
                        .withNamespaces(namespace)
                        .withItemStore(new Trimmed<>())
                        .withComparableResourceVersion(false)
                        .build(),
                context);
    }

    private static Set<ResourceID> clusterOf(HasMetadata object) {
        return Labels.clusterOf(object)
                .map(name -> Set.of(new ResourceID(name, object.getMetadata().getNamespace())))
                .orElse(Set.of());
    }

    /** Keeps of each object what is read: of a pod the status and where it is, of everything else not what others have written. */
    static final class Trimmed<T extends HasMetadata> extends BasicItemStore<T> {
        Trimmed() {
            super(Cache::metaNamespaceKeyFunc);
        }

        @Override
        public T put(String key, T object) {
            object.getMetadata()
                    .getManagedFields()
                    .removeIf(entry -> object instanceof Pod || !ApiServer.FIELD_MANAGER.equals(entry.getManager()));
            if (object instanceof Pod pod) {
                pod.setSpec(new PodSpecBuilder()
                        .withNodeName(
                                pod.getSpec() == null ? null : pod.getSpec().getNodeName())
                        .build());
                pod.getMetadata().setAnnotations(null);
            }
            return super.put(key, object);
        }
    }
}
