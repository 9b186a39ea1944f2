package io.slotkeeper.plan;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * What Kubernetes says of the machine that a pod is on. {@code cordoned}: nothing new is to come to it, mostly because it is about to be
 * emptied.
 */
public record Machine(String name, boolean cordoned, Optional<Silence> silence) {
    /** Nothing is heard of it: since when by Kubernetes' clock, and how long this operator has seen that, by no clock that can jump. */
    public record Silence(Instant since, Duration seenFor) {}
}
