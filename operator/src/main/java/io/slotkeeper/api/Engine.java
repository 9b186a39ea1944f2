package io.slotkeeper.api;

import java.util.List;

/** Which family of engines runs, and which of its versions this operator knows. */
public enum Engine {
    Redis,
    Valkey;

    /** The versions that can be asked for, oldest first; the rules of {@link RedisClusterSpec} name them too. */
    public List<String> versions() {
        return switch (this) {
            case Redis -> List.of("7.0", "8.0", "8.2", "8.4", "8.6");
            case Valkey -> List.of("8.1", "9.0", "9.1");
        };
    }

    /** The version that runs when none is asked for. */
    public String defaultVersion() {
        return versions().getLast();
    }
}
