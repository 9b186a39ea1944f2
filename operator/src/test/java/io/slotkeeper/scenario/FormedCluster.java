package io.slotkeeper.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import io.slotkeeper.engine.Cluster;
import io.slotkeeper.engine.ClusterNode;
import io.slotkeeper.engine.EngineNode;
import io.slotkeeper.engine.Server;
import io.slotkeeper.testkit.ClusterUnderTest;
import io.slotkeeper.testkit.Engine;
import io.slotkeeper.testkit.ManagedCluster;
import io.slotkeeper.testkit.PodNode;
import io.slotkeeper.topology.HashSlot;
import io.slotkeeper.topology.NodeId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** What holds for every cluster that is formed, whatever happened on the way. */
final class FormedCluster {
    private FormedCluster() {}

    /**
     * Every pod holds the role of its shard: the first slots for the first shard, shares that differ by one at most, no slot
     * twice, and replicas that follow the primary of their own shard.
     */
    static void assertShape(ManagedCluster cluster) {
        ClusterUnderTest<PodNode> nodes = cluster.nodes();
        int shards = cluster.resource().getSpec().shardCount();
        Map<Integer, List<ClusterNode>> byShard = new TreeMap<>();
        for (PodNode member : cluster.members()) {
            byShard.computeIfAbsent(member.shard(), shard -> new ArrayList<>())
                    .add(nodes.self(member).orElseThrow());
        }
        int total = 0;
        for (Map.Entry<Integer, List<ClusterNode>> shard : byShard.entrySet()) {
            List<ClusterNode> primaries =
                    shard.getValue().stream().filter(ClusterNode::isPrimary).toList();
            assertThat(primaries).as("primaries of shard " + shard.getKey()).hasSize(1);
            NodeId primary = primaries.getFirst().id();
            int slots = primaries.getFirst().slots().size();
            assertThat(slots).isBetween(HashSlot.COUNT / shards, HashSlot.COUNT / shards + 1);
            total += slots;
            assertThat(shard.getValue())
                    .filteredOn(node -> !node.isPrimary())
                    .allSatisfy(replica -> assertThat(replica.primary()).isEqualTo(Optional.of(primary)));
        }
        assertThat(total).isEqualTo(HashSlot.COUNT);
    }

    /** Every node has the settings that live ones are to have, and none that were only good for forming. */
    static void assertSettings(ManagedCluster cluster, Map<String, String> wanted) {
        ClusterUnderTest<PodNode> nodes = cluster.nodes();
        for (PodNode member : cluster.members()) {
            try (EngineNode node = nodes.connect(member)) {
                for (Map.Entry<String, String> setting : wanted.entrySet()) {
                    assertThat(node.call(Server.configGet(setting.getKey())))
                            .as(member + ": " + setting.getKey())
                            .containsEntry(setting.getKey(), setting.getValue());
                }
            }
        }
    }

    /** Every node runs this engine, by its own word. */
    static void assertEngine(ManagedCluster cluster, Engine engine) {
        ClusterUnderTest<PodNode> nodes = cluster.nodes();
        for (PodNode member : cluster.members()) {
            try (EngineNode node = nodes.connect(member)) {
                assertThat(node.call(Server.info()).version().toString())
                        .startsWith(engine.toString().replace('-', ' ') + ".");
            }
        }
    }

    /** What every node says of one setting. */
    static List<String> settings(ManagedCluster cluster, String name) {
        ClusterUnderTest<PodNode> nodes = cluster.nodes();
        List<String> values = new ArrayList<>();
        for (PodNode member : cluster.members()) {
            try (EngineNode node = nodes.connect(member)) {
                values.addAll(node.call(Server.configGet(name)).values());
            }
        }
        return values;
    }

    /** The node ids by pod. */
    static Map<String, NodeId> ids(ManagedCluster cluster) {
        ClusterUnderTest<PodNode> nodes = cluster.nodes();
        Map<String, NodeId> ids = new TreeMap<>();
        for (PodNode member : cluster.members()) {
            try (EngineNode node = nodes.connect(member)) {
                ids.put(member.name(), node.call(Cluster.myId()));
            }
        }
        return ids;
    }
}
