package io.slotkeeper.control;

import static io.slotkeeper.testkit.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.slotkeeper.engine.Cluster;
import io.slotkeeper.engine.Connector;
import io.slotkeeper.engine.EngineNode;
import io.slotkeeper.engine.EngineVersion;
import io.slotkeeper.plan.NodeView;
import io.slotkeeper.topology.Address;
import io.slotkeeper.topology.NodeId;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Who is spoken to: only the node that was looked at. */
@Tag("unit")
class NodesTest {
    private static final String UID = "uid-of-cart-0-1";
    private static final Duration DEADLINE = Duration.ofSeconds(20);

    private final AtomicInteger deaths = new AtomicInteger();
    private final FreshNode node = new FreshNode();
    private final Connector connector = new Connector();
    private final Nodes nodes =
            new Nodes(connector, new EngineCalls(new SimpleMeterRegistry()), deaths::incrementAndGet);

    @AfterEach
    void disconnect() {
        nodes.close();
        connector.close();
        node.close();
    }

    @Test
    void anOrderGoesToTheNodeThatWasLookedAt() {
        look();
        assertThat(follow()).isEmpty();
        assertThat(node.heard()).contains("CLUSTER REPLICATE " + "b".repeat(40));
    }

    /** It may be another shard's last copy, at an address that was free again. */
    @Test
    void whoeverTookTheAddressOfANodeThatWasLookedAtIsNotGivenItsOrders() {
        look();
        node.hangUpOnEverybody();
        eventually("the end is noticed", DEADLINE, () -> deaths.get() == 1 && node.connections() == 0);
        assertThat(follow()).hasValueSatisfying(why -> assertThat(why).contains("ended since"));
        assertThat(node.connections()).isZero();
        assertThat(node.heard()).noneMatch(command -> command.startsWith("CLUSTER REPLICATE"));
        look();
        assertThat(follow()).isEmpty();
    }

    @Test
    void aNodeThatWasNeverLookedAtIsNotGivenOrders() {
        assertThat(follow()).isPresent();
        assertThat(node.heard()).isEmpty();
    }

    @Test
    void aNodeSaysWhichEngineRunsInIt() {
        assertThat(ask())
                .isInstanceOfSatisfying(
                        NodeView.Answering.class,
                        answering -> assertThat(answering.state().engine()).isEqualTo("Redis 8.6"));
        assertThat(Question.engine(EngineVersion.parse(EngineVersion.Family.VALKEY, "9.1.2")))
                .isEqualTo("Valkey 9.1");
    }

    /** While a replica loads its first copy the engine calls it online already, at offset 0. */
    @Test
    void aReplicaIsInSyncThatSaidOfLateHowMuchItHas() {
        node.hasReplicas(
                "ip=10.0.0.1,port=6379,state=online,offset=5,lag=2",
                "ip=10.0.0.2,port=6379,state=online,offset=5,lag=3",
                "ip=10.0.0.3,port=6379,state=online,offset=0,lag=0",
                "ip=10.0.0.4,port=6379,state=wait_bgsave,offset=5,lag=0");
        assertThat(ask())
                .isInstanceOfSatisfying(
                        NodeView.Answering.class,
                        answering ->
                                assertThat(answering.state().inSync()).containsExactly(new Address("10.0.0.1", 6379)));
    }

    /** It saves, or runs a script: that is no reason to tell anybody that its slots are not served. */
    @Test
    void aNodeThatAnsweredTheLastTimeMayBeLateOnce() {
        look();
        node.isBusyFor(Duration.ofSeconds(1));
        look();
        assertThat(deaths).hasValue(0);
    }

    @Test
    void aNodeThatAnsweredTheLastTimeIsNotWaitedForWithoutEnd() {
        look();
        node.isBusyFor(Duration.ofSeconds(30));
        assertThat(ask())
                .isInstanceOfSatisfying(
                        NodeView.Silent.class,
                        silent -> assertThat(silent.why()).contains("within 2000 ms"));
        assertThat(ask())
                .isInstanceOfSatisfying(
                        NodeView.Silent.class,
                        silent -> assertThat(silent.why()).startsWith("AUTH").contains("no complete answer within"));
    }

    @Test
    void aNodeThatNobodyKnowsIsNotWaitedFor() {
        node.isBusyFor(Duration.ofSeconds(30));
        assertThat(ask())
                .isInstanceOfSatisfying(
                        NodeView.Silent.class,
                        silent -> assertThat(silent.why()).startsWith("AUTH").contains("no complete answer within"));
    }

