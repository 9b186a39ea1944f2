package io.slotkeeper.engine;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.HotSpotDiagnosticMXBean;
import io.slotkeeper.testkit.Engine;
import io.slotkeeper.testkit.EngineProcess;
import io.slotkeeper.testkit.LoopbackAddresses;
import io.slotkeeper.topology.Address;
import java.io.File;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/** The operator runs for months: connections leave nothing behind, however they end. */
@Tag("engine")
class LeakTest {
    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final Pattern TRIPWIRE = Pattern.compile("^#\\d+ \"tripwire [^\"]*\" virtual");

    @TempDir(cleanup = CleanupMode.ON_SUCCESS)
    Path folder;

    @Test
    void tenThousandConnectionsLeaveNeitherThreadsNorSockets() throws IOException {
        try (EngineProcess process = EngineProcess.node(
                                Engine.VALKEY_9_1, folder, LoopbackAddresses.next(), "--requirepass", "top")
                        .awaitAnswering();
                Connector connector = new Connector()) {
            Address address = new Address(process.address(), EngineProcess.PORT);
            connectInEveryWay(connector, address, 100);
            List<String> before = held();
            long start = System.nanoTime();
            connectInEveryWay(connector, address, 10_000);
            System.out.printf("MEASURED 10000 connections took %d ms%n", (System.nanoTime() - start) / 1_000_000);
            List<String> after = held();
            for (long end = System.nanoTime() + PATIENCE.toNanos(); after.size() > before.size(); after = held()) {
                assertThat(System.nanoTime())
                        .as("only %s before, now %s", before, after)
                        .isLessThan(end);
            }
            System.out.printf(
                    "MEASURED after 10000 connections: sockets and threads %d -> %d%n", before.size(), after.size());
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

    /**
     * The sockets of this process and its threads, virtual ones too. Left out are the Java runtime's own, which starts as
     * many to carry the virtual ones, and to poll for them, as it likes.
     */
    private List<String> held() throws IOException {
        Stream<String> sockets = Stream.of(requireNonNull(new File("/proc/self/fd").listFiles()))
                .map(LeakTest::target)
                .filter(target -> target.startsWith("socket:"));
        ThreadGroup group = Thread.currentThread().getThreadGroup();
        Stream<String> platform = Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> group.equals(thread.getThreadGroup()))
                .map(Thread::getName);
        Path dump = folder.resolve("threads");
        Files.deleteIfExists(dump);
        ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class)
                .dumpThreads(dump.toString(), HotSpotDiagnosticMXBean.ThreadDumpFormat.TEXT_PLAIN);
        Stream<String> tripwires = Files.readAllLines(dump).stream()
                .filter(line -> TRIPWIRE.matcher(line).find());
        return Stream.of(sockets, platform, tripwires)
                .flatMap(Function.identity())
                .sorted()
                .toList();
    }

    private static String target(File descriptor) {
        try {
            return Files.readSymbolicLink(descriptor.toPath()).toString();
        } catch (IOException closedMeanwhile) {
            return "";
        }
    }
}
