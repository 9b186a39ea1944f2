package io.slotkeeper.simulation;

import io.slotkeeper.topology.Place;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The cluster's pods as a StatefulSet makes them again and again, and the disks that stay behind when a pod goes. */
final class Pods {
    /** After so long Kubernetes wants the pods of a lost machine gone. */
    private static final int UNTIL_DELETED = 15_000;

    private final World world;
    private final Fence fence;
    private final List<Seat> seats = new ArrayList<>();
    private int uids;

    /** What the settings file says that a process reads when it starts. */
    int timeout;

    boolean fullCoverage;
    int replicasToWrite;
    /** Today's template; the image of those with an odd number cannot be pulled. */
    int template;

    int replicas;

    Pods(World world) {
        this.world = world;
        this.fence = new Fence(world);
        for (int shard = 0; shard < world.shape.shards(); shard++) {
            for (int ordinal = 0; ordinal <= world.shape.mostReplicas(); ordinal++) {
                seats.add(new Seat(new Place(shard, ordinal)));
            }
        }
    }

    /** A place in the cluster, with its disk and, most of the time, a pod. */
    static final class Seat {
        final Place place;

        @Nullable
        Node node;

        @Nullable
        Pod pod;

        long nextPodAt;
        /** Until when Kubernetes finds no machine for its pod. */
        long homelessUntil;

        boolean cordoned;
        /** Since when its disk is where no pod can be, if it is. */
        long strandedSince = Node.NEVER;

        Seat(Place place) {
            this.place = place;
        }
    }

    static final class Pod {
        final String uid;
        final int template;
        boolean hasRun;
        int address = Node.NOBODY;
        /** When its container is started next; never while it runs. */
        long startAt;

        long startedAt;
        long goneAt = Long.MAX_VALUE;
        /** Since when its machine is lost, if it is. */
        long lostSince = Node.NEVER;

        boolean byPlan;

        Pod(String uid, int template) {
            this.uid = uid;
            this.template = template;
        }
    }

    List<Seat> seats() {
        return seats;
    }

    Seat seat(int shard, int ordinal) {
        return seats.get(world.shape.number(new Place(shard, ordinal)));
    }

    /** Seats whose pod runs an engine at the moment. */
    List<Seat> running() {
        return seats.stream()
                .filter(seat -> seat.pod != null
                        && seat.node != null
                        && seat.pod.goneAt == Long.MAX_VALUE
                        && seat.node.life != Node.Life.NONE)
                .toList();
    }

    void tick() {
        for (Seat seat : seats) {
            tick(seat);
        }
    }

    private void tick(Seat seat) {
        Pod pod = seat.pod;
        if (pod == null) {
            if (seat.place.ordinal() <= replicas && world.now >= seat.nextPodAt) {
                seat.pod = new Pod("pod-" + ++uids, template);
                seat.pod.startAt = world.now + world.dice.between(1, 15) * World.TICK;
            }
        } else if (pod.lostSince != Node.NEVER) {
            if (world.now - pod.lostSince >= UNTIL_DELETED) {
                pod.goneAt = Math.min(pod.goneAt, world.now);
            }
        } else if (world.now >= pod.goneAt) {
            remove(seat, pod);
        } else if (world.now >= pod.startAt
                && world.now >= seat.homelessUntil
                && seat.strandedSince == Node.NEVER
                && pod.template % 2 == 0) {
            start(seat, pod);
        } else if (seat.node != null) {
            fence.tick(seat.node);
        }
    }

    private void start(Seat seat, Pod pod) {
        Node node = seat.node;
        if (node == null) {
            node = world.born(0, seat.place);
            seat.node = node;
        }
        if (pod.address == Node.NOBODY) {
            pod.address = world.someAddress(false);
        }
        pod.hasRun = true;
        pod.startAt = Long.MAX_VALUE;
        pod.startedAt = world.now;
        world.listen(node, pod.address);
        Node started = node;
        world.tell(() ->
                "  " + started + " starts at " + world.address(pod.address).host());
        node.timeout = timeout;
        node.fullCoverage = fullCoverage;
        node.replicasToWrite = replicasToWrite;
        node.replicationOpen = node.hasRole();
        node.ok = false;
        node.processStarted = world.now;
        node.toldAt = Node.NEVER;
        node.minoritySince = world.now;
        node.electionAt = 0;
        node.votedAbout.clear();
        node.handshakes.clear();
        for (Node.Peer peer : node.peers) {
            peer.heard = world.now;
            peer.suspected = false;
            peer.reports.clear();
        }
        if (node.isReplica()) {
            node.linkUp = false;
            node.copied = false;
            node.linkLost = Node.NEVER;
            Node.Peer primary = node.peer(node.primary);
            node.linkAddress = primary == null ? Node.NOBODY : primary.address;
        }
        fence.enter(node);
    }

    /** The process dies, and what it had not written to a disk with it; the container is started again. */
    void crash(Seat seat, int after) {
        Pod pod = seat.pod;
        Node node = seat.node;
        if (pod == null || node == null || node.life == Node.Life.NONE) {
            return;
        }
        die(node);
        pod.startAt = world.now + after;
    }

