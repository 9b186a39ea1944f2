package io.slotkeeper.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.slotkeeper.engine.EngineVersion.Family;
import io.slotkeeper.testkit.Engine;
import io.slotkeeper.testkit.EngineProcess;
import io.slotkeeper.testkit.LoopbackAddresses;
import io.slotkeeper.topology.Address;
import io.slotkeeper.topology.SlotSet;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@Tag("engine")
class EngineContractTest {
    @TempDir(cleanup = CleanupMode.ON_SUCCESS)
    Path folder;

    @ParameterizedTest
    @EnumSource
    void oneRoundTripTellsEverythingAboutANode(Engine engine) {
        try (EngineProcess process = EngineProcess.node(engine, folder, LoopbackAddresses.next())
                        .awaitAnswering();
                Connector connector = new Connector();
                EngineNode node =
                        connector.connect(new Address(process.address(), 6379), Access.open(), Duration.ofSeconds(2))) {
            node.call(Cluster.addSlots(SlotSet.all()));
            NodeReport report = node.report();

            assertThat(report.server().version().family()).isEqualTo(engine.isValkey() ? Family.VALKEY : Family.REDIS);
            assertThat(report.server().processId()).isEqualTo(process.pid());
            assertThat(report.server().replication().isReplica()).isFalse();
            List<ClusterNode> nodes = report.nodes().orThrow();
            assertThat(nodes).hasSize(1);
            assertThat(nodes.getFirst().isMyself()).isTrue();
            assertThat(nodes.getFirst().address()).contains(new Address(process.address(), 6379));
            assertThat(nodes.getFirst().slots()).isEqualTo(SlotSet.all());
            assertThat(report.cluster().orThrow().slotsAssigned()).isEqualTo(16384);
        }
    }
}
