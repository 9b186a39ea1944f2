package io.slotkeeper.simulation;

import io.slotkeeper.topology.Address;
import io.slotkeeper.topology.NodeId;
import io.slotkeeper.topology.Place;
import io.slotkeeper.topology.SlotSet;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Deque;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** All that there is: the nodes of two clusters, where they listen, who hears whom, what was written. */
final class World {
    /** How far time goes at once, in milliseconds. */
    static final long TICK = 100;

    /** How long an address is given to nobody; steps are never carried out later than this after they were planned. */
    static final long RESTING = 10_000;

    final Dice dice;
    final Shape shape;
    final Chronicle chronicle;
    final SlotPieces pieces = new SlotPieces();
    /** Everybody who ever was, and those who still have a container or a volume. */
    final List<Node> nodes = new ArrayList<>();

    final List<Node> living = new ArrayList<>();
    final Bus bus = new Bus(this);
    final Elections elections = new Elections(this);
    final Replication replication = new Replication(this);
    final Losses losses = new Losses(this);
    long now = 1_000_000;
    int streams;
    private final List<Address> addresses = new ArrayList<>();
    private final List<@Nullable Node> listening = new ArrayList<>();
    private final Deque<Free> free = new ArrayDeque<>();

    private record Free(int address, long since) {}

    /** Where packets went when a machine was lost; nobody there says that nobody is there. */
    private final BitSet swallowing = new BitSet();

    /** Between which places the network is cut, and which the operator does not reach: rows are places, counted by pods. */
    final boolean[][] cut;

    final boolean[] hidden;

    /** What does not change in a history. */
    record Shape(
            int shards,
            int mostReplicas,
            boolean keepsData,
            boolean appendOnly,
            boolean prefersDisk,
            boolean keepsOldLinkAddress,
            boolean spreadsForgetting) {
        int places() {
            return shards * (mostReplicas + 1);
        }

        int number(Place place) {
            return place.shard() * (mostReplicas + 1) + place.ordinal();
        }
    }

    World(Dice dice, Shape shape, int strangers, Chronicle chronicle) {
        this.dice = dice;
        this.shape = shape;
        this.chronicle = chronicle;
        this.cut = new boolean[shape.places() + strangers][shape.places() + strangers];
        this.hidden = new boolean[shape.places() + strangers];
    }

    Node born(int cluster, Place home) {
        Node node = new Node(nodes.size(), new NodeId(dice.nodeId()), cluster, home);
        node.stream = ++streams;
        nodes.add(node);
        living.add(node);
        return node;
    }

    Node node(int index) {
        return nodes.get(index);
    }

    /** A new address, or now and then one that nobody has had for a while: so long that no step is still meant for its last owner. */
    int someAddress(boolean rather) {
        if (!free.isEmpty() && free.element().since() + RESTING < now && (rather || dice.oneIn(3))) {
            return free.remove().address();
        }
        int number = addresses.size();
        addresses.add(new Address("10.0." + number / 250 + "." + (number % 250 + 1), 6379));
        listening.add(null);
        return number;
    }

    Address address(int number) {
        return addresses.get(number);
    }

    int addressNumber(Address address) {
        return addresses.indexOf(address);
    }

    /** Whoever has this address at the moment, whatever its process does. */
    @Nullable
    Node at(int address) {
        return address < 0 ? null : listening.get(address);
    }

    void listen(Node node, int address) {
        leave(node);
        node.address = address;
        listening.set(address, node);
        swallowing.clear(address);
    }

    /** Its machine is lost, and whatever is sent to its address with it. */
    void swallow(Node node) {
        if (node.address >= 0) {
            swallowing.set(node.address);
        }
    }

    boolean swallows(int address) {
        return address >= 0 && swallowing.get(address);
    }

    void leave(Node node) {
        if (node.address >= 0 && listening.get(node.address) == node) {
            listening.set(node.address, null);
        }
    }

    /** The pod is gone, and somebody else may be given its address. */
    void release(int address) {
        free.add(new Free(address, now));
    }

    /** It is not in this world any more, but may return. */
    void leaveFor(Node node) {
        leave(node);
        node.life = Node.Life.NONE;
        living.remove(node);
        node.exists = false;
    }

    void returns(Node node) {
        living.add(node);
        node.exists = true;
    }

    /** Its container and its disk are gone, and with them its name. */
    void end(Node node) {
        leaveFor(node);
        node.data.clear();
        node.disk.clear();
    }

    private int number(Node node) {
        return node.cluster == 0 ? shape.number(node.home) : shape.places() + node.home.shard();
    }

    /** Whether packets get from one to the other. */
    boolean connected(Node one, Node other) {
        return !cut[number(one)][number(other)];
    }

    boolean heardOnBus(Node by, Node other) {
        return other.isOnBus() && connected(by, other);
    }

    long mask(SlotSet slots) {
        return pieces.mask(slots, (old, added) -> nodes.forEach(node -> node.owner[added] = node.owner[old]));
    }

    void tick() {
        now += TICK;
        int count = living.size();
        int first = count == 0 ? 0 : dice.below(count);
        for (int i = 0; i < count; i++) {
            Node node = living.get((first + i) % count);
            if (node.isOnBus()) {
                bus.tick(node);
                elections.tick(node);
            }
        }
        for (Node node : living) {
            if (node.serves()) {
                replication.tick(node);
                if (now / 1000 != (now - TICK) / 1000) {
                    if (shape.appendOnly) {
                        node.disk.clear();
                        node.disk.or(node.data);
                    }
                    // The witness: a node with a role may be replicated from.
                    node.replicationOpen |= node.isReplica() || node.claims() != 0;
                }
            }
        }
        if (count > 0 && dice.oneIn(2)) {
            clientWrites();
        }
    }

    /** A client writes to somebody who thinks that the slot is its own; two may think so while the network is cut. */
    private void clientWrites() {
        int piece = dice.below(pieces.count());
        int first = dice.below(living.size());
        for (int i = 0; i < living.size(); i++) {
            Node node = living.get((first + i) % living.size());
            if (node.cluster == 0 && node.serves() && node.ok && !node.isReplica() && node.owner[piece] == node.index) {
                losses.acknowledge(node, piece);
                return;
            }
        }
    }

    void tell(Supplier<String> line) {
        chronicle.add(now, line);
    }

    /** All that is held somewhere, in memory or on a disk that is still there, by anyone but this node. */
    BitSet heldByOthers(Node but) {
        BitSet held = new BitSet();
        for (Node node : living) {
            if (node != but && node.cluster == 0) {
                held.or(node.data);
                held.or(node.disk);
            }
        }
        return held;
    }
}
