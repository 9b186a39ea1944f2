package io.slotkeeper.engine;

import io.slotkeeper.testkit.Engine;
import io.slotkeeper.testkit.EngineProcess;
import io.slotkeeper.testkit.LoopbackAddresses;
import io.slotkeeper.topology.Address;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/** What contracts with a node that stands alone have in common. */
abstract class SingleNodeContract {
    static final Duration PATIENCE = Duration.ofSeconds(20);

    final Connector connector = new Connector();

    @TempDir(cleanup = CleanupMode.ON_SUCCESS)
    Path folder;

    @AfterEach
    void closeConnector() {
        connector.close();
    }

    EngineProcess start(Engine engine, String... settings) {
        EngineProcess process = EngineProcess.node(engine, folder.resolve("node"), LoopbackAddresses.next(), settings);
        return process.awaitAnswering();
    }

    EngineNode connect(EngineProcess process) {
        return connector.connect(addressOf(process), Access.open(), PATIENCE);
    }

    static Address addressOf(EngineProcess process) {
        return new Address(process.address(), EngineProcess.PORT);
    }
}
