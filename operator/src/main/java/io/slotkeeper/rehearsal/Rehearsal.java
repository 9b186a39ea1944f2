package io.slotkeeper.rehearsal;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * Starts a command, the operator, against a stage that looks like Kubernetes with one new RedisCluster, and ends it once it leads and
 * has reported. The Java runtime notes meanwhile which classes it takes: an image is built where there is no Kubernetes, and an
 * operator that only fails to reach one would not show the half of them.
 */
public final class Rehearsal {
    private static final Duration PATIENCE = Duration.ofMinutes(3);
    private static final String PASSWORD = "rehearsal";

    private Rehearsal() {}

    /** Takes the command's words; ends with its exit code, or with an exception if it did not get to the end of the play. */
    public static void main(String[] command) throws IOException, InterruptedException {
        Path directory = Files.createTempDirectory("rehearsal");
        Path keys = directory.resolve("keys.p12");
        run(List.of(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-genkeypair",
                "-alias",
                "stage",
                "-keyalg",
                "EC",
                "-dname",
                "CN=127.0.0.1",
                "-storetype",
                "PKCS12",
                "-storepass",
                PASSWORD,
                "-keystore",
                keys.toString()));
        try (Stage stage = new Stage(keys, PASSWORD)) {
            ProcessBuilder builder = new ProcessBuilder(command).inheritIO();
            builder.environment()
                    .putAll(Map.of(
                            "KUBERNETES_MASTER", stage.address(),
                            "KUBERNETES_TRUST_CERTIFICATES", "true",
                            "SLOTKEEPER_POD", "rehearsal",
                            "SLOTKEEPER_NAMESPACE", "rehearsal",
                            "QUARKUS_HTTP_PORT", "0"));
            Process operator = builder.start();
            boolean reported = stage.awaitReport(PATIENCE);
            operator.destroy();
            int code = operator.waitFor();
            if (!reported) {
                throw new IllegalStateException("the operator did not report on the cluster within "
                        + PATIENCE.toSeconds() + " seconds, and ended with " + code);
            }
        } finally {
            Files.deleteIfExists(keys);
            Files.delete(directory);
        }
    }

    private static void run(List<String> command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command).inheritIO().start();
        if (!process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS) || process.exitValue() != 0) {
            process.destroyForcibly();
            throw new IllegalStateException(command.getFirst() + " did not succeed");
        }
    }
}
