package io.slotkeeper.engine;

import io.slotkeeper.topology.Address;

/** One idle connection whose only use is its end: a process that dies takes its sockets with it. */
public final class Tripwire implements AutoCloseable {
    private final Connection connection;
    private volatile boolean cut;

    Tripwire(Connection connection, Runnable ended) {
        this.connection = connection;
        Thread.ofVirtual().name("tripwire " + connection.address()).start(() -> {
            connection.awaitEnd();
            connection.close();
            if (!cut) {
                ended.run();
            }
        });
    }

    /** The node that is watched. */
    public Address address() {
        return connection.address();
    }

    /** Stops watching, without a callback. */
    @Override
    public void close() {
        cut = true;
        connection.close();
    }
}