    private void die(Node node) {
        // Before it serves, what was noted of its last life stands.
        if (node.serves() || node.life == Node.Life.FROZEN) {
            fence.noteAccount(node);
            node.endedAt = world.now;
        }
        node.life = Node.Life.NONE;
        node.clean = false;
        node.stream = ++world.streams;
        forgetUnsaved(node);
    }

    private void forgetUnsaved(Node node) {
        BitSet gone = new BitSet();
        gone.or(node.data);
        gone.andNot(node.disk);
        node.data.and(node.disk);
        world.losses.takenByFate(gone, node, "had not saved them");
    }

    /** The pod is told to go: a primary hands over first, the rest is saved. */
    void delete(Seat seat, boolean byPlan) {
        Pod pod = seat.pod;
        if (pod == null || pod.goneAt != Long.MAX_VALUE) {
            return;
        }
        pod.byPlan = byPlan;
        pod.goneAt = world.now + world.dice.between(1, 12) * World.TICK;
        Node node = seat.node;
        if (node != null && node.serves() && !node.isReplica()) {
            for (Node replica : List.copyOf(world.living)) {
                if (world.elections.handOver(node, replica)) {
                    return;
                }
            }
        }
    }

    /** The machine under the pod is gone, and with it the pod; the disk may be elsewhere. */
    void power(Seat seat) {
        if (seat.pod != null) {
            if (seat.node != null && seat.node.life != Node.Life.NONE) {
                die(seat.node);
                if (world.dice.oneIn(2)) {
                    world.swallow(seat.node);
                }
            }
            remove(seat, seat.pod);
        }
    }

    /** Nobody hears of the machine under a running pod any more, and its process ended with it. */
    Pod loseMachine(Seat seat) {
        Pod pod = Objects.requireNonNull(seat.pod);
        Node node = Objects.requireNonNull(seat.node);
        die(node);
        world.swallow(node);
        pod.lostSince = world.now;
        return pod;
    }

    /** The machine is back, and the pod starts again or goes, unless it was given up. */
    void findMachine(Seat seat, Pod pod) {
        if (seat.pod == pod) {
            pod.lostSince = Node.NEVER;
            pod.startAt = world.now + world.dice.between(1, 15) * World.TICK;
        }
    }

    void giveUp(Seat seat) {
        Pod pod = Objects.requireNonNull(seat.pod);
        pod.byPlan = true;
        remove(seat, pod);
    }

    /** Its pod is taken for gone, and another one comes; the process lives on where nobody looks. */
    Node forsake(Seat seat) {
        Node node = Objects.requireNonNull(seat.node);
        node.forsaken = true;
        seat.node = null;
        seat.pod = null;
        seat.nextPodAt = world.now + world.dice.between(1, 10) * World.TICK;
        return node;
    }

    /** The end of one that lived on. */
    void bury(Node node) {
        int address = node.address;
        world.losses.takenByFate(node.data, node, "had lost its pod long ago");
        world.end(node);
        world.release(address);
    }

    private void remove(Seat seat, Pod pod) {
        Node node = seat.node;
        if (node != null) {
            if (node.life != Node.Life.NONE) {
                boolean saved = node.life == Node.Life.SERVING;
                node.life = Node.Life.NONE;
                node.clean |= saved;
                if (saved) {
                    node.disk.clear();
                    node.disk.or(node.data);
                } else {
                    forgetUnsaved(node);
                }
                node.stream = ++world.streams;
            }
            world.leave(node);
            if (!world.shape.keepsData()) {
                wipe(seat, pod.byPlan);
            }
        }
        if (pod.address != Node.NOBODY) {
            world.release(pod.address);
        }
        seat.pod = null;
        seat.nextPodAt = world.now + world.dice.between(1, 10) * World.TICK;
    }

    /** The disk goes: a node without a name will come in its place. */
    void wipe(Seat seat, boolean byPlan) {
        Node node = seat.node;
        if (node == null) {
            return;
        }
        if (byPlan) {
            Rules.losesNothing(world, node, node.data, "lost its disk with its pod");
        }
        world.losses.takenByFate(node.data, node, "lost its disk");
        world.end(node);
        seat.node = null;
    }

    /** Pod and disk go, although there may be something on it. */
    void replaceDisk(Seat seat) {
        if (seat.node != null) {
            Rules.isSucceeded(world, seat.node);
        }
        seat.strandedSince = Node.NEVER;
        power(seat);
        wipe(seat, false);
    }

    /** The disk is taken out as it is, and somebody keeps it. */
    Optional<Node> putAway(Seat seat) {
        Optional<Node> node = Optional.ofNullable(seat.node);
        seat.node = null;
        node.ifPresent(world::leaveFor);
        return node;
    }

    /** A disk that was put away takes the place of the one that is there. */
    void bringBack(Seat seat, Node node) {
        power(seat);
        wipe(seat, false);
        world.returns(node);
        seat.node = node;
    }

    Optional<Seat> seatOf(String uid) {
        return seats.stream()
                .filter(seat -> seat.pod != null && seat.pod.uid.equals(uid))
                .findFirst();
    }
}
