package io.slotkeeper.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.StatusCause;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.slotkeeper.testkit.EmbeddedKubernetes;
import io.slotkeeper.testkit.InstalledCrd;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * RedisClusters as users write them, on a real API server, in a namespace of its own. Whatever stays there is paused, so that
 * an operator that happens to run makes no pods of it; everything else is a dry run.
 */
final class ApiServer implements AutoCloseable {
    private final EmbeddedKubernetes kubernetes = EmbeddedKubernetes.running();
    private final KubernetesClient client = kubernetes.client();
    private final AtomicInteger created = new AtomicInteger();
    private final String namespace;

    ApiServer() {
        InstalledCrd.ensure(client);
        namespace = kubernetes.newNamespace("schema");
    }

    KubernetesClient client() {
        return client;
    }

    String namespace() {
        return namespace;
    }

    /** What the API server would make of the manifest. */
    GenericKubernetesResource tried(GenericKubernetesResource resource) {
        return client.resource(resource).inNamespace(namespace).dryRun().create();
    }

    /** What the API server would make of a change. */
    GenericKubernetesResource triedInstead(GenericKubernetesResource resource) {
        return client.resource(resource).inNamespace(namespace).dryRun().update();
    }

    /** Creates a paused cluster. */
    GenericKubernetesResource created(String fields) {
        return client.resource(cluster("paused: true" + (fields.isEmpty() ? "" : ", " + fields)))
                .inNamespace(namespace)
                .create();
    }

    /** Writes into the status, as a manager of that name. */
    void report(GenericKubernetesResource resource, String manager, String status) {
        GenericKubernetesResource patch = named(resource.getMetadata().getName(), "spec: {}\nstatus: " + status);
        patch.getAdditionalProperties().remove("spec");
        client.resource(patch)
                .inNamespace(namespace)
                .subresource("status")
                .patch(new PatchContext.Builder()
                        .withPatchType(PatchType.SERVER_SIDE_APPLY)
                        .withFieldManager(manager)
                        .withForce(true)
                        .build());
    }

    /** Today's state of a cluster. */
    RedisCluster read(GenericKubernetesResource resource) {
        return client.resources(RedisCluster.class)
                .inNamespace(namespace)
                .withName(resource.getMetadata().getName())
                .require();
    }

    /** A cluster with these fields of the specification, under a name that nobody had before. */
    GenericKubernetesResource cluster(String fields) {
        return named("cluster-" + created.incrementAndGet(), "spec: {" + fields + "}");
    }

    /** The same cluster with another specification. */
    static GenericKubernetesResource with(GenericKubernetesResource resource, String fields) {
        return named(
                resource.getMetadata().getName(),
                "spec: {paused: true" + (fields.isEmpty() ? "" : ", " + fields) + "}");
    }

    static GenericKubernetesResource named(String name, String rest) {
        return Serialization.unmarshal(
                "apiVersion: slotkeeper.io/v1alpha1\nkind: RedisCluster\nmetadata: {name: \"" + name + "\"}\n" + rest,
                GenericKubernetesResource.class);
    }

    static void assertRefused(Runnable attempt, String field, String sentence) {
        assertThatThrownBy(attempt::run).isInstanceOfSatisfying(KubernetesClientException.class, refusal -> {
            // One mistake is one line for the user, and it names the field.
            assertThat(causes(refusal)).singleElement().satisfies(cause -> {
                assertThat(cause.getField()).isEqualTo(field);
                assertThat(cause.getMessage()).contains(sentence);
            });
        });
    }

    /** What is wrong, without the note that rules are only checked when the types are right. */
    private static List<StatusCause> causes(KubernetesClientException refusal) {
        return refusal.getStatus().getDetails().getCauses().stream()
                .filter(cause -> !cause.getMessage().contains("some validation rules were not checked"))
                .toList();
    }

    @Override
    public void close() {
        kubernetes.removeNamespace(namespace);
    }
}
