package io.slotkeeper.testkit;

import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;

/** The CRDs of crds/ on the embedded Kubernetes. They are never removed: whoever runs at the same time uses them too. */
public final class InstalledCrd {
    private static final String SCHEMA = "/openapi/v3/apis/slotkeeper.io/v1alpha1";
    /** Under another name than kubectl's, fields that were taken out of the CRD would stay because of the other's claim. */
    private static final String AS_USERS_DO = "kubectl";

    private static final Duration AT_MOST = Duration.ofSeconds(20);

    private InstalledCrd() {}

    /** Brings the CRDs up to date, if they are not, and returns when the API server goes by them. */
    public static void ensure(KubernetesClient client) {
        for (CustomResourceDefinition crd : committed()) {
            long before = generation(client, crd);
            String schema = published(client);
            long after = client.resource(crd)
                    .forceConflicts()
                    .fieldManager(AS_USERS_DO)
                    .serverSideApply()
                    .getMetadata()
                    .getGeneration();
            Eventually.eventually("the CRD is served", AT_MOST, () -> isEstablished(client, crd));
            if (after != before) {
                Eventually.eventually(
                        "the schema is published",
                        AT_MOST,
                        () -> !published(client).equals(schema));
            }
        }
    }

    private static List<CustomResourceDefinition> committed() {
        try (Stream<Path> files = Files.list(Engine.repository().resolve("crds"))) {
            return files.filter(file -> file.toString().endsWith(".slotkeeper.io.yaml"))
                    .map(InstalledCrd::read)
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static CustomResourceDefinition read(Path file) {
        try {
            return Serialization.unmarshal(Files.readString(file), CustomResourceDefinition.class);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static long generation(KubernetesClient client, CustomResourceDefinition crd) {
        CustomResourceDefinition installed = client.resource(crd).get();
        return installed == null ? 0 : installed.getMetadata().getGeneration();
    }

    private static boolean isEstablished(KubernetesClient client, CustomResourceDefinition crd) {
        CustomResourceDefinition installed = client.resource(crd).get();
        return installed != null
                && installed.getStatus() != null
                // A moment after the definition was taken there are none.
                && installed.getStatus().getConditions() != null
                && installed.getStatus().getConditions().stream()
                        .anyMatch(condition -> condition.getType().equals("Established")
                                && condition.getStatus().equals("True"));
    }

    private static String published(KubernetesClient client) {
        String schema = client.raw(SCHEMA);
        return schema == null ? "" : schema;
    }
}
