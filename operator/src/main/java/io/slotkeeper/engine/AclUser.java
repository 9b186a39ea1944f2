package io.slotkeeper.engine;

import java.util.Set;

/** A user as a node has it; passwords are known by their SHA-256 only. */
public record AclUser(Set<String> flags, Set<String> passwordHashes, String commands, String keys, String channels) {
    public AclUser {
        flags = Set.copyOf(flags);
        passwordHashes = Set.copyOf(passwordHashes);
    }

    /** Whether the user may log in. */
    public boolean isOn() {
        return flags.contains("on");
    }

    @Override
    public String toString() {
        return "AclUser[flags=" + flags + ", passwords=" + passwordHashes.size() + ", commands=" + commands + ", keys="
                + keys + ", channels=" + channels + "]";
    }
}
