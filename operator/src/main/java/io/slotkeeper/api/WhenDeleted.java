package io.slotkeeper.api;

/** What becomes of the volumes and of the generated Secrets when the cluster's resource is deleted. */
public enum WhenDeleted {
    Retain,
    Delete
}
