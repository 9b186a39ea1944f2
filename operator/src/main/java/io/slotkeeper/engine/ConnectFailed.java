package io.slotkeeper.engine;

import io.slotkeeper.topology.Address;
import org.jspecify.annotations.Nullable;

/** No connection came about. */
public final class ConnectFailed extends EngineException {
    private final Reason reason;

    ConnectFailed(Address address, Reason reason, String detail, @Nullable Throwable cause) {
        super(address, "connecting to " + address + ": " + detail, cause);
        this.reason = reason;
    }

    /** What stood in the way; only {@link Reason#REFUSED} says that nobody listens there. */
    public Reason reason() {
        return reason;
    }

    /** What can stand in the way of a connection. */
    public enum Reason {
        /** The other side answered that nobody listens: one of the proofs of death, never the only one. */
        REFUSED,
        /** It was broken off while it came about: a process that ends does so, and so may one that lives. */
        RESET,
        /** Nobody answered before the deadline: a lost node, a full backlog, a policy that drops. */
        TIMED_OUT,
        /** There is no way to the address, or the operating system gave another reason than "refused". */
        UNREACHABLE,
        /** The host name has no address. */
        UNKNOWN_HOST,
        /** Somebody answered, but the TLS handshake failed: no TLS there, or a certificate of somebody else. */
        TLS
    }
}
