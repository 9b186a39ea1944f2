package io.slotkeeper.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The test kit's own promise: no engine outlives the tests that started it. */
@Tag("engine")
class EngineProcessTest {
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    @TempDir
    Path folder;

    /** Starts an engine, prints its process id and waits to be killed. */
    public static void main(String[] arguments) throws InterruptedException {
        EngineProcess process = EngineProcess.node(Engine.VALKEY_9_1, Path.of(arguments[0]), LoopbackAddresses.next());
        System.out.println(process.awaitAnswering().pid());
        Thread.currentThread().join();
    }

    @Test
    void anEngineDiesWithTheJvmThatStartedItEvenByKill9() throws IOException {
        List<String> command = List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Dslotkeeper.root=" + Engine.repository(),
                "-cp",
                System.getProperty("java.class.path"),
                EngineProcessTest.class.getName(),
                folder.toString());
        Process jvm = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        try (BufferedReader out = jvm.inputReader()) {
            String pid = out.readLine();
            assertThat(pid).as("what the JVM printed").isNotNull();
            ProcessHandle engine = ProcessHandle.of(Long.parseLong(pid)).orElseThrow();
            assertThat(engine.isAlive()).isTrue();
            jvm.destroyForcibly();
            Eventually.eventually("the engine is gone", PATIENCE, () -> !engine.isAlive());
        } finally {
            jvm.destroyForcibly();
        }
    }

    @Test
    void addressesAreDifferentAndOfThisMachine() {
        List<String> addresses = List.of(LoopbackAddresses.next(), LoopbackAddresses.next());
        assertThat(addresses).doesNotHaveDuplicates().allMatch(each -> each.startsWith("127."));
    }

    @Test
    void theAddressIsPutInAnewAtEveryStart() {
        try (EngineProcess process = EngineProcess.node(Engine.REDIS_7_0, folder, LoopbackAddresses.next())) {
            process.awaitAnswering();
            String elsewhere = LoopbackAddresses.next();
            process.restart(folder, elsewhere).awaitAnswering();
            assertThat(process.address()).isEqualTo(elsewhere);
            assertThat(process.log()).contains("Ready to accept connections");
        }
    }
}
