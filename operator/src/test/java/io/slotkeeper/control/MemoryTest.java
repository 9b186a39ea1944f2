package io.slotkeeper.control;

import static io.slotkeeper.testkit.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.javaoperatorsdk.operator.processing.event.ResourceID;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.slotkeeper.api.RedisCluster;
import io.slotkeeper.engine.Connector;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.RejectedExecutionException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** How long a cluster is remembered. */
@Tag("unit")
class MemoryTest {
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private final FreshNode node = new FreshNode();
    private final Connector connector = new Connector();
    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private Instant wall = Instant.parse("2026-01-01T12:00:00Z");
    private Duration passed = Duration.ZERO;
    private final Memory memory = new Memory(connector, new EngineCalls(registry), () -> wall, () -> passed.toNanos());
    private final RedisCluster cluster = Written.cluster("{}");

    @AfterEach
    void disconnect() {
        memory.close();
        connector.close();
        node.close();
    }

    @Test
    void aClusterIsRememberedFromPassToPass() {
        assertThat(memory.of(cluster)).isSameAs(memory.of(cluster));
    }

    @Test
    void aClusterIsRememberedAnewWhenTheClockWasSet() {
        Remembered remembered = memory.of(cluster);
        look(remembered);
        wall = wall.plusSeconds(3601);
        passed = passed.plusSeconds(3600);
        assertThat(memory.of(cluster)).isSameAs(remembered);
        wall = wall.minusSeconds(60);
        Remembered anew = memory.of(cluster);
        assertThat(anew).isNotSameAs(remembered);
        eventually("the former connections are closed", PATIENCE, () -> node.connections() == 0);
        assertThat(memory.of(cluster)).isSameAs(anew);
    }

    /** Its nodes may live on: it was deleted with --cascade=orphan, or its pods are slow to end. */
    @Test
    void aDeletedClusterIsForgottenWhetherItsNodesEndOrNot() {
        Remembered remembered = memory.of(cluster);
        look(remembered);
        assertThat(node.connections()).isEqualTo(2);
        Assembly.metrics(registry, memory, new Pulse(Instant::now))
                .cleanupDone(new ResourceID("cart", "shop"), Map.of());
        eventually("both connections are closed", PATIENCE, () -> node.connections() == 0);
        assertThatThrownBy(() -> look(remembered)).isInstanceOf(RejectedExecutionException.class);
        assertThat(memory.of(cluster)).isNotSameAs(remembered);
    }

    @Test
    void aClusterThatWasDeletedAndCreatedAgainIsAnotherOne() {
        Remembered remembered = memory.of(cluster);
        look(remembered);
        RedisCluster again = Written.cluster("{}");
        again.getMetadata().setUid("another uid");
        assertThat(memory.of(again)).isNotSameAs(remembered);
        eventually("the first one's connections are closed", PATIENCE, () -> node.connections() == 0);
    }

    private void look(Remembered remembered) {
        remembered.nodes().ask(List.of(node.contact("uid-of-cart-0-0")));
    }
}
