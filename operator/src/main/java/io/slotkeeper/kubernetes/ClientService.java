package io.slotkeeper.kubernetes;

import io.fabric8.kubernetes.api.model.IntOrString;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServiceBuilder;

/** Where clients begin: any node that is ready tells a cluster client about all the others. */
final class ClientService {
    private ClientService() {}

    static Service of(Blueprint blueprint) {
        return new ServiceBuilder()
                .withMetadata(blueprint.owned(blueprint.names().clientService()))
                .withNewSpec()
                .withType("ClusterIP")
                .withSelector(Labels.of(blueprint.names()))
                .addNewPort()
                .withName(Ports.CLIENT_NAME)
                .withProtocol(Ports.TCP)
                .withPort(Ports.CLIENT)
                .withTargetPort(new IntOrString(Ports.CLIENT_NAME))
                .endPort()
                .endSpec()
                .build();
    }
}
