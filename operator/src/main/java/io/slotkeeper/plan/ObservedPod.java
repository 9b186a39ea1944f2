package io.slotkeeper.plan;

import io.slotkeeper.topology.Address;
import io.slotkeeper.topology.Place;
import java.time.Instant;
import java.util.Optional;

/**
 * A pod and the node in it. {@code outdated}: made from an older template than today's. {@code hasRun}: its container has
 * been started at least once. {@code startedAt}: when the container that runs now was started. {@code trouble}: why
 * Kubernetes cannot run it, in a sentence that starts with Kubernetes' own word for it (ImagePullBackOff, Unschedulable …).
 * {@code judgedAt}: when the scheduler found a machine for it, or found that there is none. {@code machine}: the one that it is on.
 * {@code lostVolume}: why the volume that it waits for does not come.
 */
public record ObservedPod(
        Place place,
        String uid,
        Optional<Address> address,
        boolean terminating,
        boolean ready,
        boolean outdated,
        boolean hasRun,
        Optional<Instant> startedAt,
        Optional<String> trouble,
        Optional<Instant> judgedAt,
        Optional<Machine> machine,
        Optional<LostVolume> lostVolume,
        NodeView node) {
    /** What the node says, if it answered. */
    public Optional<NodeState> state() {
        return node instanceof NodeView.Answering answering ? Optional.of(answering.state()) : Optional.empty();
    }
}
