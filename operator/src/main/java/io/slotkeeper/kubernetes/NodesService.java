package io.slotkeeper.kubernetes;

import io.fabric8.kubernetes.api.model.IntOrString;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServiceBuilder;

/** Gives each pod a name. A node must be found before it is ready: a fenced one asks its peers whether it may be. */
final class NodesService {
    private NodesService() {}

    static Service of(Blueprint blueprint) {
        return new ServiceBuilder()
                .withMetadata(blueprint.owned(blueprint.names().nodesService()))
                .withNewSpec()
                .withClusterIP("None")
                .withPublishNotReadyAddresses(true)
                .withSelector(Labels.of(blueprint.names()))
                .addNewPort()
                .withName(Ports.CLIENT_NAME)
                .withProtocol(Ports.TCP)
                .withPort(Ports.CLIENT)
                .withTargetPort(new IntOrString(Ports.CLIENT_NAME))
                .endPort()
                .addNewPort()
                .withName(Ports.BUS_NAME)
                .withProtocol(Ports.TCP)
                .withPort(Ports.bus(blueprint.names()))
                .withTargetPort(new IntOrString(Ports.BUS_NAME))
                .endPort()
                .endSpec()
                .build();
    }
}