    @Test
    void aNodeThatEndsWhileItIsWaitedForIsSilentAtOnce() {
        look();
        int heard = node.heard().size();
        node.isBusyFor(Duration.ofSeconds(30));
        Thread.ofVirtual().start(() -> {
            eventually("it is asked again", DEADLINE, () -> node.heard().size() > heard);
            node.ends();
        });
        long start = System.nanoTime();
        assertThat(ask()).isInstanceOf(NodeView.Silent.class);
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofMillis(1_900));
        awaitProof();
    }

    /** Its connection broke off, and nobody listens any more: who it was is remembered until somebody answers there again. */
    @Test
    void theEndOfAProcessIsSeenByItsConnectionAndItsPort() {
        node.hasReplicas("ip=10.0.0.1,port=6379,state=online,offset=5,lag=0");
        look();
        node.ends();
        eventually("the end is noticed", DEADLINE, () -> deaths.get() == 1);
        assertThat(ask())
                .isInstanceOfSatisfying(
                        NodeView.Silent.class,
                        silent -> assertThat(silent.death()).hasValueSatisfying(death -> {
                            assertThat(death.node()).isEqualTo(new NodeId("a".repeat(40)));
                            assertThat(death.inSync()).containsExactly(new Address("10.0.0.1", 6379));
                            assertThat(death.ago()).isLessThan(DEADLINE);
                        }));
    }

    /** The operator itself hung up on the second life, so nothing proves that it ended, and the first one's end proves nothing of it. */
    @Test
    void theEndIsForgottenOnceSomebodyAnswersThereAgain() {
        look();
        node.hangUpOnEverybody();
        eventually("the end is noticed", DEADLINE, () -> deaths.get() == 1);
        look();
        node.isBusyFor(Duration.ofSeconds(30));
        assertThat(ask()).isInstanceOf(NodeView.Silent.class);
        node.ends();
        assertThat(ask())
                .isInstanceOfSatisfying(
                        NodeView.Silent.class,
                        silent -> assertThat(silent.death()).isEmpty());
    }

    /** The first look after the end may come between the two. */
    @Test
    void aProcessThatClosesItsConnectionsBeforeItsPortHasEndedOnceItRefuses() {
        look();
        node.isEnding();
        eventually("the end is noticed", DEADLINE, () -> deaths.get() == 1);
        assertThat(ask())
                .isInstanceOfSatisfying(
                        NodeView.Silent.class,
                        silent -> assertThat(silent.death()).isEmpty());
        node.ends();
        awaitProof();
    }

    /** A packet is lost, or the operator is late. */
    @Test
    void oneLookThatFindsNobodyForgetsNoEnd() throws IOException {
        look();
        node.ends();
        eventually("the end is noticed", DEADLINE, () -> deaths.get() == 1);
        whileNobodyAnswersAtAll(() -> assertNoDeath(ask()));
        awaitProof();
    }

    @Test
    void whereNobodyIsFoundForLongTheEndIsForgotten() throws IOException {
        look();
        node.ends();
        eventually("the end is noticed", DEADLINE, () -> deaths.get() == 1);
        whileNobodyAnswersAtAll(() -> {
            for (int i = 0; i < 5; i++) {
                assertNoDeath(ask());
            }
        });
        assertNoDeath(ask());
    }

    /** A port that is about to close may reset a connection first, which says nothing; the next look is refused. */
    private void awaitProof() {
        eventually(
                "its end is proved",
                DEADLINE,
                () -> ask() instanceof NodeView.Silent silent && silent.death().isPresent());
    }

    private static void assertNoDeath(NodeView view) {
        assertThat(view)
                .isInstanceOfSatisfying(
                        NodeView.Silent.class,
                        silent -> assertThat(silent.death()).isEmpty());
    }

    /** Somebody has the port and takes no calls: the machine drops what does not fit into the queue. */
    private void whileNobodyAnswersAtAll(Runnable look) throws IOException {
        Address address = node.contact(UID).address();
        try (ServerSocket deaf = new ServerSocket()) {
            deaf.setReuseAddress(true);
            deaf.bind(new InetSocketAddress(address.host(), address.port()), 1);
            List<Socket> queue = new ArrayList<>();
            try {
                for (int i = 0; i < 8; i++) {
                    Socket waiting = new Socket();
                    queue.add(waiting);
                    try {
                        waiting.connect(deaf.getLocalSocketAddress(), 100);
                    } catch (SocketTimeoutException full) {
                        break;
                    }
                }
                look.run();
            } finally {
                for (Socket waiting : queue) {
                    waiting.close();
                }
            }
        }
    }

    @Test
    void whoeverNeverAnsweredHasNotEnded() {
        node.ends();
        assertThat(ask())
                .isInstanceOfSatisfying(
                        NodeView.Silent.class,
                        silent -> assertThat(silent.death()).isEmpty());
    }

    @Test
    void aConnectionThatBrokeOffIsNoEndWhileSomebodyListens() {
        look();
        node.isBusyFor(Duration.ofSeconds(30));
        node.hangUpOnEverybody();
        eventually("the end is noticed", DEADLINE, () -> deaths.get() == 1);
        assertThat(ask())
                .isInstanceOfSatisfying(
                        NodeView.Silent.class,
                        silent -> assertThat(silent.death()).isEmpty());
    }

    private void look() {
        assertThat(ask()).isInstanceOf(NodeView.Answering.class);
    }

    private NodeView ask() {
        return Objects.requireNonNull(nodes.ask(List.of(node.contact(UID))).get(UID));
    }

    private Optional<String> follow() {
        return nodes.tell(node.contact(UID), DEADLINE, NodesTest::follow);
    }

    private static Optional<String> follow(EngineNode node) {
        return node.ask(Cluster.replicate(new NodeId("b".repeat(40)))).refusal().map(Object::toString);
    }
}
