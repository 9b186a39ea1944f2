package io.slotkeeper.engine;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.slotkeeper.testkit.Eventually;
import io.slotkeeper.topology.Address;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("unit")
class HostileNodeTest {
    private static final Duration SHORT = Duration.ofMillis(200);

    private final Connector connector = new Connector(new Limits(10_000, 100, 4));

    @AfterEach
    void closeConnector() {
        connector.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"HTTP/1.1 400 Bad Request\r\n\r\n", "$99999\r\n", "*101\r\n", "+PONG\n", ":1x\r\n"})
    void garbageAndExcessAreViolationsThatNameTheNode(String garbage) {
        try (ScriptedServer server = ScriptedServer.answering(garbage);
                EngineNode node = connect(server)) {
            assertThatThrownBy(() -> node.call(Server.ping()))
                    .isInstanceOf(ProtocolViolation.class)
                    .hasMessageStartingWith("PING on " + server.address() + ": ");
            assertThatTheConnectionIsOfNoUseAnyMore(node);
        }
    }

    @Test
    void aHalfReplyAndAClosedConnectionAreTold() {
        try (ScriptedServer server = new ScriptedServer((socket, self) -> {
                    self.readSomething(socket);
                    socket.getOutputStream().write("$10\r\nabc".getBytes(UTF_8));
                });
                EngineNode node = connect(server)) {
            assertThatThrownBy(() -> node.call(Cluster.nodes()))
                    .isInstanceOf(ConnectionClosed.class)
                    .hasMessageContaining("CLUSTER NODES on " + server.address())
                    .hasMessageContaining("before the answer was complete");
            assertThatTheConnectionIsOfNoUseAnyMore(node);
        }
    }

    @Test
    void aResetConnectionIsTold() {
        try (ScriptedServer server = new ScriptedServer((socket, self) -> {
                    self.readSomething(socket);
                    socket.setSoLinger(true, 0);
                });
                EngineNode node = connect(server)) {
            assertThatThrownBy(() -> node.call(Server.ping())).isInstanceOf(ConnectionClosed.class);
        }
    }

    @Test
    void silenceTimesOut() {
        try (ScriptedServer server = ScriptedServer.answering("");
                EngineNode node = connect(server)) {
            long start = System.nanoTime();
            assertThatThrownBy(() -> node.within(SHORT).call(Server.ping()))
                    .isInstanceOf(TimedOut.class)
                    .hasMessage("PING on " + server.address() + ": no complete answer within 200 ms");
            assertThatItTook(SHORT, start);
            assertThatTheConnectionIsOfNoUseAnyMore(node);
        }
    }

    @Test
    void aReplyThatTricklesInDoesNotMoveTheDeadline() {
        try (ScriptedServer server = new ScriptedServer((socket, self) -> {
                    self.readSomething(socket);
                    socket.getOutputStream().write("$5000\r\n".getBytes(UTF_8));
                    for (int i = 0; i < 5000; i++) {
                        socket.getOutputStream().write('x');
                        Eventually.pause(Duration.ofMillis(10));
                    }
                });
                EngineNode node = connect(server)) {
            long start = System.nanoTime();
            assertThatThrownBy(() -> node.within(SHORT).call(Server.ping())).isInstanceOf(TimedOut.class);
            assertThatItTook(SHORT, start);
        }
    }

    @Test
    void aNodeThatDoesNotReadDoesNotHoldTheWriter() {
        try (ScriptedServer server = new ScriptedServer((socket, self) -> self.awaitEnd());
                EngineNode node = connect(server)) {
            Command<Reply> big = Command.raw("SET", "key", "x".repeat(1 << 20));
            long start = System.nanoTime();
            assertThatThrownBy(() -> node.within(SHORT).askAll(Collections.nCopies(32, big)))
                    .isInstanceOf(TimedOut.class)
                    .hasMessageContaining("SET and 31 more");
            assertThatItTook(SHORT, start);
        }
    }

    @Test
    void anAnswerThatNobodyAskedForIsNotTakenForTheNextOne() {
        try (ScriptedServer server = ScriptedServer.answering("+PONG\r\n+PONG\r\n");
                EngineNode node = connect(server)) {
            assertThat(node.call(Server.ping())).isEqualTo("PONG");
            assertThatThrownBy(() -> node.call(Server.ping()))
                    .isInstanceOf(ProtocolViolation.class)
                    .hasMessageContaining("nobody had asked for");
        }
    }

    @Test
    void anAnswerOfAnotherShapeIsAViolationAndTheConnectionGoesOn() {
        try (ScriptedServer server = new ScriptedServer((socket, self) -> {
                    self.readSomething(socket);
                    socket.getOutputStream().write("*1\r\n:1\r\n".getBytes(UTF_8));
                    self.readSomething(socket);
                    socket.getOutputStream().write("+PONG\r\n".getBytes(UTF_8));
                    self.awaitEnd();
                });
                EngineNode node = connect(server)) {
            assertThatThrownBy(() -> node.call(Cluster.myId()))
                    .isInstanceOf(ProtocolViolation.class)
                    .hasMessageContaining("CLUSTER MYID")
                    .hasMessageContaining("expected a text");
            assertThat(node.call(Server.ping())).isEqualTo("PONG");
        }
    }

    @Test
    void whoWaitsForTheConnectionHasADeadlineToo() throws InterruptedException {
        CountDownLatch asked = new CountDownLatch(1);
        CountDownLatch enough = new CountDownLatch(1);
        try (ScriptedServer server = new ScriptedServer((socket, self) -> {
                    self.readSomething(socket);
                    asked.countDown();
                    enough.await();
                });
                EngineNode node = connect(server)) {
            EngineNode patient = node.within(Duration.ofMinutes(5));
            AtomicReference<Throwable> end = new AtomicReference<>();
            Thread first = Thread.ofVirtual().start(() -> {
                try {
                    patient.call(Server.ping());
                } catch (EngineException e) {
                    end.set(e);
                }
            });
            asked.await();
            long start = System.nanoTime();
            assertThatThrownBy(() -> node.within(SHORT).call(Server.role())).isInstanceOf(TimedOut.class);
            assertThatItTook(SHORT, start);
            assertThat(node.isUsable()).isTrue();
            // Who has five minutes need not wait for their end.
            enough.countDown();
            first.join();
            assertThat(end.get()).isInstanceOf(ConnectionClosed.class);
        }
    }

    @Test
    void nobodyListensIsARefusal() throws IOException {
        Address free;
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            free = new Address("127.0.0.1", socket.getLocalPort());
        }
        assertThat(failureOf(free).reason()).isEqualTo(ConnectFailed.Reason.REFUSED);
    }

    @Test
    void aFullBacklogIsATimeoutAndNoRefusal() throws IOException {
        List<Socket> crowd = new ArrayList<>();
        try (ServerSocket full = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            for (int i = 0; i < 4; i++) {
                Socket socket = new Socket();
                crowd.add(socket);
                Thread.ofVirtual().start(() -> {
                    try {
                        socket.connect(full.getLocalSocketAddress());
                    } catch (IOException closedAtTheEnd) {
                        // These only have to be in the way.
                    }
                });
            }
            Address address = new Address("127.0.0.1", full.getLocalPort());
            Eventually.eventually("the backlog is full", Duration.ofSeconds(5), () -> {
                try (EngineNode node = connector.connect(address, Access.open(), SHORT)) {
                    return !node.isUsable();
                } catch (ConnectFailed e) {
                    return e.reason() == ConnectFailed.Reason.TIMED_OUT;
                }
            });
            long start = System.nanoTime();
            assertThat(failureOf(address).reason()).isEqualTo(ConnectFailed.Reason.TIMED_OUT);
            assertThatItTook(SHORT, start);
        } finally {
            for (Socket socket : crowd) {
                socket.close();
            }
        }
    }

    @Test
    void aNameWithoutAddressAndANetworkWithoutWayAreNoRefusals() {
        assertThat(failureOf(new Address("no-such-host.invalid", 6379)).reason())
                .isEqualTo(ConnectFailed.Reason.UNKNOWN_HOST);
        assertThat(failureOf(new Address("255.255.255.255", 6379)).reason())
                .isEqualTo(ConnectFailed.Reason.UNREACHABLE);
    }

    @Test
    void aHandshakeThatNeverEndsTimesOut() throws NoSuchAlgorithmException {
        Access tls = Access.open().over(SSLContext.getDefault(), "cart-0-0.cart");
        try (ScriptedServer server = ScriptedServer.answering("")) {
            long start = System.nanoTime();
            assertThatThrownBy(() -> connector.connect(server.address(), tls, SHORT))
                    .isInstanceOfSatisfying(
                            ConnectFailed.class,
                            failed -> assertThat(failed.reason()).isEqualTo(ConnectFailed.Reason.TIMED_OUT));
            assertThatItTook(SHORT, start);
        }
    }

    @Test
    void noMessageTellsAPassword() {
        String echo = "-ERR unknown command 'AUTH', with args beginning with: 'app' 'hunter2' \r\n";
        try (ScriptedServer server = ScriptedServer.answering(echo)) {
            assertThatThrownBy(() ->
                            connector.connect(server.address(), Access.as("app", "hunter2"), Duration.ofSeconds(2)))
                    .isInstanceOf(CommandRefused.class)
                    .hasMessageContaining("AUTH as app on " + server.address())
                    .hasMessageNotContaining("hunter2");
            assertThat(Access.as("app", "hunter2").toString()).doesNotContain("hunter2");
        }
    }

    private EngineNode connect(ScriptedServer server) {
        return connector.connect(server.address(), Access.open(), Duration.ofSeconds(5));
    }

    private ConnectFailed failureOf(Address address) {
        return catchThrowableOfType(ConnectFailed.class, () -> connector.connect(address, Access.open(), SHORT));
    }

    private static void assertThatTheConnectionIsOfNoUseAnyMore(EngineNode node) {
        assertThat(node.isUsable()).isFalse();
        assertThatThrownBy(() -> node.call(Server.role()))
                .isInstanceOf(ConnectionClosed.class)
                .hasMessageContaining("ROLE on " + node.address())
                .hasMessageContaining("given up earlier");
    }

    private static void assertThatItTook(Duration deadline, long start) {
        long millis = (System.nanoTime() - start) / 1_000_000;
        // What is late is a deadline that starts anew with every byte, or none; a busy machine is not.
        assertThat(millis).isBetween(deadline.toMillis() - 1, deadline.toMillis() + 2000);
    }
}
