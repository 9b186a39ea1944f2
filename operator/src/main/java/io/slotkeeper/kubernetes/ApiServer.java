package io.slotkeeper.kubernetes;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.PersistentVolume;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServiceAccount;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;
import io.fabric8.kubernetes.api.model.storage.StorageClass;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.net.HttpURLConnection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The one door of this package to the API server: whatever it asks or changes there, it does by a method of this class. */
public final class ApiServer implements Lookup {
    /** The name under which the operator writes. */
    public static final String FIELD_MANAGER = Labels.SLOTKEEPER;

    /** What is applied, which takes the verbs get, create and patch. */
    static final List<Class<? extends HasMetadata>> APPLIED = List.of(
            ConfigMap.class,
            NetworkPolicy.class,
            PodDisruptionBudget.class,
            Secret.class,
            Service.class,
            ServiceAccount.class,
            StatefulSet.class);

    private final KubernetesClient client;

    public ApiServer(KubernetesClient client) {
        this.client = client;
    }

    @Override
    public <T extends HasMetadata> Optional<T> find(Class<T> kind, String namespace, String name) {
        return Optional.ofNullable(
                client.resources(kind).inNamespace(namespace).withName(name).get());
    }

    @Override
    public List<PersistentVolumeClaim> claims(String namespace) {
        return client.persistentVolumeClaims().inNamespace(namespace).list().getItems();
    }

    @Override
    public Optional<PersistentVolume> volume(String name) {
        return Optional.ofNullable(client.persistentVolumes().withName(name).get());
    }

    @Override
    public List<StorageClass> storageClasses() {
        return client.storage().v1().storageClasses().list().getItems();
    }

    /** Makes the object what it is wanted to be, and leaves fields alone that nobody here has an opinion on. */
    <T extends HasMetadata> T apply(T wanted) {
        if (!APPLIED.contains(wanted.getClass())) {
            throw new IllegalArgumentException(wanted.getKind() + " is not among what the operator may apply");
        }
        return client.resource(wanted)
                .fieldManager(FIELD_MANAGER)
                .forceConflicts()
                .serverSideApply();
    }

    /** Creates a Secret, or changes nothing at all when there is one: whoever was first has generated what counts. */
    Optional<Secret> create(Secret wanted) {
        try {
            return Optional.of(client.resource(wanted).create());
        } catch (KubernetesClientException e) {
            if (e.getCode() == HttpURLConnection.HTTP_CONFLICT) {
                return Optional.empty();
            }
            throw e;
        }
    }

    /** Decides who owns a Secret, and with that whether it outlives its cluster, and labels it. What is in it stays as it is. */
    Secret handOver(Secret existing, ObjectMeta wanted) {
        Map<String, Object> metadata = new LinkedHashMap<>();
        metadata.put("resourceVersion", existing.getMetadata().getResourceVersion());
        metadata.put("ownerReferences", wanted.getOwnerReferences());
        metadata.put("labels", wanted.getLabels());
        return client.resource(existing)
                .patch(
                        new PatchContext.Builder()
                                .withPatchType(PatchType.JSON_MERGE)
                                .withFieldManager(FIELD_MANAGER)
                                .build(),
                        client.getKubernetesSerialization().asJson(Map.of("metadata", metadata)));
    }
}
