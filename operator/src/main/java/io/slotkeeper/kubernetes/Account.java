package io.slotkeeper.kubernetes;

import io.fabric8.kubernetes.api.model.ServiceAccount;
import io.fabric8.kubernetes.api.model.ServiceAccountBuilder;

/** The account of the pods. Nodes never talk to the API server, so it comes without a token. */
final class Account {
    private Account() {}

    static ServiceAccount of(Blueprint blueprint) {
        return new ServiceAccountBuilder()
                .withMetadata(blueprint.owned(blueprint.names().serviceAccount()))
                .withAutomountServiceAccountToken(false)
                .build();
    }
}
