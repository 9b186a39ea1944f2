package io.slotkeeper.engine;

import io.slotkeeper.topology.Address;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * One node, connected: carries out commands one at a time or many in one round trip. Commands come from {@link Server},
 * {@link Cluster}, {@link Slots}, {@link SlotExport}, {@link SlotImport}, {@link Acl} and {@link Functions}.
 */
public final class EngineNode implements AutoCloseable {
    private final Connection connection;
    private final Duration timeout;

    EngineNode(Connection connection, Duration timeout) {
        this.connection = connection;
        this.timeout = timeout;
    }

    /** Where the node is. */
    public Address address() {
        return connection.address();
    }

    /** The same connection with another deadline for each call. */
    public EngineNode within(Duration newTimeout) {
        return new EngineNode(connection, newTimeout);
    }

    /** Whether the next call has a chance; after a timeout, garbage or a close a new connection is needed. */
    public boolean isUsable() {
        return connection.isUsable();
    }

    /** Carries out one command; a refusal becomes a {@link CommandRefused}. */
    public <T> T call(Command<T> command) {
        return ask(command).orThrow();
    }

    /** Carries out the command of these words and hands over its reply; an error reply becomes a {@link CommandRefused}. */
    public Reply call(String... words) {
        return call(Command.raw(words));
    }

    /** Carries out one command; a refusal is an answer like any other. */
    public <T> Outcome<T> ask(Command<T> command) {
        List<Reply> replies = connection.exchange(command.name(), List.of(command), timeout);
        return outcome(command, replies.getFirst());
    }

    /** Sends all commands at once and reads all answers, one outcome for each command in its place. */
    public <T> List<Outcome<T>> askAll(List<Command<T>> commands) {
        List<Reply> replies = pipeline(commands);
        List<Outcome<T>> outcomes = new ArrayList<>(replies.size());
        for (int i = 0; i < replies.size(); i++) {
            outcomes.add(outcome(commands.get(i), replies.get(i)));
        }
        return outcomes;
    }

    /** Sends all commands at once and reads all replies, which {@link #outcome} makes sense of one by one. */
    public List<Reply> pipeline(List<? extends Command<?>> commands) {
        if (commands.isEmpty()) {
            return List.of();
        }
        String name = commands.getFirst().name();
        String what = commands.size() == 1 ? name : name + " and " + (commands.size() - 1) + " more";
        return connection.exchange(what, commands, timeout);
    }

    /** Reads the reply that a command got. */
    public <T> Outcome<T> outcome(Command<T> command, Reply reply) {
        if (reply instanceof Reply.Failure failure) {
            Refusal refusal = failure.refusal().hiding(command.secrets());
            return new Outcome.Refused<>(address(), command.name(), refusal);
        }
        try {
            return new Outcome.Answered<>(command.decoder().apply(reply));
        } catch (UnexpectedReply | IllegalArgumentException | IndexOutOfBoundsException e) {
            throw new ProtocolViolation(address(), command.name(), "the answer makes no sense: " + e.getMessage(), e);
        }
    }

    /**
     * Ends the process of the node. The engine does not answer, it closes the connection; an error reply, for instance
     * because the last save failed, becomes a {@link CommandRefused}.
     */
    public void shutdown(Shutdown how) {
        Command<Reply> command = how.command();
        if (!isUsable()) {
            call(command);
        }
        try {
            call(command);
        } catch (ConnectionClosed end) {
            return;
        }
        throw new ProtocolViolation(address(), command.name(), "the node answered instead of ending", null);
    }

    Connection connection() {
        return connection;
    }

    /** Closes the connection, for every {@link #within} of it as well. */
    @Override
    public void close() {
        connection.close();
    }
}
