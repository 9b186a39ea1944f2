package io.slotkeeper.engine;

import io.slotkeeper.topology.Address;
import java.time.Duration;

/** The whole answer had not arrived when the deadline of the call passed; the command may have been carried out. */
public final class TimedOut extends EngineException {
    TimedOut(Address address, String command, Duration timeout) {
        super(address, command + " on " + address + ": no complete answer within " + timeout.toMillis() + " ms", null);
    }
}
