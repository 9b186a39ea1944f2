package io.slotkeeper.testkit;

import io.slotkeeper.engine.Cluster;
import io.slotkeeper.engine.ClusterNode;
import io.slotkeeper.engine.Connector;
import io.slotkeeper.engine.EngineException;
import io.slotkeeper.engine.EngineNode;
import io.slotkeeper.engine.Server;
import io.slotkeeper.topology.Address;
import io.slotkeeper.topology.HashSlot;
import io.slotkeeper.topology.NodeId;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** A formed cluster of processes or pods, with all that a scenario asks of it. */
public final class ClusterUnderTest<M extends Member> implements AutoCloseable {
    private static final Duration CALL = Duration.ofSeconds(10);
    private static final Duration LOOK = Duration.ofSeconds(2);
    private static final Duration BETWEEN_LOOKS = Duration.ofMillis(25);
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final Connector connector;
    private final Secrets secrets;
    private final List<M> members;
    private final int shards;

    private ClusterUnderTest(Connector connector, Secrets secrets, List<M> members, int shards) {
        this.connector = connector;
        this.secrets = secrets;
        this.members = List.copyOf(members);
        this.shards = shards;
    }

    /** A cluster that somebody else forms of these members, and whose connector is closed by them too. */
    static <M extends Member> ClusterUnderTest<M> formedElsewhere(
            Connector connector, Secrets secrets, List<M> members, int shards) {
        return new ClusterUnderTest<>(connector, secrets, members, shards);
    }

    /** Forms a cluster of nodes that are up and fresh; the first ones become its primaries. */
    public static <M extends Member> ClusterUnderTest<M> form(
            Secrets secrets, List<M> members, int shards, Duration nodeTimeout) {
        ClusterUnderTest<M> cluster = new ClusterUnderTest<>(new Connector(), secrets, members, shards);
        try {
            cluster.onEveryNode(nodes -> {
                Formation.form(nodes, shards, nodeTimeout);
                return nodes;
            });
            return cluster;
        } catch (AssertionError | RuntimeException e) {
            cluster.connector.close();
            throw e;
        }
    }

    /** Starts shards × (1 + replicas) processes in the directory and makes a cluster of them. */
    public static ClusterUnderTest<NodeProcess> ofProcesses(
            Engine engine, int shards, int replicas, Path directory, List<String> settings) {
        Secrets secrets = Secrets.generate();
        List<NodeProcess> nodes = new ArrayList<>();
        List<String> addresses = Stream.generate(LoopbackAddresses::next)
                .limit((long) shards * (1 + replicas))
                .toList();
        try {
            for (int i = 0; i < addresses.size(); i++) {
                int shard = i % shards;
                List<String> peers = IntStream.range(0, addresses.size())
                        .filter(other -> other % shards == shard)
                        .mapToObj(addresses::get)
                        .toList();
                Path place = directory.resolve("node-" + i);
                nodes.add(NodeProcess.start(engine, secrets, place, addresses.get(i), peers, settings));
            }
            nodes.forEach(NodeProcess::awaitAnswering);
            return form(secrets, nodes, shards, Duration.ofSeconds(5));
        } catch (AssertionError | RuntimeException e) {
            // Their keepers would start them again for as long as the JVM lives.
            nodes.forEach(NodeProcess::close);
            throw e;
        }
    }

    /** All nodes, the first primaries first. */
    public List<M> members() {
        return members;
    }

    /** The member that owns the slot in the middle of a shard today, by its own word. */
    public M primary(int shard) {
        int slot = HashSlot.COUNT * (2 * shard + 1) / (2 * shards);
        // They are asked one after the other, and may hand over meanwhile.
        return owner(slot)
                .or(() -> owner(slot))
                .orElseThrow(() -> new IllegalStateException("nobody owns slot " + slot));
    }

    private Optional<M> owner(int slot) {
        return members.stream().filter(member -> owns(member, slot)).findFirst();
    }

