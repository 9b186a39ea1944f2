package io.slotkeeper.engine;

import io.slotkeeper.topology.Address;
import org.jspecify.annotations.Nullable;

/** The node sent something that is no answer to what it was asked, or more than it may send. */
public final class ProtocolViolation extends EngineException {
    ProtocolViolation(Address address, String command, String detail, @Nullable Throwable cause) {
        super(address, command + " on " + address + ": " + detail, cause);
    }
}
