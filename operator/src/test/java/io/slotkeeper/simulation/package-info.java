/**
 * The planner against a model of a cluster with faults: gossiping engines, pods, a network, two operators. Time is virtual
 * and every history follows from its seed, so that thousands of them run in seconds and a failing one can be replayed.
 * {@code Rules} says what must never happen; {@code History} is where to start reading.
 */
@NullMarked
package io.slotkeeper.simulation;

import org.jspecify.annotations.NullMarked;
