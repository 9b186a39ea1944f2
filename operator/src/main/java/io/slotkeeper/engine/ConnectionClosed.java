package io.slotkeeper.engine;

import io.slotkeeper.topology.Address;
import org.jspecify.annotations.Nullable;

/** The connection ended before the whole answer was there; the command may have been carried out. */
public final class ConnectionClosed extends EngineException {
    ConnectionClosed(Address address, String command, String detail, @Nullable Throwable cause) {
        super(address, command + " on " + address + ": " + detail, cause);
    }
}
