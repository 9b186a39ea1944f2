/**
 * Desired and observed → steps: what to do next, and why. Everything in here is a pure function of values, so that the
 * simulation can run it a million times; one file for each concern.
 * The plan decides everything and does nothing: `control` observes for it and carries its steps out.
 */
@NullMarked
package io.slotkeeper.plan;

import org.jspecify.annotations.NullMarked;
