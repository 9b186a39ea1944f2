package io.slotkeeper.kubernetes;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.PersistentVolume;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.ResourceQuotaBuilder;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.storage.StorageClass;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.slotkeeper.api.RedisCluster;
import io.slotkeeper.testkit.EmbeddedKubernetes;
import io.slotkeeper.testkit.Eventually;
import io.slotkeeper.testkit.InstalledCrd;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * A namespace of the embedded Kubernetes for one cluster. It has no room for pods, and the clusters in it are paused: an
 * operator that happens to be there leaves them to the test.
 */
final class Namespace implements AutoCloseable {
    /** What Kubernetes itself puts into every namespace. */
    private static final Set<String> NOT_OURS = Set.of("kube-root-ca.crt", "default");

    private final EmbeddedKubernetes kubernetes = EmbeddedKubernetes.running();
    private final KubernetesClient client = kubernetes.client();
    private final String name;
    private final ApiServer server = new ApiServer(client);
    private final Wanted wanted = new Wanted();
    private final Provision provision =
            new Provision(server, server, NodeDefaults.withImagesAt("localhost/slotkeeper-node"));

    Namespace() {
        InstalledCrd.ensure(client);
        name = kubernetes.newNamespace("provision");
        limit("pods", 0);
    }

    String name() {
        return name;
    }

    /** Creates the cluster `cart`. */
    RedisCluster create(String spec) {
        RedisCluster cluster = Examples.drawn(spec + "paused: true\n");
        cluster.getMetadata().setNamespace(name);
        cluster.getMetadata().setUid(null);
        return client.resource(cluster).create();
    }

    Provided provide(RedisCluster cluster) {
        return provision.provide(cluster, wanted);
    }

    /** As an operator whose caches have heard of nothing. */
    Provided provideBlindly(RedisCluster cluster) {
        Lookup blind = new Lookup() {
            @Override
            public <T extends HasMetadata> Optional<T> find(Class<T> kind, String namespace, String name) {
                return Optional.empty();
            }

            @Override
            public Optional<PersistentVolume> volume(String name) {
                return Optional.empty();
            }

            @Override
            public List<PersistentVolumeClaim> claims(String namespace) {
                return List.of();
            }

            @Override
            public List<StorageClass> storageClasses() {
                return server.storageClasses();
            }
        };
        return new Provision(server, blind, NodeDefaults.withImagesAt("localhost/slotkeeper-node"))
                .provide(cluster, new Wanted());
    }

    /** Allows so many objects of a kind. */
    void limit(String what, int count) {
        put(new ResourceQuotaBuilder()
                .withNewMetadata()
                .withGenerateName("limit-")
                .endMetadata()
                .withNewSpec()
                .addToHard(what, new Quantity(Integer.toString(count)))
                .endSpec()
                .build());
    }

    void put(HasMetadata object) {
        client.resource(object).inNamespace(name).create();
    }

    <T extends HasMetadata> T get(Class<T> kind, String object) {
        return client.resources(kind).inNamespace(name).withName(object).require();
    }

    <T extends HasMetadata> void edit(Class<T> kind, String object, Consumer<T> change) {
        EmbeddedKubernetes.edit(client.resources(kind).inNamespace(name).withName(object), change);
    }

    void delete(Class<? extends HasMetadata> kind, String object) {
        client.resources(kind).inNamespace(name).withName(object).delete();
        Eventually.eventually(
                object + " is deleted",
                Duration.ofSeconds(10),
                () -> client.resources(kind).inNamespace(name).withName(object).get() == null);
    }

    void awaitClaims(int count) {
        Eventually.eventually(count + " claims are there", Duration.ofSeconds(30), () -> {
            Eventually.pause(Duration.ofMillis(100));
            return claims().size() == count;
        });
    }

    /** The uids of the claims. */
    List<String> claims() {
        return client.persistentVolumeClaims().inNamespace(name).list().getItems().stream()
                .map(claim -> claim.getMetadata().getUid())
                .sorted()
                .toList();
    }

    /** The contents of the Secrets by their names. */
    Map<String, Map<String, String>> secrets() {
        Map<String, Map<String, String>> contents = new HashMap<>();
        objects(Secret.class)
                .forEach(secret -> contents.put(secret.getMetadata().getName(), secret.getData()));
        return contents;
    }

    /** Which kinds there are any objects of. */
    List<String> kinds() {
        return List.copyOf(new TreeSet<>(all().map(HasMetadata::getKind).toList()));
    }

    /** The version of every object that no controller keeps writing a status into. */
    Map<String, String> resourceVersions() {
        Map<String, String> versions = new TreeMap<>();
        all().filter(object -> !Set.of("StatefulSet", "PodDisruptionBudget", "PersistentVolumeClaim")
                        .contains(object.getKind()))
                .forEach(object -> versions.put(
                        object.getKind() + "/" + object.getMetadata().getName(),
                        object.getMetadata().getResourceVersion()));
        return versions;
    }

    @Override
    public void close() {
        kubernetes.removeNamespace(name);
    }

    private Stream<? extends HasMetadata> all() {
        return Stream.concat(ApiServer.APPLIED.stream(), Stream.of(PersistentVolumeClaim.class))
                .flatMap(this::objects);
    }

    private <T extends HasMetadata> Stream<T> objects(Class<T> kind) {
        return client.resources(kind).inNamespace(name).list().getItems().stream()
                .filter(object -> !NOT_OURS.contains(object.getMetadata().getName()));
    }
}
