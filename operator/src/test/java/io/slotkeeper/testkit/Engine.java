package io.slotkeeper.testkit;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

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

    /**
     * The engines a test runs on where it takes part in the choice: all, or those named by the system property
     * slotkeeper.engines, such as {@code redis-7.0,valkey-9.1}.
     */
    public static List<Engine> underTest() {
        String chosen = System.getProperty("slotkeeper.engines", "all");
        System.out.println("engines under test: " + chosen);
        if (chosen.equals("all")) {
            return List.of(values());
        }
        return Arrays.stream(chosen.split(",", -1))
                .map(name -> Arrays.stream(values())
                        .filter(engine -> engine.folder.equals(name))
                        .findFirst()
                        .orElseThrow(() -> new IllegalArgumentException(
                                "slotkeeper.engines names '" + name + "'; there are " + List.of(values()))))
                .toList();
    }

    /** The program that serves. */
    public Path server() {
        return program(family + "-server");
    }

    /** The command line client that belongs to it. */
    public Path client() {
        return program(family + "-cli");
    }

    /** How a RedisCluster asks for it. */
    public String inSpec() {
        return "engine: " + (isValkey() ? "Valkey" : "Redis") + "\nversion: \""
                + folder.substring(folder.indexOf('-') + 1) + "\"\n";
    }

    /** How a RedisCluster asks for it by an image. */
    public String inSpecAs(String image) {
        return "engine: " + (isValkey() ? "Valkey" : "Redis") + "\nimage: " + image + "\n";
    }

    /** Its node image on the embedded Kubernetes. */
    public String image() {
        return "localhost/slotkeeper-node:" + folder;
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
