package io.slotkeeper.api;

/** What becomes of the volumes when the cluster's resource is deleted. */
public enum WhenDeleted {
    Retain,
    Delete
}
