package io.slotkeeper.testkit;

/** A node of a cluster under test, be it a process or a pod, and what can happen to it. */
public interface Member extends AutoCloseable {
    /** What to call it in messages. */
    String name();

    /** Where it serves, today. */
    String address();

    /** Ends the engine's process with kill -9; whatever keeps the node running starts it again. */
    void killEngine();

    /** Ends the node with SIGTERM, as Kubernetes does, and has it started again with all it had. */
    void restartCleanly();

    /** Ends the node without a goodbye, empties its volume, and has it started again at the same address. */
    void killAndEmpty();

    /** Whether its volume has this file. */
    boolean hasFile(String name);

    /** What the node has printed, in all its lives. */
    String log();

    @Override
    void close();
}
