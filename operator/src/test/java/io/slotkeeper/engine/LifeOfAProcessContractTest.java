package io.slotkeeper.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.slotkeeper.testkit.Engine;
import io.slotkeeper.testkit.EngineProcess;
import io.slotkeeper.testkit.Eventually;
import io.slotkeeper.topology.NodeId;
import io.slotkeeper.topology.SlotSet;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** How nodes start, end, stand still and come back, and what one sees of it from outside. */
@Tag("engine")
class LifeOfAProcessContractTest extends SingleNodeContract {
    @ParameterizedTest
    @EnumSource
    void aNodeThatIsToldToEndEnds(Engine engine) {
        try (EngineProcess process = start(engine)) {
            connect(process).shutdown(Shutdown.NOSAVE);
            process.awaitEnd();
            assertThatThrownBy(() -> connect(process))
                    .isInstanceOfSatisfying(
                            ConnectFailed.class,
                            failed -> assertThat(failed.reason()).isEqualTo(ConnectFailed.Reason.REFUSED));
        }
    }

    @ParameterizedTest
    @EnumSource
    void aNodeThatCannotSaveRefusesToEnd(Engine engine) throws IOException {
        try (EngineProcess process = start(engine);
                EngineNode node = connect(process)) {
            Files.createDirectory(process.directory().resolve("dump.rdb"));
            assertThatThrownBy(() -> node.shutdown(Shutdown.SAVE))
                    .isInstanceOf(CommandRefused.class)
                    .hasMessageContaining("SHUTDOWN on " + node.address());
            assertThat(process.isAlive()).isTrue();
        }
    }

    @ParameterizedTest
    @EnumSource
    void aNodeKeepsItsIdWhenItComesBackAndLosesItWithItsDirectory(Engine engine) {
        try (EngineProcess process = start(engine)) {
            NodeId id = idOf(process);
            process.kill();
            process.restart().awaitAnswering();
            assertThat(idOf(process)).isEqualTo(id);
            assertThat(process.terminate()).isZero();
            process.restart(folder.resolve("fresh"), process.address()).awaitAnswering();
            assertThat(idOf(process)).isNotEqualTo(id);
        }
    }

    @ParameterizedTest
    @EnumSource
    void resetForgetsSlotsAndAHardOneTheIdAsWell(Engine engine) {
        try (EngineProcess process = start(engine);
                EngineNode node = connect(process)) {
            NodeId id = node.call(Cluster.myId());
            node.call(Cluster.setConfigEpoch(7));
            node.call(Cluster.addSlots(SlotSet.all()));
            node.call(Cluster.resetSoft());
            assertThat(node.call(Cluster.nodes()).getFirst().slots().isEmpty()).isTrue();
            assertThat(node.call(Cluster.myId())).isEqualTo(id);
            assertThat(node.call(Cluster.info()).myEpoch()).isEqualTo(7);
            node.call(Cluster.resetHard());
            assertThat(node.call(Cluster.myId())).isNotEqualTo(id);
            assertThat(node.call(Cluster.info()).myEpoch()).isZero();
        }
    }

    @ParameterizedTest
    @EnumSource
    void aLoadingNodeTellsOfItselfAndPerhapsOfItsCluster(Engine engine) {
        try (EngineProcess process =
                start(engine, "--key-load-delay", "200", "--loading-process-events-interval-bytes", "1024")) {
            try (EngineNode node = connect(process)) {
                node.call(Cluster.addSlots(SlotSet.all()));
                Eventually.eventually(
                        "the node serves",
                        PATIENCE,
                        () -> node.call(Cluster.info()).ok());
                List<Command<Reply>> writes = new ArrayList<>();
                for (int i = 0; i < 10_000; i++) {
                    writes.add(Command.raw("SET", "key" + i, "x".repeat(20)));
                }
                node.askAll(writes).forEach(Outcome::orThrow);
                node.shutdown(Shutdown.SAVE);
                process.awaitEnd();
            }
            process.restart().awaitAnswering();
            try (EngineNode node = connect(process)) {
                assertThat(node.call(Server.info()).loading()).isTrue();
                Outcome<List<ClusterNode>> nodes = node.ask(Cluster.nodes());
                // Valkey answers while it loads, Redis does not.
                assertThat(nodes.answer().isPresent()).isEqualTo(engine.isValkey());
                if (!engine.isValkey()) {
                    assertThat(nodes.refusal().map(Refusal::code)).contains(Refusal.Code.LOADING);
                }
                assertThat(node.ask(Server.ping()).refusal().map(Refusal::code)).contains(Refusal.Code.LOADING);
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void aFrozenNodeTimesOutAndAThawedOneAnswers(Engine engine) {
        try (EngineProcess process = start(engine)) {
            process.freeze();
            // The kernel still accepts the connection: that a port accepts proves no life.
            try (EngineNode frozen = connect(process)) {
                assertThatThrownBy(() -> frozen.within(Duration.ofMillis(200)).call(Server.ping()))
                        .isInstanceOf(TimedOut.class);
            }
            process.thaw();
            try (EngineNode node = connect(process)) {
                assertThat(node.call(Server.ping())).isEqualTo("PONG");
            }
        }
    }

    private NodeId idOf(EngineProcess process) {
        try (EngineNode node = connect(process)) {
            return node.call(Cluster.myId());
        }
    }
}
