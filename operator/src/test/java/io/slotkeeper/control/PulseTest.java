package io.slotkeeper.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.javaoperatorsdk.operator.api.monitoring.Metrics;
import io.javaoperatorsdk.operator.processing.event.ResourceID;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.slotkeeper.engine.Connector;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.Callable;
import org.eclipse.microprofile.health.HealthCheckResponse.Status;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** When the kubelet is told to start the operator anew. The framework calls as it does when it has a cluster to look after. */
@Tag("unit")
class PulseTest {
    private static final ResourceID CART = new ResourceID("cart", "shop");

    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final Connector connector = new Connector();
    private final Memory memory = new Memory(connector, new EngineCalls(registry));
    private Instant now = Instant.parse("2026-01-01T12:00:00Z");
    private final Pulse pulse = new Pulse(() -> now);
    private final Metrics framework = Assembly.metrics(registry, memory, pulse);

    @AfterEach
    void disconnect() {
        memory.close();
        connector.close();
    }

    @Test
    void anOperatorThatHasNothingToDoIsAlive() {
        goBy(Duration.ofDays(1));
        assertThat(isAlive()).isTrue();
    }

    @Test
    void aLoopInWhichNoPassHasEndedForFiveMinutesIsNot() {
        passIsDue();
        goBy(Duration.ofMinutes(5).minusSeconds(1));
        assertThat(isAlive()).isTrue();
        goBy(Duration.ofSeconds(1));
        assertThat(isAlive()).isFalse();
    }

    @Test
    void aPassThatEndsIsASignOfLife() throws Exception {
        passIsDue();
        goBy(Duration.ofMinutes(6));
        framework.timeControllerExecution(execution(() -> "well"));
        assertThat(isAlive()).isTrue();
        goBy(Duration.ofMinutes(6));
        assertThat(isAlive()).isFalse();
    }

    @Test
    void soIsOneThatFails() {
        passIsDue();
        goBy(Duration.ofMinutes(6));
        assertThatThrownBy(() -> framework.timeControllerExecution(execution(() -> {
                    throw new IllegalStateException("badly");
                })))
                .hasMessage("badly");
        assertThat(isAlive()).isTrue();
    }

    @Test
    void nobodyWaitsForAPassOverAClusterThatIsGone() {
        passIsDue();
        goBy(Duration.ofMinutes(6));
        framework.cleanupDone(CART, Map.of());
        assertThat(isAlive()).isTrue();
    }

    private void passIsDue() {
        HasMetadata cart = Written.cluster("{}");
        framework.reconciliationSubmitted(cart, null, Map.of());
    }

    private void goBy(Duration time) {
        now = now.plus(time);
    }

    private boolean isAlive() {
        return pulse.call().getStatus() == Status.UP;
    }

    private static Metrics.ControllerExecution<String> execution(Callable<String> pass) {
        return new Metrics.ControllerExecution<>() {
            @Override
            public String name() {
                return "reconcile";
            }

            @Override
            public String controllerName() {
                return "rediscluster";
            }

            @Override
            public String successTypeName(String result) {
                return result;
            }

            @Override
            public ResourceID resourceID() {
                return CART;
            }

            @Override
            public Map<String, Object> metadata() {
                return Map.of();
            }

            @Override
            public String execute() throws Exception {
                return pass.call();
            }
        };
    }
}
