/**
 * The words of a cluster as values with arithmetic: slots, slot ranges, nodes, shards. Nothing in here talks to anybody.
 * Everybody else may use it; it knows nobody.
 */
@NullMarked
package io.slotkeeper.topology;

import org.jspecify.annotations.NullMarked;
