package io.slotkeeper.control;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.slotkeeper.engine.Connector;
import io.slotkeeper.plan.Observation;
import io.slotkeeper.plan.Step;
import io.slotkeeper.testkit.PretendedApiServer;
import io.slotkeeper.topology.Place;
import io.slotkeeper.topology.SlotSet;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What is begun at all. */
@Tag("unit")
class ActTest {
    private static final Place PLACE = new Place(0, 0);

    private final Connector connector = new Connector();
    private final Nodes nodes = new Nodes(connector, new EngineCalls(new SimpleMeterRegistry()), () -> {});
    private final PretendedApiServer server = new PretendedApiServer();

    @AfterEach
    void disconnect() {
        nodes.close();
        connector.close();
        server.close();
    }

    /** Slots are given in three round trips of a second each at most, and another operator may lead by the last one. */
    @Test
    void aStepIsBegunOnlyIfTheLeaseLastsForAllThatIsSaidInIt() {
        assertThat(givingSlots(Duration.ofSeconds(2))).contains("the lease was not renewed in time");
        assertThat(givingSlots(Duration.ofSeconds(3))).doesNotContain("lease");
    }

    /** Why no slots were given to a pod without an address, while the lease lasted for this long. */
    private String givingSlots(Duration lasting) {
        Act act = new Act(time -> time.compareTo(lasting) <= 0, new Door(server.client()));
        Observe.Sight sight = new Observe.Sight(
                new Observation(Instant.EPOCH, false, List.of()),
                Map.of(PLACE, new Act.Target("shop", "cart-0-0", 16379, Optional.empty())));
        Step step = new Step.GiveSlots(PLACE, SlotSet.all(), 1, "nobody owns the slots");
        return act.carryOut(List.of(step), sight, nodes).failures().getFirst().why();
    }
}
