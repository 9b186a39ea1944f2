package io.slotkeeper.api;

import com.fasterxml.jackson.annotation.JsonProperty;

/** What an engine does when its memory is full; the words are the engines' own. */
public enum EvictionPolicy {
    @JsonProperty("noeviction")
    NO_EVICTION("noeviction"),
    @JsonProperty("allkeys-lru")
    ALL_KEYS_LRU("allkeys-lru"),
    @JsonProperty("allkeys-lfu")
    ALL_KEYS_LFU("allkeys-lfu"),
    @JsonProperty("allkeys-random")
    ALL_KEYS_RANDOM("allkeys-random"),
    @JsonProperty("volatile-lru")
    VOLATILE_LRU("volatile-lru"),
    @JsonProperty("volatile-lfu")
    VOLATILE_LFU("volatile-lfu"),
    @JsonProperty("volatile-random")
    VOLATILE_RANDOM("volatile-random"),
    @JsonProperty("volatile-ttl")
    VOLATILE_TTL("volatile-ttl");

    private final String setting;

    EvictionPolicy(String setting) {
        this.setting = setting;
    }

    /** The value of {@code maxmemory-policy} in the engine's configuration. */
    public String setting() {
        return setting;
    }
}
