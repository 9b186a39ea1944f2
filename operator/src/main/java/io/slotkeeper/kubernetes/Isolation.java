package io.slotkeeper.kubernetes;

import io.fabric8.kubernetes.api.model.IntOrString;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicyBuilder;

/**
 * Only the cluster's own pods reach its bus, which knows no password: one message from another cluster at a reused address
 * would merge the two. Clients come from anywhere, and have to know the password.
 */
final class Isolation {
    private Isolation() {}

    static NetworkPolicy of(Blueprint blueprint) {
        return new NetworkPolicyBuilder()
                .withMetadata(blueprint.owned(blueprint.names().networkPolicy()))
                .withNewSpec()
                .withNewPodSelector()
                .withMatchLabels(Labels.of(blueprint.names()))
                .endPodSelector()
                .withPolicyTypes("Ingress")
                .addNewIngress()
                .addNewPort()
                .withProtocol(Ports.TCP)
                .withPort(new IntOrString(Ports.CLIENT))
                .endPort()
                .endIngress()
                .addNewIngress()
                .addNewFrom()
                .withNewPodSelector()
                .withMatchLabels(Labels.of(blueprint.names()))
                .endPodSelector()
                .endFrom()
                .addNewPort()
                .withProtocol(Ports.TCP)
                .withPort(new IntOrString(Ports.bus(blueprint.names())))
                .endPort()
                .endIngress()
                .endSpec()
                .build();
    }
}
