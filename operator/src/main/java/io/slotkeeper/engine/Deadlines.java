package io.slotkeeper.engine;

import java.io.IOException;
import java.net.Socket;
import java.time.Duration;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Closes sockets whose time is up. One mechanism for everything that can hang on a socket: connecting, a TLS handshake,
 * a write that nobody reads, a reply that trickles in byte by byte (a read timeout would begin anew with every byte).
 */
final class Deadlines implements AutoCloseable {
    private final ScheduledThreadPoolExecutor timer;

    Deadlines() {
        timer = new ScheduledThreadPoolExecutor(
                1, Thread.ofPlatform().daemon().name("engine-deadlines").factory());
        timer.setRemoveOnCancelPolicy(true);
    }

    Alarm closeAfter(Socket socket, Duration time) {
        AtomicBoolean rang = new AtomicBoolean();
        Runnable ring = () -> {
            rang.set(true);
            closeQuietly(socket);
        };
        try {
            return new Alarm(timer.schedule(ring, time.toNanos(), TimeUnit.NANOSECONDS), rang);
        } catch (RejectedExecutionException e) {
            throw new IllegalStateException("the connector of this connection was closed", e);
        }
    }

    static void closeQuietly(Socket socket) {
        try {
            socket.close();
        } catch (IOException closedAllTheSame) {
            // The kernel has let go of the descriptor whatever it reports, and a failure on the way out would hide the
            // one
            // that made us close.
        }
    }

    @Override
    public void close() {
        timer.shutdownNow();
    }

    /** A deadline that is running; closing it calls the deadline off. */
    record Alarm(ScheduledFuture<?> pending, AtomicBoolean rangFlag) implements AutoCloseable {
        boolean rang() {
            return rangFlag.get();
        }

        @Override
        public void close() {
            pending.cancel(false);
        }
    }
}
