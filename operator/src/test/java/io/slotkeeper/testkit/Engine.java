package io.slotkeeper.testkit;

import java.nio.file.Files;
import java.nio.file.Path;

/** The engines that every contract with an engine is tested on; `make engines` puts them into build/engines. */
public enum Engine {
    REDIS_7_0("redis-7.0", "redis"),
    REDIS_8_0("redis-8.0", "redis"),
    REDIS_8_6("redis-8.6", "redis"),
    VALKEY_8_1("valkey-8.1", "valkey"),
    VALKEY_9_1("valkey-9.1", "valkey");

    private final String folder;
    private final String family;

    Engine(String folder, String family) {
        this.folder = folder;
        this.family = family;
    }

    /** The program that serves. */
    public Path server() {
        return program(family + "-server");
    }

    /** The command line client that belongs to it. */
    public Path client() {
        return program(family + "-cli");
    }

    /** Whether it is a Valkey. */
    public boolean isValkey() {
        return family.equals("valkey");
    }

    /** The repository this test runs in. */
    public static Path repository() {
        String root = System.getProperty("slotkeeper.root", "..");
        return Path.of(root).toAbsolutePath().normalize();
    }

    private Path program(String name) {
        Path program = repository()
                .resolve("build/engines")
                .resolve(folder)
                .resolve("bin")
                .resolve(name);
        if (!Files.isExecutable(program)) {
            throw new IllegalStateException("there is no " + program + ": run `make engines`");
        }
        return program;
    }

    @Override
    public String toString() {
        return folder;
    }
}
