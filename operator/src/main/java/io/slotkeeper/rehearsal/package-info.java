/** What the operator plays before while its image is built, so that its real starts find all that they need in one file. */
@org.jspecify.annotations.NullMarked
package io.slotkeeper.rehearsal;
