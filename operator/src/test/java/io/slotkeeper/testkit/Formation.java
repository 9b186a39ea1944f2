package io.slotkeeper.testkit;

import io.slotkeeper.engine.Acl;
import io.slotkeeper.engine.Cluster;
import io.slotkeeper.engine.ClusterInfo;
import io.slotkeeper.engine.ClusterNode;
import io.slotkeeper.engine.Command;
import io.slotkeeper.engine.Done;
import io.slotkeeper.engine.EngineException;
import io.slotkeeper.engine.EngineNode;
import io.slotkeeper.engine.Replication;
import io.slotkeeper.engine.Server;
import io.slotkeeper.topology.Address;
import io.slotkeeper.topology.HashSlot;
import io.slotkeeper.topology.NodeId;
import io.slotkeeper.topology.SlotRange;
import io.slotkeeper.topology.SlotSet;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Makes a cluster of fresh nodes: the first ones become primaries, the others their replicas in turn. For tests that need a
 * cluster and do not care how it came to be.
 */
final class Formation {
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final int BUS_PORT = 16379;

    private Formation() {}

    static void form(List<EngineNode> nodes, int shards, Duration nodeTimeout) {
        List<NodeId> ids = nodes.stream().map(node -> node.call(Cluster.myId())).toList();
        for (int i = 0; i < nodes.size(); i++) {
            EngineNode node = nodes.get(i);
            if (i < shards) {
                node.call(Cluster.setConfigEpoch(i + 1L));
                node.call(Cluster.addSlots(share(i, shards)));
            }
            // A role was decided for every node, so each may be replicated from.
            node.call(Acl.setUser("slotkeeper-replication", List.of("on")));
            node.call(Server.configSet(Map.of("cluster-node-timeout", "500")));
        }
        for (EngineNode node : nodes) {
            List<Command<Done>> meetings = new ArrayList<>();
            nodes.stream()
                    .filter(other -> other != node)
                    .forEach(other -> meetings.add(
                            Cluster.meet(new Address(other.address().host(), EngineProcess.PORT), BUS_PORT)));
            node.pipeline(meetings);
        }
        for (int i = shards; i < nodes.size(); i++) {
            EngineNode replica = nodes.get(i);
            NodeId primary = ids.get((i - shards) % shards);
            Eventually.eventually(
                    replica.address() + " becomes a replica",
                    PATIENCE,
                    () -> replica.ask(Cluster.replicate(primary)).answer().isPresent());
        }
        Eventually.eventually("the cluster is formed", PATIENCE, () -> isWell(nodes, shards));
        nodes.forEach(node ->
                node.call(Server.configSet(Map.of("cluster-node-timeout", Long.toString(nodeTimeout.toMillis())))));
    }

    /** Makes a node that knows nobody a replica of a leader, in the place of a former node that the survivors forget. */
    static void replace(NodeId former, EngineNode fresh, EngineNode leader, List<EngineNode> survivors) {
        survivors.forEach(node -> node.call(Cluster.forget(former)));
        leader.call(Cluster.meet(fresh.address(), BUS_PORT));
        NodeId leading = leader.call(Cluster.myId());
        Eventually.eventually(
                fresh.address() + " becomes a replica",
                PATIENCE,
                () -> fresh.ask(Cluster.replicate(leading)).answer().isPresent());
    }

    /** Every node says ok, sees all slots on so many primaries, knows nobody else, and every replica is in sync. */
    static boolean isWell(List<EngineNode> nodes, int shards) {
        return nodes.stream().allMatch(node -> isWell(node, nodes.size(), shards));
    }

    /** The same by the word of one node. */
    static boolean isWell(EngineNode node, int count, int shards) {
        try {
            ClusterInfo info = node.call(Cluster.info());
            List<ClusterNode> all = node.call(Cluster.nodes());
            Replication replication = node.call(Server.info()).replication();
            long owners = all.stream()
                    .filter(other -> other.isPrimary() && !other.slots().isEmpty())
                    .count();
            return info.ok()
                    && info.slotsOk() == HashSlot.COUNT
                    && all.size() == count
                    && owners == shards
                    && all.stream().noneMatch(other -> other.isFailed() || other.isInHandshake())
                    && all.stream().mapToInt(other -> other.slots().size()).sum() == HashSlot.COUNT
                    && replication
                            .primary()
                            .map(link -> link.up() && !link.firstSyncGoingOn())
                            .orElse(true);
        } catch (EngineException notYet) {
            return false;
        }
    }

    private static SlotSet share(int index, int shards) {
        int first = HashSlot.COUNT * index / shards;
        int last = HashSlot.COUNT * (index + 1) / shards - 1;
        return SlotSet.of(new SlotRange(first, last));
    }
}
