package io.slotkeeper.engine;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.time.Duration;
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
        ScheduledFuture<?> pending = timer.schedule(
                () -> {
                    rang.set(true);
                    closeQuietly(socket);
                },
                Math.max(0, time.toNanos()),
                TimeUnit.NANOSECONDS);
        return new Alarm(pending, rang);
    }

    static void closeQuietly(Socket socket) {
        try {
            socket.close();
        } catch (IOException e) {
            throw new UncheckedIOException("closing a socket", e);
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
