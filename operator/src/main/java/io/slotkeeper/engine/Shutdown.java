package io.slotkeeper.engine;

/** How a process is told to end. */
public enum Shutdown {
    /** As its configuration says: with a save when there are save points. */
    AS_CONFIGURED,
    /** After a save. */
    SAVE,
    /** Without one. */
    NOSAVE,
    /** After a planned failover to a replica: see {@link Capabilities#shutdownFailover}. */
    FAILOVER;

    Command<Reply> command() {
        return switch (this) {
            case AS_CONFIGURED -> Command.raw("SHUTDOWN");
            case SAVE, NOSAVE, FAILOVER -> Command.raw("SHUTDOWN", name());
        };
    }
}
