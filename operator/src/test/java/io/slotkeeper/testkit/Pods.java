package io.slotkeeper.testkit;

import io.fabric8.kubernetes.api.model.Pod;
import java.util.Optional;

/** The pods of one cluster in their namespace, whoever made them. */
interface Pods extends AutoCloseable {
    /** The namespace of the pods. */
    String namespace();

    /** The pod as it was last heard of. */
    Optional<Pod> pod(String name);

    /** Whether the node in the pod lets us in. */
    boolean answers(PodNode node);

    /** Takes the pods and their namespace away. */
    @Override
    void close();
}
