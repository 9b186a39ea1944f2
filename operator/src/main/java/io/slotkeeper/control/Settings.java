package io.slotkeeper.control;

import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/**
 * What the operator's environment says: the names are those of config/manager. {@code elected}: several operators may run,
 * and the one with the lease acts.
 */
record Settings(String nodeImage, boolean elected, String namespace, String identity) {
    static Settings of(Map<String, String> environment) {
        return new Settings(
                given(environment, "SLOTKEEPER_NODE_IMAGE").orElse("slotkeeper/node"),
                !given(environment, "SLOTKEEPER_LEADER_ELECTION").orElse("true").equals("false"),
                given(environment, "SLOTKEEPER_NAMESPACE").orElse("slotkeeper-system"),
                // A container that is started again in the same pod goes on with the lease of the one that died.
                given(environment, "SLOTKEEPER_POD")
                        .orElseGet(() -> UUID.randomUUID().toString()));
    }

    private static Optional<String> given(Map<String, String> environment, String name) {
        return Optional.ofNullable(environment.get(name)).filter(value -> !value.isBlank());
    }
}
