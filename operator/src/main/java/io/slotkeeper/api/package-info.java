/**
 * The custom resources: what users write and read, with the defaults of everything they leave out.
 * The CRDs in crds/ and the reference in docs/ are generated from these records. Nothing in here knows any other package.
 */
@NullMarked
package io.slotkeeper.api;

import org.jspecify.annotations.NullMarked;
