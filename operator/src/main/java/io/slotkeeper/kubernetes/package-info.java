/**
 * Everything of a cluster that lives in Kubernetes: what is wanted, built as pure values, one file for each kind; and the
 * hand that brings it about by server-side apply, which writes nothing where nothing differs.
 * What belongs to somebody else is reported, never taken over. Nothing in here talks to an engine.
 */
@NullMarked
package io.slotkeeper.kubernetes;

import org.jspecify.annotations.NullMarked;
