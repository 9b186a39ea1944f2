package io.slotkeeper.engine;

import io.slotkeeper.topology.Address;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * One open connection to one node: writes commands, reads as many replies. Callers take turns. After a deadline that
 * passed, garbage, or a close, nobody can say which reply would belong to which command: the connection is given up.
 */
final class Connection implements AutoCloseable {
    private final Address address;
    /** The TCP socket under everything: closing it never waits, whereas closing TLS wants to say goodbye. */
    private final Socket tcp;
    /** The TCP socket itself, or TLS over it. */
    private final Socket socket;

    private final ReplyReader reader;
    private final Deadlines deadlines;
    private final ReentrantLock turn = new ReentrantLock(true);
    private volatile @Nullable String givenUpBecause;

    Connection(Address address, Socket tcp, Socket socket, Limits limits, Deadlines deadlines) throws IOException {
        this.address = address;
        this.tcp = tcp;
        this.socket = socket;
        this.reader = new ReplyReader(socket.getInputStream(), limits);
        this.deadlines = deadlines;
    }

    Address address() {
        return address;
    }

    boolean isUsable() {
        return givenUpBecause == null;
    }

    /** Sends all commands, then reads all replies; the timeout holds for the whole, waiting for the turn included. */
    List<Reply> exchange(String what, List<? extends Command<?>> commands, Duration timeout) {
        long start = System.nanoTime();
        takeTurn(what, timeout);
        try {
            requireUsable(what);
            Duration left = timeout.minusNanos(System.nanoTime() - start);
            return exchangeInTurn(what, commands, timeout, left);
        } finally {
            turn.unlock();
        }
    }

    private List<Reply> exchangeInTurn(
            String what, List<? extends Command<?>> commands, Duration timeout, Duration left) {
        Deadlines.Alarm alarm = deadlines.closeAfter(tcp, left);
        try (alarm) {
            if (reader.hasLeftover()) {
                throw new MalformedReply("the node sent something that nobody had asked for");
            }
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            commands.forEach(command -> command.writeTo(out));
            out.writeTo(socket.getOutputStream());
            socket.getOutputStream().flush();
            List<Reply> replies = new ArrayList<>(commands.size());
            for (int i = 0; i < commands.size(); i++) {
                replies.add(reader.read());
            }
            return replies;
        } catch (IOException e) {
            throw giveUp(failure(what, timeout, alarm, e));
        } finally {
            if (alarm.rang()) {
                givenUpBecause = "a call took longer than " + timeout.toMillis() + " ms";
            }
        }
    }

    private EngineException failure(String what, Duration timeout, Deadlines.Alarm alarm, IOException e) {
        if (alarm.rang()) {
            return new TimedOut(address, what, timeout);
        }
        if (e instanceof MalformedReply) {
            return new ProtocolViolation(address, what, String.valueOf(e.getMessage()), e);
        }
        String detail = e instanceof EOFException
                ? "the node closed the connection before the answer was complete"
                : "the connection broke: " + e.getMessage();
        return new ConnectionClosed(address, what, detail, e);
    }

    private void takeTurn(String what, Duration timeout) {
        try {
            if (!turn.tryLock(timeout.toNanos(), TimeUnit.NANOSECONDS)) {
                throw new TimedOut(address, what, timeout);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ConnectionClosed(address, what, "interrupted while waiting for an earlier call", e);
        }
    }

    private void requireUsable(String what) {
        String reason = givenUpBecause;
        if (reason != null) {
            throw new ConnectionClosed(address, what, "this connection was given up earlier: " + reason, null);
        }
    }

    private EngineException giveUp(EngineException failure) {
        givenUpBecause = String.valueOf(failure.getMessage());
        Deadlines.closeQuietly(tcp);
        return failure;
    }

    /** Waits until the other side closes or resets the connection; whatever it sends until then is thrown away. */
    void awaitEnd() {
        try {
            socket.getInputStream().transferTo(OutputStream.nullOutputStream());
        } catch (IOException reset) {
            // A reset is an end as well.
            givenUpBecause = "the connection broke: " + reset.getMessage();
        }
    }

    @Override
    public void close() {
        if (givenUpBecause == null) {
            givenUpBecause = "it was closed by its owner";
        }
        Deadlines.closeQuietly(tcp);
    }
}
