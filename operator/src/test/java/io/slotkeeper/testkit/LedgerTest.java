package io.slotkeeper.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.slotkeeper.engine.Access;
import io.slotkeeper.engine.Connector;
import io.slotkeeper.topology.Address;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.List;
import java.util.function.Supplier;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What the ledger does not notice, no scenario does. */
@Tag("unit")
class LedgerTest {
    private static final Duration WATCHED = Duration.ofMillis(300);

    @Test
    void aWriterThatNeverGetsThroughHasStalledAllTheTime() throws IOException {
        Address nobody = unused();
        Ledger.Report report = watched(() -> List.of(nobody));
        assertThat(report.longestStall()).isGreaterThanOrEqualTo(WATCHED.minusMillis(50));
    }

    @Test
    void aWriterThatEndedEarlyFailsTheTest() {
        assertThatThrownBy(() -> watched(() -> {
                    throw new AssertionError("out of order");
                }))
                .hasRootCauseMessage("out of order");
    }

    private static Ledger.Report watched(Supplier<List<Address>> seeds) {
        try (Connector connector = new Connector();
                Ledger ledger = Ledger.start(connector, Access.open(), seeds, 1)) {
            Eventually.pause(WATCHED);
            return ledger.settle();
        }
    }

    private static Address unused() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return new Address("127.0.0.1", socket.getLocalPort());
        }
    }
}
