package io.slotkeeper.plan;

import io.slotkeeper.topology.Place;
import java.time.Instant;

/** Who was told to serve in the place of a primary, and when; what came of it is another matter. */
public record Attempt(Place heir, Instant at) {}
