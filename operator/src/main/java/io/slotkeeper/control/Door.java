package io.slotkeeper.control;

import io.fabric8.kubernetes.api.model.EventBuilder;
import io.fabric8.kubernetes.api.model.MicroTime;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.slotkeeper.api.RedisCluster;
import io.slotkeeper.api.RedisClusterStatus;
import io.slotkeeper.kubernetes.ApiServer;
import jakarta.inject.Singleton;
import java.net.HttpURLConnection;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.jboss.logging.Logger;

/** What the loop itself reads from and writes to the API server; the objects of a cluster are applied elsewhere. */
@Singleton
final class Door {
    private static final Logger LOG = Logger.getLogger(Door.class);
    private static final PatchContext APPLY = new PatchContext.Builder()
            .withPatchType(PatchType.SERVER_SIDE_APPLY)
            .withFieldManager(ApiServer.FIELD_MANAGER)
            .withForce(true)
            .build();
    private static final PatchContext MERGE = new PatchContext.Builder()
            .withPatchType(PatchType.JSON_MERGE)
            .withFieldManager(ApiServer.FIELD_MANAGER)
            .build();

    private final KubernetesClient client;

    Door(KubernetesClient client) {
        this.client = client;
    }

    /**
     * Writes the status and answers the version of the resource that has it; none when the resource was deleted meanwhile. It is
     * written over the version of the resource that it was made from and over no other, else a cluster that was deleted and
     * created again would get the formedAt of its predecessor, and an operator whose cache is behind would take one back.
     * Whoever is late gets a conflict, and with it another pass. A uid would not do: API servers ignore it in a status.
     */
    OptionalLong report(RedisCluster cluster, RedisClusterStatus status) {
        RedisCluster written = new RedisCluster();
        written.setMetadata(named(cluster));
        written.setStatus(status);
        try {
            return OptionalLong.of(Long.parseLong(client.resource(written)
                    .subresource("status")
                    .patch(APPLY, written)
                    .getMetadata()
                    .getResourceVersion()));
        } catch (KubernetesClientException e) {
            if (e.getCode() == HttpURLConnection.HTTP_NOT_FOUND) {
                return OptionalLong.empty();
            }
            throw e;
        }
    }

    /** Deletes this very pod; one of the same name that came after it stays. */
    void deletePod(String namespace, String name, String uid) {
        deletePod(namespace, name, Map.of("preconditions", Map.of("uid", uid)));
    }

    /** Has this very pod be gone at once, whatever its machine says of it. */
    void forsakePod(String namespace, String name, String uid) {
        deletePod(namespace, name, Map.of("preconditions", Map.of("uid", uid), "gracePeriodSeconds", 0));
    }

    private void deletePod(String namespace, String name, Map<String, Object> options) {
        delete(namespace, "pods", name, options);
    }

    /** Deletes this very claim, and the volume with it if its class says so. */
    void deleteClaim(String namespace, String name, String uid) {
        delete(namespace, "persistentvolumeclaims", name, Map.of("preconditions", Map.of("uid", uid)));
    }

    private void delete(String namespace, String kind, String name, Map<String, Object> options) {
        Map<String, Object> body = new HashMap<>(options);
        body.put("apiVersion", "v1");
        body.put("kind", "DeleteOptions");
        client.raw("/api/v1/namespaces/" + namespace + "/" + kind + "/" + name, "DELETE", body);
    }

    /** Sets a label on this very pod, or takes it away. */
    void label(Pod pod, String name, Optional<String> value) {
        client.resource(pod)
                .patch(
                        MERGE,
                        "{\"metadata\":{\"uid\":\"%s\",\"labels\":{\"%s\":%s}}}"
                                .formatted(
                                        pod.getMetadata().getUid(),
                                        name,
                                        value.map(word -> "\"" + word + "\"").orElse("null")));
    }

    /** Tells people what was decided or what is wrong; that nobody could be told is no reason to stop. */
    void announce(RedisCluster cluster, boolean warning, String reason, String message) {
        Instant now = Instant.now();
        try {
            client.resource(new EventBuilder()
                            .withNewMetadata()
                            .withNamespace(cluster.getMetadata().getNamespace())
                            .withGenerateName(cluster.getMetadata().getName() + "-")
                            .endMetadata()
                            .withNewInvolvedObject()
                            .withApiVersion(cluster.getApiVersion())
                            .withKind(cluster.getKind())
                            .withNamespace(cluster.getMetadata().getNamespace())
                            .withName(cluster.getMetadata().getName())
                            .withUid(cluster.getMetadata().getUid())
                            .endInvolvedObject()
                            .withType(warning ? "Warning" : "Normal")
                            .withReason(reason)
                            .withAction(reason)
                            .withMessage(message)
                            .withEventTime(new MicroTime(
                                    now.truncatedTo(ChronoUnit.MICROS).toString()))
                            .withFirstTimestamp(
                                    now.truncatedTo(ChronoUnit.SECONDS).toString())
                            .withLastTimestamp(
                                    now.truncatedTo(ChronoUnit.SECONDS).toString())
                            .withCount(1)
                            .withReportingComponent(ApiServer.FIELD_MANAGER)
                            .withReportingInstance(ApiServer.FIELD_MANAGER)
                            .withNewSource()
                            .withComponent(ApiServer.FIELD_MANAGER)
                            .endSource()
                            .build())
                    .create();
        } catch (KubernetesClientException nobodyListens) {
            LOG.warnf("event %s could not be written: %s", reason, nobodyListens.getMessage());
        }
    }

    private static ObjectMeta named(RedisCluster cluster) {
        return new ObjectMetaBuilder()
                .withNamespace(cluster.getMetadata().getNamespace())
                .withName(cluster.getMetadata().getName())
                .withResourceVersion(cluster.getMetadata().getResourceVersion())
                .build();
    }
}
