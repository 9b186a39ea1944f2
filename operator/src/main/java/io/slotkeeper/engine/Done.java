package io.slotkeeper.engine;

/** What a command answers that has nothing to tell but that it was carried out. */
public enum Done {
    OK
}