    /** The first replica of a shard, by its own word. */
    public M replica(int shard) {
        ClusterNode primary = self(primary(shard)).orElseThrow();
        return members.stream()
                .filter(member -> self(member)
                        .map(node -> node.primary().equals(Optional.of(primary.id())))
                        .orElse(false))
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("shard " + shard + " has no replica"));
    }

    /** What a node says of itself; empty when it does not answer. */
    public Optional<ClusterNode> self(M member) {
        try (EngineNode node = connect(member, LOOK)) {
            return node.call(Cluster.nodes()).stream()
                    .filter(ClusterNode::isMyself)
                    .findFirst();
        } catch (EngineException silent) {
            return Optional.empty();
        }
    }

    /** Which life of its engine a node is in: its run id; empty when it does not answer. */
    public Optional<String> life(M member) {
        try (EngineNode node = connect(member, LOOK)) {
            return Optional.of(node.call(Server.info()).runId());
        } catch (EngineException silent) {
            return Optional.empty();
        }
    }

    /** Lets a member that came back empty follow a leader, as the operator would; the others forget who it was before. */
    public void takeBack(M emptied, NodeId former, M leader) {
        onEveryNode(nodes -> {
            EngineNode fresh = nodes.get(members.indexOf(emptied));
            List<EngineNode> survivors =
                    nodes.stream().filter(node -> node != fresh).toList();
            Formation.replace(former, fresh, nodes.get(members.indexOf(leader)), survivors);
            return nodes;
        });
    }

    /** Connects as the operator does. */
    public EngineNode connect(M member) {
        return connect(member, CALL);
    }

    private EngineNode connect(M member, Duration patience) {
        return connector.connect(new Address(member.address(), EngineProcess.PORT), secrets.operator(), patience);
    }

    /** A client as an application has it. */
    public ClusterClient client() {
        return new ClusterClient(connector, secrets.application(), this::addresses);
    }

    /** Starts so many writers that keep a ledger. */
    public Ledger startWriters(int count) {
        return Ledger.start(connector, secrets.application(), this::addresses, count);
    }

    /** Returns when all nodes agree that all is well. */
    public void awaitWell() {
        awaitWell(PATIENCE);
    }

    /** The same with another patience. Connections are kept while it waits, since a big cluster would be busy with logins. */
    public void awaitWell(Duration patience) {
        Map<Address, EngineNode> open = new HashMap<>();
        try {
            Eventually.eventually("all nodes agree that the cluster is well", patience, () -> {
                Eventually.pause(BETWEEN_LOOKS);
                return members.stream().allMatch(member -> isWell(member, open));
            });
        } finally {
            open.values().forEach(EngineNode::close);
        }
    }

    private boolean isWell(M member, Map<Address, EngineNode> open) {
        if (member.address().isEmpty()) {
            return false;
        }
        Address address = new Address(member.address(), EngineProcess.PORT);
        try {
            EngineNode node = open.get(address);
            if (node == null || !node.isUsable()) {
                node = connect(member, LOOK);
                open.put(address, node);
            }
            return Formation.isWell(node, members.size(), shards);
        } catch (EngineException notYet) {
            return false;
        }
    }

    /** Whether this node, and nobody else, says that it owns the slot. */
    private boolean owns(M member, int slot) {
        return self(member)
                .map(node -> node.isPrimary() && node.slots().contains(slot))
                .orElse(false);
    }

    private List<Address> addresses() {
        return members.stream()
                .map(member -> new Address(member.address(), EngineProcess.PORT))
                .toList();
    }

    private <T> T onEveryNode(Function<List<EngineNode>, T> use) {
        List<EngineNode> nodes = new ArrayList<>();
        try {
            members.forEach(member -> nodes.add(connect(member)));
            return use.apply(nodes);
        } finally {
            nodes.forEach(EngineNode::close);
        }
    }

    @Override
    public void close() {
        members.forEach(Member::close);
        connector.close();
    }
}
