package io.slotkeeper.control;

import io.slotkeeper.engine.Access;
import io.slotkeeper.engine.CommandRefused;
import io.slotkeeper.engine.ConnectFailed;
import io.slotkeeper.engine.ConnectionClosed;
import io.slotkeeper.engine.Connector;
import io.slotkeeper.engine.EngineException;
import io.slotkeeper.engine.EngineNode;
import io.slotkeeper.engine.Refusal;
import io.slotkeeper.engine.Tripwire;
import io.slotkeeper.plan.NodeState;
import io.slotkeeper.plan.NodeView;
import io.slotkeeper.topology.Address;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The connections to the nodes of one cluster, kept from pass to pass: one to ask and to order, and one that is idle and
 * tells within milliseconds that the node's process has ended. Who that was is remembered until somebody answers there again.
 * A connection belongs to a pod's uid: a new pod at an old address is somebody else until it has shown the password.
 */
final class Nodes implements AutoCloseable {
    private static final Duration CONNECT = Duration.ofMillis(300);
    private static final Duration CALL = Duration.ofMillis(500);
    /** A node may fork to save, or run a script; whoever talks to it waits as well, and nobody takes it for dead. */
    private static final Duration PATIENCE = Duration.ofSeconds(2);

    /** Several looks in a row. */
    private static final Duration DOUBT = Duration.ofSeconds(1);

    private static final Set<Refusal.Code> SHUT_OUT =
            Set.of(Refusal.Code.WRONGPASS, Refusal.Code.NOAUTH, Refusal.Code.NOPERM);

    private final Connector connector;
    private final EngineCalls calls;
    private final Runnable woken;
    private final Map<String, Line> lines = new ConcurrentHashMap<>();
    private final Map<String, End> ends = new ConcurrentHashMap<>();
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

    /** Connections that call {@code woken} when a node's process ends. */
    Nodes(Connector connector, EngineCalls calls, Runnable woken) {
        this.connector = connector;
        this.calls = calls;
        this.woken = woken;
    }

    /** Somebody to ask: the pod's uid, where it is, and how to be let in. */
    record Contact(String uid, Address address, Access access) {}

    /** Asks all of them side by side; the answers have the contacts' uids as keys, and nobody else's line is kept. */
    Map<String, NodeView> ask(List<Contact> contacts) {
        hangUpOnAllBut(contacts);
        return sideBySide(contacts, Contact::uid, this::ask);
    }

    /**
     * Tells a node something over the very connection on which it answered in this pass, and says what was in the way. What
     * answers at that address after the connection ended was not looked at, so it is not spoken to; see decision 9.
     */
    Optional<String> tell(Contact contact, Duration deadline, Function<EngineNode, Optional<String>> conversation) {
        Optional<Line> line = known(contact);
        if (line.isEmpty()) {
            return Optional.of("the connection to " + contact.address() + " ended since the node was looked at");
        }
        try {
            return calls.timed(() -> conversation.apply(line.get().node.within(deadline)));
        } catch (ConnectionClosed broken) {
            breaksOff(line.get());
            throw broken;
        }
    }

    /** Does something for each of these at the same time, and waits for the last one. */
    <A, B> Map<String, B> sideBySide(List<A> subjects, Function<A, String> key, Function<A, B> work) {
        Map<String, Future<B>> running = new HashMap<>();
        subjects.forEach(subject -> running.put(key.apply(subject), threads.submit(() -> work.apply(subject))));
        Map<String, B> results = new HashMap<>();
        running.forEach((name, future) -> results.put(name, finished(future)));
        return results;
    }

    private NodeView ask(Contact contact) {
        Optional<Line> known = known(contact);
        End end = ends.get(contact.uid());
        try {
            return calls.timed(() -> answer(contact, known, end));
        } catch (ConnectionClosed broken) {
            if (known.isEmpty()) {
                // A process that ends may close its connections before its port: who is not let in by anybody knows
                // nothing.
                return lines.containsKey(contact.uid())
                        ? silent(contact, end, broken)
                        : new NodeView.Silent(String.valueOf(broken.getMessage()));
            }
            // Once more, and over no known line: whether somebody listens there now is half of the proof that its
            // process has ended.
            breaksOff(known.get());
            return ask(contact);
        } catch (ConnectFailed failed) {
            hangUp(contact.uid());
            return switch (failed.reason()) {
                case REFUSED -> new NodeView.Silent(String.valueOf(failed.getMessage()), death(contact));
                // Its port may be about to close.
                case RESET -> new NodeView.Silent(String.valueOf(failed.getMessage()));
                // A packet may be lost, or the operator late; for longer, nobody knows what is there by now.
                case TIMED_OUT, UNREACHABLE -> doubted(contact, end, failed);
                case UNKNOWN_HOST, TLS -> silent(contact, end, failed);
            };
        } catch (EngineException e) {
            hangUp(contact.uid());
            return silent(contact, end, e);
        }
    }

    private NodeView silent(Contact contact, @Nullable End end, EngineException why) {
        NodeView view = why instanceof CommandRefused refused
                ? refusedView(refused)
                : new NodeView.Silent(String.valueOf(why.getMessage()));
        return seen(view, contact, end);
    }

    /**
     * Whoever says anything, or may be there, is not the one that ended, and what was noted of that one is out of date; but not before its
     * data is loaded, since it may end while it does that.
     */
    private NodeView seen(NodeView view, Contact contact, @Nullable End end) {
        if (end != null && view instanceof NodeView.Loading) {
            ends.replace(contact.uid(), end, end.lastHeard(System.nanoTime()));
        } else if (end != null) {
            ends.remove(contact.uid(), end);
        }
        return view;
    }

