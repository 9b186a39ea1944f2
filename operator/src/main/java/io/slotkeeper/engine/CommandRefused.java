package io.slotkeeper.engine;

import io.slotkeeper.topology.Address;

/** The node answered a command with an error; the connection goes on. */
public final class CommandRefused extends EngineException {
    private final transient Refusal refusal;

    CommandRefused(Address address, String command, Refusal refusal) {
        super(address, command + " on " + address + " refused: " + refusal.line(), null);
        this.refusal = refusal;
    }

    /** The error as the node gave it. */
    public Refusal refusal() {
        return refusal;
    }

    /** The kind of error. */
    public Refusal.Code code() {
        return refusal.code();
    }
}
