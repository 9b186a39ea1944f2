/**
 * The loop: observe what is, plan, act, report; {@link io.slotkeeper.control.ClusterReconciler} is its table of contents.
 * It holds what lives longer than one pass (connections, tripwires, the lease) and everything that touches the world.
 * It decides nothing about a cluster: that is the plan's business.
 */
@NullMarked
package io.slotkeeper.control;

import org.jspecify.annotations.NullMarked;
