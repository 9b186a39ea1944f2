package io.slotkeeper.api;

/** Words that several validation rules share. They are CEL, which the API server runs, not this program. */
final class Rules {
    /** A name that other objects may have: what stands behind it need not exist yet. */
    static final String OBJECT_NAME = "self.matches('^[a-z0-9]([-a-z0-9.]*[a-z0-9])?$')";

    /** The beginning of a rule about a change that would need new pods: before the cluster holds data they are simply replaced. */
    static final String UNFORMED = "!has(oldSelf.status) || !has(oldSelf.status.formedAt) || ";

    private Rules() {}
}
