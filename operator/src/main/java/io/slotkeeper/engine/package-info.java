/**
 * One node over the wire: RESP, commands as methods, replies as records.
 * What an engine version can do and cannot do stands in {@link io.slotkeeper.engine.Capabilities} and nowhere else.
 * Nothing in here decides anything: it asks one node, within a deadline, and says exactly what came back.
 */
@NullMarked
package io.slotkeeper.engine;

import org.jspecify.annotations.NullMarked;
