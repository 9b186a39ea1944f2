package io.slotkeeper.control;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.slotkeeper.engine.Connector;
import io.slotkeeper.plan.Observation;
import io.slotkeeper.plan.Step;
import io.slotkeeper.testkit.PretendedApiServer;
import io.slotkeeper.topology.NodeId;
import io.slotkeeper.topology.Place;
import io.slotkeeper.topology.SlotSet;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What is begun at all, and what is no longer. */
@Tag("unit")
class ActTest {
    private static final Place PLACE = new Place(0, 0);
    private static final NodeId NODE = new NodeId("0123456789abcdef0123456789abcdef01234567");

    private final Connector connector = new Connector();
    private final Nodes nodes = new Nodes(connector, new EngineCalls(new SimpleMeterRegistry()), () -> {});
    private final PretendedApiServer server = new PretendedApiServer();
    private Duration seenAgo = Duration.ZERO;

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

    @Test
    void whateverMayInterruptSomebodyNeedsTheLease() {
        List<Step> steps = List.of(
                new Step.GiveSlots(PLACE, SlotSet.all(), 1, ""),
                new Step.Meet(PLACE, List.of(), ""),
                new Step.Follow(PLACE, NODE, ""),
                new Step.TakeOver(PLACE, NODE, false, ""),
                new Step.HandOver(PLACE, NODE, ""),
                new Step.Forget(PLACE, NODE, ""),
                new Step.ReplacePod(PLACE, "uid", ""),
                new Step.GiveUpPod(PLACE, "uid", ""),
                new Step.ReplaceClaim(PLACE, "uid", "claim", "uid-of-claim", ""),
                new Step.OpenReplication(PLACE, ""),
                new Step.Configure(PLACE, "cluster-node-timeout", "5000", ""));
        assertThat(steps)
                .extracting(ActTest::kind)
                .containsExactlyInAnyOrderElementsOf(Stream.of(Step.class.getPermittedSubclasses())
                        .map(Class::getSimpleName)
                        .toList());
        assertThat(steps.stream().filter(step -> whyNot(step, Duration.ZERO).contains("lease")))
                .extracting(ActTest::kind)
                .containsExactly(
                        "GiveSlots",
                        "Meet",
                        "Follow",
                        "TakeOver",
                        "HandOver",
                        "Forget",
                        "ReplacePod",
                        "GiveUpPod",
                        "ReplaceClaim");
    }

    /** An operator that was held up would send it back to the primary from before a failover. */
    @Test
    void aReplicaIsOnlySentToWhomItSeesOwningSlots() {
        try (FreshNode node = new FreshNode()) {
            Nodes.Contact contact = node.contact("uid");
            Step follow = new Step.Follow(PLACE, NODE, "it serves its shard");
            node.says(line("a", "myself,slave " + "b".repeat(40), "")
                    + line("b", "master -", "0-16383")
                    + line(NODE, "master -", ""));
            nodes.ask(List.of(contact));
            assertThat(failures(follow, Optional.of(contact)).getFirst().why())
                    .endsWith("is a replica and does not see any more that " + NODE + " owns slots");
            assertThat(node.heard()).noneMatch(command -> command.startsWith("CLUSTER REPLICATE"));
            node.says(line("a", "myself,slave " + "b".repeat(40), "")
                    + line("b", "master -", "")
                    + line(NODE, "master -", "0-16383"));
            assertThat(failures(follow, Optional.of(contact))).isEmpty();
            assertThat(node.heard()).contains("CLUSTER REPLICATE " + NODE);
        }
    }

    /** It may have heard of its primary again since the plan was made. */
    @Test
    void onlyWhoeverIsStillWithoutItsPrimaryTakesOver() {
        try (FreshNode node = new FreshNode()) {
            Nodes.Contact contact = node.contact("uid");
            Step takeOver = new Step.TakeOver(PLACE, NODE, true, "it has ended");
            node.says(line("a", "myself,slave " + NODE, "") + line(NODE, "master -", "0-16383"));
            node.isReplica("down");
            nodes.ask(List.of(contact));
            assertThat(failures(takeOver, Optional.of(contact)).getFirst().why())
                    .contains("does not say that it is still without its primary");
            String dead = line(NODE, "master,fail? -", "0-16383").replace(" connected", " disconnected");
            node.says(line("a", "myself,slave " + NODE, "") + dead);
            node.isReplica("up");
            assertThat(failures(takeOver, Optional.of(contact)).getFirst().why())
                    .contains("does not say that it is still without its primary");
            node.isReplica("down");
            node.says(line("a", "myself,slave " + "b".repeat(40), "") + line("b", "master -", "") + dead);
            assertThat(failures(takeOver, Optional.of(contact)).getFirst().why())
                    .contains("does not say that it is still without its primary");
            assertThat(node.heard()).noneMatch(command -> command.startsWith("CLUSTER FAILOVER"));
            node.says(line("a", "myself,slave " + NODE, "") + dead);
            assertThat(failures(takeOver, Optional.of(contact))).isEmpty();
            assertThat(node.heard()).contains("CLUSTER FAILOVER TAKEOVER");
        }
    }

    private static String line(String letter, String role, String slots) {
        return line(new NodeId(letter.repeat(40)), role, slots);
    }

    private static String line(NodeId id, String role, String slots) {
        return id + " 127.0.0.1:6379@16379 " + role + " 0 0 1 connected " + slots + "\n";
    }

    private static String kind(Step step) {
        return step.getClass().getSimpleName();
    }

    private String givingSlots(Duration lasting) {
        return whyNot(new Step.GiveSlots(PLACE, SlotSet.all(), 1, "nobody owns the slots"), lasting);
    }

    /** Why a step was not done on a pod without an address, while the lease lasted for this long. */
    private String whyNot(Step step, Duration lasting) {
        return failures(step, Optional.empty(), lasting).getFirst().why();
    }

    @Test
    void whatWasSeenLongAgoIsNotActedOn() {
        seenAgo = Duration.ofSeconds(6);
        assertThat(givingSlots(Duration.ofMinutes(1))).contains("since the nodes were looked at");
    }

    private List<Act.Failure> failures(Step step, Optional<Nodes.Contact> contact) {
        return failures(step, contact, Duration.ofMinutes(1));
    }

    private List<Act.Failure> failures(Step step, Optional<Nodes.Contact> contact, Duration lasting) {
        Act act = new Act(time -> time.compareTo(lasting) <= 0, new Door(server.client()));
        Observe.Sight sight = new Observe.Sight(
                new Observation(Instant.EPOCH, false, List.of()),
                Map.of(PLACE, new Act.Target("shop", "cart-0-0", 16379, contact)),
                System.nanoTime() - seenAgo.toNanos());
        return act.carryOut(List.of(step), sight, nodes).failures();
    }
}
