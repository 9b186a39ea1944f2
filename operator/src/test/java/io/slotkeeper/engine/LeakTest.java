package io.slotkeeper.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.slotkeeper.testkit.Engine;
import io.slotkeeper.testkit.EngineProcess;
import io.slotkeeper.testkit.Eventually;
import io.slotkeeper.testkit.LoopbackAddresses;
import io.slotkeeper.topology.Address;
import java.io.File;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/** The operator runs for months: connections leave nothing behind, however they end. */
@Tag("engine")
class LeakTest {
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    @TempDir(cleanup = CleanupMode.ON_SUCCESS)
    Path folder;

    @Test
    void tenThousandConnectionsLeaveNeitherThreadsNorSockets() {
        try (EngineProcess process = EngineProcess.node(
                                Engine.VALKEY_9_1, folder, LoopbackAddresses.next(), "--requirepass", "top")
                        .awaitAnswering();
                Connector connector = new Connector()) {
            Address address = new Address(process.address(), EngineProcess.PORT);
            connectInEveryWay(connector, address, 100);
            long filesBefore = openFiles();
            int threadsBefore = threads();
            long start = System.nanoTime();
            connectInEveryWay(connector, address, 10_000);
            System.out.printf("MEASURED 10000 connections took %d ms%n", (System.nanoTime() - start) / 1_000_000);
            Eventually.eventually(
                    "no more than the " + filesBefore + " open files and " + threadsBefore + " threads from before",
                    PATIENCE,
                    () -> openFiles() <= filesBefore + 2 && threads() <= threadsBefore + 2);
            System.out.printf(
                    "MEASURED after 10000 connections: files %d -> %d, threads %d -> %d%n",
                    filesBefore, openFiles(), threadsBefore, threads());
        }
    }

    /** Of eight connections five are used and closed, one is a tripwire, one has a wrong password, one is refused. */
    private static void connectInEveryWay(Connector connector, Address address, int count) {
        Access access = Access.as("default", "top");
        Address nobody = new Address(address.host(), 1);
        for (int i = 0; i < count; i++) {
            switch (i % 8) {
                case 0 -> assertThat(fails(connector, nobody, access)).isInstanceOf(ConnectFailed.class);
                case 1 ->
                    assertThat(fails(connector, address, Access.as("default", "wrong")))
                            .isInstanceOf(CommandRefused.class);
                case 2 -> connector.watch(address, access, PATIENCE, () -> {}).close();
                default -> {
                    try (EngineNode node = connector.connect(address, access, PATIENCE)) {
                        assertThat(node.call(Server.ping())).isEqualTo("PONG");
                    }
                }
            }
        }
    }

    private static EngineException fails(Connector connector, Address address, Access access) {
        try (EngineNode node = connector.connect(address, access, PATIENCE)) {
            throw new AssertionError(node.address() + " let us in");
        } catch (EngineException expected) {
            return expected;
        }
    }

    private static long openFiles() {
        String[] files = new File("/proc/self/fd").list();
        return files == null ? 0 : files.length;
    }

    private static int threads() {
        return ManagementFactory.getThreadMXBean().getThreadCount();
    }
}
