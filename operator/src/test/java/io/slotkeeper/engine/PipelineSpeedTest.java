package io.slotkeeper.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.slotkeeper.testkit.Engine;
import io.slotkeeper.testkit.EngineProcess;
import io.slotkeeper.testkit.LoopbackAddresses;
import io.slotkeeper.topology.Address;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** How long 4096 commands take in one round trip; prints the figures for docs/results.md. */
@Tag("engine")
class PipelineSpeedTest {
    private static final int COMMANDS = 4096;
    private static final int RUNS = 20;

    @TempDir(cleanup = CleanupMode.ON_SUCCESS)
    Path folder;

    @ParameterizedTest
    @EnumSource
    void aSlotOfEveryFourIsCountedInOneRoundTrip(Engine engine) {
        List<Command<Long>> commands =
                IntStream.range(0, COMMANDS).mapToObj(Slots::countKeys).toList();
        try (EngineProcess process = EngineProcess.node(engine, folder, LoopbackAddresses.next())
                        .awaitAnswering();
                Connector connector = new Connector()) {
            Address address = new Address(process.address(), EngineProcess.PORT);
            double[] millis = new double[RUNS];
            for (int run = 0; run < RUNS; run++) {
                try (EngineNode node = connector.connect(address, Access.open(), Duration.ofSeconds(5))) {
                    long start = System.nanoTime();
                    List<Outcome<Long>> outcomes = node.askAll(commands);
                    millis[run] = (System.nanoTime() - start) / 1e6;
                    assertThat(outcomes).hasSize(COMMANDS).allMatch(each -> each.orThrow() == 0);
                }
            }
            double[] sorted = DoubleStream.of(millis).sorted().toArray();
            System.out.printf(
                    Locale.ROOT,
                    "MEASURED %s: %d pipelined commands, %d runs: min %.1f, median %.1f, max %.1f ms (first run %.1f)%n",
                    engine,
                    COMMANDS,
                    RUNS,
                    sorted[0],
                    sorted[RUNS / 2],
                    sorted[RUNS - 1],
                    millis[0]);
            assertThat(sorted[RUNS - 1]).isLessThan(1000);
        }
    }
}
