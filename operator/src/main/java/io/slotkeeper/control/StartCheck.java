package io.slotkeeper.control;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.VersionInfo;
import io.quarkus.runtime.StartupEvent;
import io.slotkeeper.api.KubernetesVersion;
import jakarta.annotation.Priority;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import jakarta.interceptor.Interceptor;

/** Refuses to start on a Kubernetes that is too old, before anything is watched or changed. */
@Singleton
final class StartCheck {
    private final KubernetesClient client;

    StartCheck(KubernetesClient client) {
        this.client = client;
    }

    void onStart(@Observes @Priority(Interceptor.Priority.LIBRARY_BEFORE) StartupEvent start) {
        VersionInfo info = client.getKubernetesVersion();
        require(KubernetesVersion.of(info.getMajor(), info.getMinor()));
    }

    static void require(KubernetesVersion found) {
        if (!found.suffices()) {
            throw new IllegalStateException("this is Kubernetes " + found + ", and Slotkeeper needs "
                    + KubernetesVersion.OLDEST + " or newer: an older one would let through changes that lose data");
        }
    }
}
