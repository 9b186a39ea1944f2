package io.slotkeeper.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.slotkeeper.engine.ClusterNode;
import io.slotkeeper.testkit.AtOnce;
import io.slotkeeper.testkit.ClusterUnderTest;
import io.slotkeeper.testkit.Engine;
import io.slotkeeper.testkit.NodeProcess;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What a node does before its pod is stopped, at the moments that are the hardest for an election. */
@Tag("engine")
class HandOverTest {
    private static final int SHARDS = 3;

    @TempDir
    private Path directory;

    /** Their replicas have confirmed nothing yet, since nothing was written, and all ask for votes. */
    @ParameterizedTest
    @MethodSource("io.slotkeeper.testkit.Engine#underTest")
    void primariesStoppedTogetherInANewClusterAllHandOver(Engine engine) {
        try (ClusterUnderTest<NodeProcess> cluster = cluster(engine, 1)) {
            List<NodeProcess> primaries = cluster.members().subList(0, SHARDS);
            Map<NodeProcess, String> said = new ConcurrentHashMap<>();
            AtOnce.run(primaries.stream()
                    .<Runnable>map(primary -> () -> said.put(primary, primary.prepareToStop()))
                    .toList());
            primaries.forEach(primary -> assertReplica(cluster, primary, said.getOrDefault(primary, "nothing\n")));
        }
    }

    /** Their links to the replica are not up yet, and Valkey 9.1 does not vote within two seconds of its start. */
    @ParameterizedTest
    @MethodSource("io.slotkeeper.testkit.Engine#underTest")
    void aPrimaryHandsOverAlthoughTheOthersWereJustStarted(Engine engine) {
        try (ClusterUnderTest<NodeProcess> cluster = cluster(engine, 1)) {
            List<NodeProcess> others = cluster.members().subList(1, SHARDS);
            others.forEach(NodeProcess::shutDown);
            others.forEach(NodeProcess::powerOn);
            others.forEach(NodeProcess::awaitAnswering);
            NodeProcess primary = cluster.members().getFirst();
            assertReplica(cluster, primary, primary.prepareToStop());
        }
    }

    @ParameterizedTest
    @MethodSource("io.slotkeeper.testkit.Engine#underTest")
    void aPrimaryWithoutAReplicaDoesNotWaitForOne(Engine engine) {
        try (ClusterUnderTest<NodeProcess> cluster = cluster(engine, 0)) {
            assertThat(cluster.members().getFirst().prepareToStop())
                    .isEqualTo("slotkeeper: pre-stop: no replica to hand over to\n");
        }
    }

    private ClusterUnderTest<NodeProcess> cluster(Engine engine, int replicas) {
        return ClusterUnderTest.ofProcesses(engine, SHARDS, replicas, directory, List.of("appendonly yes"));
    }

    private static void assertReplica(ClusterUnderTest<NodeProcess> cluster, NodeProcess node, String said) {
        assertThat(cluster.self(node).map(ClusterNode::isPrimary))
                .as(() -> node + " is a primary; its pre-stop said: " + said + "the nodes said:\n"
                        + cluster.members().stream().map(NodeProcess::log).collect(Collectors.joining("\n")))
                .contains(false);
    }
}
