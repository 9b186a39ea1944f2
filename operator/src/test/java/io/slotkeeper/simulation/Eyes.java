package io.slotkeeper.simulation;

import io.slotkeeper.plan.Attempt;
import io.slotkeeper.plan.LostVolume;
import io.slotkeeper.plan.Machine;
import io.slotkeeper.plan.NodeState;
import io.slotkeeper.plan.NodeView;
import io.slotkeeper.plan.Observation;
import io.slotkeeper.plan.ObservedPod;
import io.slotkeeper.plan.Partings;
import io.slotkeeper.topology.Address;
import io.slotkeeper.topology.NodeId;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** What an operator sees of the world: never all of it, and not all at the same moment. */
final class Eyes {
    private static final NodeView SILENT = new NodeView.Silent("it did not answer in time");
    private static final NodeView FOREIGN = new NodeView.Foreign("it does not take our password");
    private static final NodeView LOADING = new NodeView.Loading();

    private final World world;
    private final Pods pods;
    private final Runnable aWhile;
    /** Places that seem to be somebody else's at the moment. */
    final Set<Pods.Seat> estranged = new HashSet<>();
    /** Places whose node seems to refuse, and since when. */
    final Map<Pods.Seat, Long> rejectedBy = new HashMap<>();
    /** What answered in each pod the last time. */
    private final Map<String, Line> lines = new HashMap<>();
    /** In whose place somebody was told to serve. */
    final Map<NodeId, Attempt> told = new HashMap<>();
    /** When something that loads was seen last. */
    private final Map<String, Long> loadedAt = new HashMap<>();

    private io.slotkeeper.plan.Elections elections = new io.slotkeeper.plan.Elections();
    private Partings partings = new Partings();

    private record Line(Node node, long processStarted, Set<Address> inSync) {}

    Eyes(World world, Pods pods, Runnable aWhile) {
        this.world = world;
        this.pods = pods;
        this.aWhile = aWhile;
    }

    Observation look(boolean formedBefore, boolean troubled) {
        List<ObservedPod> seen = new ArrayList<>();
        Instant at = Instant.ofEpochMilli(world.now);
        int pauseAfter =
                troubled && world.dice.oneIn(8) ? world.dice.below(pods.seats().size()) : -1;
        for (int i = 0; i < pods.seats().size(); i++) {
            Pods.Seat seat = pods.seats().get(i);
            if (seat.pod != null) {
                boolean missed = troubled && world.dice.oneIn(60);
                seen.add(pod(seat, seat.pod, missed));
            }
            if (i == pauseAfter) {
                aWhile.run();
            }
        }
        told.values().removeIf(attempt -> attempt.at().plusSeconds(240).isBefore(at));
        return new Observation(
                at,
                formedBefore,
                seen,
                Map.of(),
                told,
                elections.after(states(seen), at),
                partings.after(states(seen), at));
    }

    private ObservedPod pod(Pods.Seat seat, Pods.Pod pod, boolean missed) {
        Node node = seat.node;
        boolean runs = pod.hasRun && node != null && node.life != Node.Life.NONE;
        boolean ready = pod.hasRun && node != null && ready(node);
        return new ObservedPod(
                seat.place,
                pod.uid,
                address(pod.address),
                pod.goneAt != Long.MAX_VALUE,
                ready,
                pod.template != pods.template,
                pod.hasRun,
                runs ? Optional.of(Instant.ofEpochMilli(pod.startedAt)) : Optional.empty(),
                trouble(seat, pod),
                Optional.empty(),
                Optional.of(new Machine(
                        "m" + seat.place,
                        seat.cordoned,
                        pod.lostSince == Node.NEVER
                                ? Optional.empty()
                                : Optional.of(new Machine.Silence(
                                        Instant.ofEpochMilli(pod.lostSince),
                                        Duration.ofMillis(world.now - pod.lostSince))))),
                pod.hasRun || seat.strandedSince == Node.NEVER
                        ? Optional.empty()
                        : Optional.of(new LostVolume(
                                "data-cart-" + seat.place,
                                "claim-" + seat.strandedSince,
                                "its machine is lost",
                                Duration.ofMillis(world.now - seat.strandedSince),
                                false)),
                missed ? SILENT : view(seat, pod));
    }

    private static boolean ready(Node node) {
        return node.serves() && (node.isReplica() ? node.inSync() : node.claims() != 0);
    }

    private Optional<String> trouble(Pods.Seat seat, Pods.Pod pod) {
        if (pod.template % 2 != 0) {
            return Optional.of("ImagePullBackOff: there is no such image");
        }
        return !pod.hasRun && seat.homelessUntil > world.now
                ? Optional.of("Unschedulable: no machine has room")
                : Optional.empty();
    }

