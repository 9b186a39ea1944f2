package io.slotkeeper.node;

import io.slotkeeper.testkit.ClusterUnderTest;
import io.slotkeeper.testkit.Engine;
import io.slotkeeper.testkit.NodeProcess;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;

/** The fence's scenarios on the node image's scripts, run as processes. */
@Tag("engine")
class FenceOnProcessesTest extends FenceScenarios<NodeProcess> {
    @TempDir
    private Path directory;

    @Override
    ClusterUnderTest<NodeProcess> start(Engine engine, List<String> settings) {
        return ClusterUnderTest.ofProcesses(engine, 3, 1, directory, settings);
    }

    @Override
    String table() {
        return "fence-processes";
    }
}
