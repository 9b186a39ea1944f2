package io.slotkeeper.engine;

import io.slotkeeper.testkit.Engine;
import io.slotkeeper.testkit.EngineProcess;
import io.slotkeeper.testkit.Eventually;
import io.slotkeeper.testkit.LoopbackAddresses;
import io.slotkeeper.topology.Address;
import io.slotkeeper.topology.NodeId;
import io.slotkeeper.topology.SlotRange;
import io.slotkeeper.topology.SlotSet;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** A few real nodes that form a cluster: what the contracts that need peers are tested on. */
final class SmallCluster implements AutoCloseable {
    static final Duration PATIENCE = Duration.ofSeconds(15);
    private static final int SLOTS = 16384;

    private final Engine engine;
    private final Path folder;
    private final Connector connector = new Connector();
    private final List<Member> members = new ArrayList<>();

    /** One node: its process, a connection to it, and its id. */
    record Member(EngineProcess process, EngineNode node, NodeId id) {
        Address address() {
            return node.address();
        }

        ClusterNode seenBy(Member other) {
            return other.node().call(Cluster.nodes()).stream()
                    .filter(each -> each.id().equals(id))
                    .findFirst()
                    .orElseThrow(() -> new AssertionError(other.address() + " does not know " + address()));
        }

        ClusterNode self() {
            return seenBy(this);
        }
    }

    private SmallCluster(Engine engine, Path folder) {
        this.engine = engine;
        this.folder = folder;
    }

    /** Starts primaries that share the slots, and replicas of the first primary, and waits until they serve. */
    static SmallCluster form(Engine engine, Path folder, int primaries, int replicas, String... settings) {
        SmallCluster cluster = new SmallCluster(engine, folder);
        try {
            cluster.assemble(primaries, replicas, settings);
            return cluster;
        } catch (RuntimeException | AssertionError e) {
            cluster.close();
            throw e;
        }
    }

    private void assemble(int primaries, int replicas, String... settings) {
        for (int i = 0; i < primaries + replicas; i++) {
            members.add(start(settings));
        }
        for (int i = 0; i < members.size(); i++) {
            members.get(i).node().call(Cluster.setConfigEpoch(i + 1));
        }
        for (int i = 0; i < primaries; i++) {
            SlotRange share = new SlotRange(i * SLOTS / primaries, (i + 1) * SLOTS / primaries - 1);
            members.get(i).node().call(Cluster.addSlots(SlotSet.of(share)));
        }
        members.forEach(this::introduce);
        Member first = members.getFirst();
        for (Member replica : members.subList(primaries, members.size())) {
            replica.node().call(Cluster.replicate(first.id()));
        }
        awaitServing();
    }

    List<Member> members() {
        return List.copyOf(members);
    }

    Member member(int index) {
        return members.get(index);
    }

    /** One more empty node that everybody knows. */
    Member join(String... settings) {
        Member member = start(settings);
        members.add(member);
        members.forEach(this::introduce);
        return member;
    }

    /** Starts the process of a member again, perhaps at another address, and connects anew. */
    Member revive(Member member, String address) {
        member.node().close();
        member.process().restart(member.process().directory(), address).awaitAnswering();
        Member revived = new Member(member.process(), connect(address), member.id());
        members.set(members.indexOf(member), revived);
        return revived;
    }

    /** The replica, and the primary that it follows. */
    Member replica() {
        return members.stream()
                .filter(each -> each.self().isReplica())
                .findFirst()
                .orElseThrow(() -> new AssertionError("no replica"));
    }

    Member primaryOf(Member replica) {
        NodeId primary = replica.self().primary().orElseThrow();
        return members.stream()
                .filter(each -> each.id().equals(primary))
                .findFirst()
                .orElseThrow();
    }

    /** Takes the member away, process and all, and makes everybody forget it. */
    void leave(Member member) {
        member.node().close();
        member.process().close();
        members.remove(member);
        members.forEach(each -> each.node().ask(Cluster.forget(member.id())));
    }

    /** The node that owns the slot, as it says itself. */
    Member ownerOf(int slot) {
        return members.stream()
                .filter(each -> each.self().isPrimary() && each.self().slots().contains(slot))
                .findFirst()
                .orElseThrow(() -> new AssertionError("nobody owns slot " + slot));
    }

    void awaitServing() {
        Eventually.eventually(
                "every node says that the cluster is ok",
                PATIENCE,
                () -> members.stream()
                        .allMatch(each -> each.node().call(Cluster.info()).ok() && inSync(each)));
    }

    static boolean inSync(Member member) {
        return member.node()
                .call(Server.info())
                .replication()
                .primary()
                .map(Replication.PrimaryLink::up)
                .orElse(true);
    }

    private Member start(String... settings) {
        String address = LoopbackAddresses.next();
        List<String> all = new ArrayList<>(List.of("--cluster-node-timeout", "1000"));
        all.addAll(List.of(settings));
        EngineProcess process =
                EngineProcess.node(engine, folder.resolve(address), address, all.toArray(String[]::new));
        process.awaitAnswering();
        EngineNode node = connector.connect(new Address(address, EngineProcess.PORT), Access.open(), PATIENCE);
        return new Member(process, node, node.call(Cluster.myId()));
    }

    private EngineNode connect(String address) {
        return connector.connect(new Address(address, EngineProcess.PORT), Access.open(), PATIENCE);
    }

    private void introduce(Member member) {
        for (Member other : members) {
            if (!other.equals(member)) {
                member.node().call(Cluster.meet(other.address(), 16379));
            }
        }
        Eventually.eventually(
                "everybody has met " + member.address(),
                PATIENCE,
                () -> members.stream()
                        .allMatch(each -> each.node().call(Cluster.nodes()).stream()
                                .anyMatch(seen -> seen.id().equals(member.id()) && !seen.isInHandshake())));
    }

    @Override
    public void close() {
        members.forEach(each -> {
            each.node().close();
            each.process().close();
        });
        connector.close();
    }
}