    private NodeView doubted(Contact contact, @Nullable End end, EngineException why) {
        if (end == null || end.isDoubtedForLong(System.nanoTime())) {
            return silent(contact, end, why);
        }
        ends.replace(contact.uid(), end, end.doubted(System.nanoTime()));
        return new NodeView.Silent(String.valueOf(why.getMessage()));
    }

    /** How the life ended that answered there the last time, if its connection broke off. */
    private Optional<NodeView.Death> death(Contact contact) {
        return Optional.ofNullable(ends.computeIfPresent(contact.uid(), (uid, end) -> end.undoubted()))
                .filter(end -> end.contact().equals(contact))
                .map(end -> new NodeView.Death(
                        end.last().id(),
                        Duration.ofNanos(System.nanoTime() - end.nanos()),
                        Duration.ofNanos(System.nanoTime() - end.heard()),
                        end.last().inSync()));
    }

    /** Notes that the other side has ended the connection, unless the line was given up before. */
    private void breaksOff(Line line) {
        NodeState last = line.last;
        if (last != null && lines.get(line.contact.uid()) == line) {
            long now = System.nanoTime();
            ends.put(line.contact.uid(), new End(line.contact, last, now, now, Optional.empty()));
        }
        line.close();
        lines.remove(line.contact.uid(), line);
    }

    /**
     * A node that answered the last time, over the same connection, may be late: if its process ends meanwhile, the connection
     * ends too, and so does the wait. One that was late even so is asked over a new connection, and waited for no longer.
     */
    private NodeView answer(Contact contact, Optional<Line> known, @Nullable End end) {
        Line line = known.orElseGet(() -> connect(contact));
        NodeView view = Question.ask(line.node.within(known.isPresent() ? PATIENCE : CALL));
        if (view instanceof NodeView.Answering answering) {
            line.last = answering.state();
        }
        if (line.tripwire == null) {
            line.tripwire = watch(line);
        }
        return seen(view, contact, end);
    }

    private static NodeView refusedView(CommandRefused refused) {
        return switch (refused.code()) {
            case Refusal.Code code
            when SHUT_OUT.contains(code) ->
                new NodeView.Foreign(refused.address() + " does not accept the operator's password");
            case LOADING -> new NodeView.Loading();
            default -> new NodeView.Silent(String.valueOf(refused.getMessage()));
        };
    }

    /** The line on which it answered the last time: whoever does not answer loses it. */
    private Optional<Line> known(Contact contact) {
        return Optional.ofNullable(lines.get(contact.uid())).filter(line -> line.fits(contact));
    }

    private Line connect(Contact contact) {
        hangUp(contact.uid());
        Line fresh = new Line(contact, connector.connect(contact.address(), contact.access(), CONNECT));
        lines.put(contact.uid(), fresh);
        return fresh;
    }

    /** Without a tripwire the death is seen by the next pass; that is no reason not to talk to the node. */
    private @Nullable Tripwire watch(Line line) {
        try {
            return connector.watch(line.contact.address(), line.contact.access(), CONNECT, () -> {
                breaksOff(line);
                woken.run();
            });
        } catch (EngineException e) {
            return null;
        }
    }

    private void hangUpOnAllBut(List<Contact> contacts) {
        Set<String> kept = Set.copyOf(contacts.stream().map(Contact::uid).toList());
        new ArrayList<>(lines.keySet())
                .stream().filter(uid -> !kept.contains(uid)).forEach(this::hangUp);
        ends.keySet().retainAll(kept);
    }

    private void hangUp(String uid) {
        Optional.ofNullable(lines.remove(uid)).ifPresent(Line::close);
    }

    private static <T> T finished(Future<T> future) {
        try {
            return future.get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while nodes were asked", e);
        } catch (ExecutionException e) {
            throw new IllegalStateException("asking a node failed in a way that nobody expected", e.getCause());
        }
    }

    @Override
    public void close() {
        new ArrayList<>(lines.keySet()).forEach(this::hangUp);
        threads.shutdown();
    }

    /**
     * How a connection was broken off by the other side: what the node had said last, when that was seen, when anything was heard there last, and
     * since when nothing is known of who is there.
     */
    private record End(Contact contact, NodeState last, long nanos, long heard, Optional<Long> doubtedSince) {
        End lastHeard(long when) {
            return new End(contact, last, nanos, when, Optional.empty());
        }

        End undoubted() {
            return new End(contact, last, nanos, heard, Optional.empty());
        }

        End doubted(long when) {
            return new End(contact, last, nanos, heard, doubtedSince.or(() -> Optional.of(when)));
        }

        boolean isDoubtedForLong(long when) {
            return doubtedSince.filter(since -> when - since > DOUBT.toNanos()).isPresent();
        }
    }

    private static final class Line {
        private final Contact contact;
        private final EngineNode node;
        private volatile @Nullable Tripwire tripwire;
        private volatile @Nullable NodeState last;

        Line(Contact contact, EngineNode node) {
            this.contact = contact;
            this.node = node;
        }

        boolean fits(Contact wanted) {
            return node.isUsable() && contact.equals(wanted);
        }

        void close() {
            Tripwire wire = tripwire;
            if (wire != null) {
                wire.close();
            }
            node.close();
        }
    }
}
