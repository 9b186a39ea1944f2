package io.slotkeeper.api;

/** Which family of engines runs. */
public enum Engine {
    Redis,
    Valkey
}