    private NodeView view(Pods.Seat seat, Pods.Pod pod) {
        Node node = seat.node;
        if (node == null || world.hidden[world.shape.number(seat.place)]) {
            return SILENT;
        }
        if (estranged.contains(seat)) {
            return FOREIGN;
        }
        Long rejected = rejectedBy.get(seat);
        if (rejected != null) {
            return refused(pod, node, rejected);
        }
        return switch (node.life) {
            case SERVING -> {
                lines.put(pod.uid, new Line(node, node.processStarted, inSync(node)));
                yield new NodeView.Answering(state(node));
            }
            case LOADING -> {
                loadedAt.put(pod.uid, world.now);
                yield LOADING;
            }
            case VOTING, NONE -> world.swallows(node.address) ? SILENT : refused(pod, node, node.endedAt);
            case FROZEN -> SILENT;
        };
    }

    /** Another operator looks from now on, who remembers nothing. */
    void forget() {
        told.clear();
        lines.clear();
        elections = new io.slotkeeper.plan.Elections();
        partings = new Partings();
    }

    private static List<NodeState> states(List<ObservedPod> seen) {
        return seen.stream().flatMap(pod -> pod.state().stream()).toList();
    }

    /** A refusal proves something only where a connection has broken off. */
    private NodeView refused(Pods.Pod pod, Node node, long since) {
        Line line = lines.get(pod.uid);
        return line == null || line.node() != node
                ? SILENT
                : new NodeView.Silent(
                        "it refuses",
                        Optional.of(new NodeView.Death(
                                node.id,
                                Duration.ofMillis(Math.max(0, world.now - since)),
                                Duration.ofMillis(
                                        Math.max(0, world.now - Math.max(since, loadedAt.getOrDefault(pod.uid, 0L)))),
                                line.inSync())));
    }

    private Set<Address> inSync(Node node) {
        Set<Address> where = new HashSet<>();
        for (Node other : world.living) {
            if (other.isInSyncWith(node, world.now) && other.linkAddress == node.address) {
                where.add(world.address(other.address));
            }
        }
        return where;
    }

    private NodeState state(Node node) {
        List<NodeState.Peer> peers = new ArrayList<>(node.peers.size() + node.handshakes.size());
        for (Node.Peer peer : node.peers) {
            peers.add(new NodeState.Peer(
                    world.node(peer.node).id,
                    address(peer.address),
                    primary(node, peer.primary),
                    world.pieces.slots(node.slotsOf(peer.node)),
                    peer.epoch,
                    isLinked(node, peer),
                    peer.failed
                            ? NodeState.Health.FAILED
                            : peer.suspected ? NodeState.Health.SUSPECTED : NodeState.Health.FINE));
        }
        for (Node.Handshake greeting : node.handshakes) {
            peers.add(new NodeState.Peer(
                    greeting.madeUp(),
                    address(greeting.address()),
                    Optional.empty(),
                    world.pieces.slots(0),
                    0,
                    false,
                    NodeState.Health.HANDSHAKE));
        }
        return new NodeState(
                node.id,
                primary(node, node.primary),
                world.pieces.slots(node.claims()),
                node.data.cardinality(),
                node.epoch,
                node.ok,
                peers,
                link(node),
                inSync(node),
                node.offset,
                node.settings(),
                node.replicationOpen,
                "Redis 8.6");
    }

    /**
     * A connection on the bus ends with the process, and otherwise when it has been silent for too long. An engine that dials says that it
     * is connected, and does so for as long as nobody answers; it dials again and again where a process has ended.
     */
    private boolean isLinked(Node by, Node.Peer peer) {
        if (world.swallows(peer.address)) {
            return true;
        }
        Node other = world.node(peer.node);
        boolean hasEnded = other.life == Node.Life.NONE && world.connected(by, other) && !world.dice.oneIn(4);
        return !peer.suspected && peer.address != Node.NOBODY && !hasEnded;
    }

    private Optional<NodeState.Link> link(Node node) {
        if (!node.isReplica()) {
            return Optional.empty();
        }
        Address looksAt = node.linkAddress == Node.NOBODY ? new Address("?", 0) : world.address(node.linkAddress);
        Optional<Duration> downFor = node.inSync() || node.linkLost == Node.NEVER
                ? Optional.empty()
                : Optional.of(Duration.ofMillis(world.now - node.linkLost));
        return Optional.of(new NodeState.Link(looksAt, node.inSync(), node.linkUp && !node.inSync(), downFor));
    }

    /** A node that is a replica of somebody whom this one does not know looks like a primary. */
    private Optional<NodeId> primary(Node by, int primary) {
        return primary != Node.NOBODY && by.knows(primary) ? Optional.of(world.node(primary).id) : Optional.empty();
    }

    private Optional<Address> address(int number) {
        return number == Node.NOBODY ? Optional.empty() : Optional.of(world.address(number));
    }
}
