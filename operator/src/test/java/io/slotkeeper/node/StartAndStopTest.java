package io.slotkeeper.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.slotkeeper.engine.Cluster;
import io.slotkeeper.engine.Connector;
import io.slotkeeper.engine.EngineNode;
import io.slotkeeper.testkit.Engine;
import io.slotkeeper.testkit.Eventually;
import io.slotkeeper.testkit.LoopbackAddresses;
import io.slotkeeper.testkit.NodeProcess;
import io.slotkeeper.testkit.Secrets;
import io.slotkeeper.topology.Address;
import io.slotkeeper.topology.SlotSet;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What Kubernetes sees of a node that comes and goes: when it is ready, and that it ends when it is told to. */
@Tag("engine")
class StartAndStopTest {
    private static final int MILLIS_OF_A_START = 500;
    private static final Duration SOON = Duration.ofSeconds(20);

    @TempDir
    private Path directory;

    private final Secrets secrets = Secrets.generate();

    /** A signal that reaches an engine before it listens to signals is lost, and the pod would stay for its whole grace period. */
    @ParameterizedTest
    @EnumSource(names = {"REDIS_8_6", "VALKEY_9_1"})
    void aNodeThatIsToldToStopWhileItStartsStops(Engine engine) {
        for (int millis = 50; millis <= MILLIS_OF_A_START; millis += 25) {
            try (NodeProcess node = NodeProcess.startOnce(
                    engine, secrets, directory.resolve("after-" + millis), LoopbackAddresses.next(), List.of(), "")) {
                Eventually.pause(Duration.ofMillis(millis));
                long told = System.nanoTime();
                node.tellToStop();
                node.awaitEnd();
                assertThat(Duration.ofNanos(System.nanoTime() - told))
                        .as("told to stop after %s ms, it took; it said:%n%s", millis, node.log())
                        .isLessThan(SOON);
            }
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"REDIS_7_0", "VALKEY_9_1"})
    void aPrimaryIsReadyWhileItHasSlotsAndAnswers(Engine engine) {
        String address = LoopbackAddresses.next();
        try (NodeProcess node = NodeProcess.start(engine, secrets, directory, address, List.of(), List.of());
                Connector connector = new Connector()) {
            node.awaitAnswering();
            assertThat(node.isReady()).as("ready without a role").isFalse();
            try (EngineNode asked =
                    connector.connect(new Address(address, 6379), secrets.operator(), Duration.ofSeconds(5))) {
                asked.call(Cluster.addSlots(SlotSet.all()));
            }
            assertThat(secondsOf(() ->
                            assertThat(node.passesProbe()).as("with all slots").isTrue()))
                    .as("seconds until it was told for the first time")
                    .isLessThan(5);
            assertThat(secondsOf(
                            () -> assertThat(node.passesProbe()).as("still").isTrue()))
                    .as("seconds until it was told again")
                    .isBetween(8L, 14L);
            node.freeze();
            assertThat(secondsOf(() -> assertThat(node.passesProbe())
                            .as("while its engine is stopped")
                            .isFalse()))
                    .as("seconds that it was given to recover")
                    .isBetween(14L, 30L);
            node.thaw();
            assertThat(secondsOf(() ->
                            assertThat(node.passesProbe()).as("when it goes on").isTrue()))
                    .as("seconds until that was told")
                    .isLessThan(5);
        }
    }

    private static long secondsOf(Runnable asking) {
        long began = System.nanoTime();
        asking.run();
        return Duration.ofNanos(System.nanoTime() - began).toSeconds();
    }
}
