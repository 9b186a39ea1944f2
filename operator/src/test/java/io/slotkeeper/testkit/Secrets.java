package io.slotkeeper.testkit;

import io.slotkeeper.engine.Access;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;

/** The passwords of one cluster: those of the three engine users, and the users' own. */
public final class Secrets {
    /** Whose passwords a cluster has; the application's user is the engine's default one. */
    static final List<String> USERS = List.of("operator", "replication", "node", "default");

    private final Map<String, String> passwords;

    private Secrets(Map<String, String> passwords) {
        this.passwords = passwords;
    }

    /** Passwords that no other cluster has. */
    public static Secrets generate() {
        return new Secrets(USERS.stream()
                .collect(Collectors.toMap(
                        user -> user, user -> user + "-" + UUID.randomUUID().toString())));
    }

    /** The passwords that somebody else made, asked for by user. */
    static Secrets of(UnaryOperator<String> passwordOf) {
        return new Secrets(USERS.stream().collect(Collectors.toMap(user -> user, passwordOf)));
    }

    /** The password by user. */
    public Map<String, String> passwords() {
        return passwords;
    }

    /** The operator's way in. */
    public Access operator() {
        return Access.as("slotkeeper-operator", passwords.get("operator"));
    }

    /** The way in of a user's application. */
    public Access application() {
        return Access.as("default", passwords.get("default"));
    }

    /** Writes each password where a mounted Secret would have it: USER/password below the directory. */
    public void writeTo(Path directory) {
        passwords.forEach((user, password) -> {
            try {
                Files.createDirectories(directory.resolve(user));
                Files.writeString(directory.resolve(user).resolve("password"), password);
            } catch (IOException e) {
                throw new UncheckedIOException("writing the password of " + user, e);
            }
        });
    }
}
