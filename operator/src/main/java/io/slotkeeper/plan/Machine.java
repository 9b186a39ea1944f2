package io.slotkeeper.plan;

import java.time.Instant;
import java.util.Optional;

/**
 * What Kubernetes says of the machine that a pod is on. {@code cordoned}: nothing new is to come to it, mostly because it is about to be
 * emptied. {@code lostSince}: since when nothing has been heard of it.
 */
public record Machine(String name, boolean cordoned, Optional<Instant> lostSince) {}
