package io.slotkeeper.engine;

import io.slotkeeper.topology.Address;
import org.jspecify.annotations.Nullable;

/** Why a node did not do what it was asked; the message says what was tried on which node. */
public abstract sealed class EngineException extends RuntimeException
        permits ConnectFailed, TimedOut, ConnectionClosed, ProtocolViolation, CommandRefused {
    private final transient Address address;

    EngineException(Address address, String message, @Nullable Throwable cause) {
        super(message, cause);
        this.address = address;
    }

    /** The node that was asked. */
    public Address address() {
        return address;
    }
}
