package io.slotkeeper.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.slotkeeper.engine.ClusterNode;
import io.slotkeeper.testkit.BulkData;
import io.slotkeeper.testkit.ClusterClient;
import io.slotkeeper.testkit.ClusterUnderTest;
import io.slotkeeper.testkit.Engine;
import io.slotkeeper.testkit.Eventually;
import io.slotkeeper.testkit.NodeProcess;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** How the fence has a replica promoted: by votes wherever there is a majority that could give them, and only there. */
@Tag("engine")
class FenceMajorityTest {
    private static final BulkData DATA = new BulkData("bulk", 1_000, 100);

    /** The witness looks once a second, and a replica confirms what it has once a second. */
    private static final Duration ACCOUNT = Duration.ofMillis(2500);

    @TempDir
    private Path directory;

    @ParameterizedTest
    @MethodSource("io.slotkeeper.testkit.Engine#underTest")
    void theOnlyShardIsTakenOver(Engine engine) {
        assertPromoted(engine, 1, 1, "(TAKEOVER)", "(FORCE)");
    }

    @ParameterizedTest
    @MethodSource("io.slotkeeper.testkit.Engine#underTest")
    void theOnlyShardIsTakenOverByOneOfItsTwoReplicas(Engine engine) {
        assertPromoted(engine, 1, 2, "(TAKEOVER)", "(FORCE)");
    }

    @ParameterizedTest
    @MethodSource("io.slotkeeper.testkit.Engine#underTest")
    void oneOfTwoShardsIsTakenOver(Engine engine) {
        assertPromoted(engine, 2, 1, "(TAKEOVER)", "(FORCE)");
    }

    @ParameterizedTest
    @MethodSource("io.slotkeeper.testkit.Engine#underTest")
    void oneOfThreeShardsIsElected(Engine engine) {
        assertPromoted(engine, 3, 1, "(FORCE)", "(TAKEOVER)");
    }

    private void assertPromoted(Engine engine, int shards, int replicas, String how, String never) {
        try (ClusterUnderTest<NodeProcess> cluster =
                        ClusterUnderTest.ofProcesses(engine, shards, replicas, directory, List.of());
                ClusterClient client = cluster.client()) {
            DATA.load(client);
            Eventually.pause(ACCOUNT);
            NodeProcess dead = cluster.primary(0);
            dead.killEngine();
            Eventually.eventually(
                    dead + " is a replica:\n" + dead.log(),
                    Duration.ofSeconds(40),
                    () -> cluster.self(dead).map(ClusterNode::isPrimary).equals(Optional.of(false)));
            cluster.awaitWell();
            assertThat(DATA.intact(client)).isEqualTo(DATA.keys());
            assertThat(dead.log()).contains("fence: telling ", how).doesNotContain(never);
        }
    }
}
