package io.slotkeeper.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.slotkeeper.testkit.Engine;
import io.slotkeeper.testkit.EngineProcess;
import io.slotkeeper.topology.Address;
import java.time.Duration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Who is let in, by password and over TLS, on every engine. */
@Tag("engine")
class AccessContractTest extends SingleNodeContract {
    private static final int TLS_PORT = 6390;

    @ParameterizedTest
    @EnumSource
    void onlyTheRightPasswordOpensAndARuleHoldsAfterwards(Engine engine) {
        try (EngineProcess process =
                start(engine, "--requirepass", "top", "--user", "probe", "on", ">small", "+ping")) {
            Address address = addressOf(process);
            try (EngineNode stranger = connector.connect(address, Access.open(), PATIENCE)) {
                assertThat(stranger.ask(Cluster.info()).refusal().map(Refusal::code))
                        .contains(Refusal.Code.NOAUTH);
            }
            assertThat(refusalOf(address, "default", "hunter2").code()).isEqualTo(Refusal.Code.WRONGPASS);
            assertThat(refusalOf(address, "nobody", "hunter2").code()).isEqualTo(Refusal.Code.WRONGPASS);
            try (EngineNode node = connector.connect(address, Access.as("default", "top"), PATIENCE)) {
                assertThat(node.call(Acl.whoAmI())).isEqualTo("default");
            }
            try (EngineNode node = connector.connect(address, Access.as("probe", "small"), PATIENCE)) {
                assertThat(node.call(Server.ping())).isEqualTo("PONG");
                assertThat(node.ask(Cluster.nodes()).refusal().map(Refusal::code))
                        .contains(Refusal.Code.NOPERM);
            }
        }
    }

    @ParameterizedTest
    // The stand-in of Redis 8.6 is built without TLS.
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "REDIS_8_6")
    void overTlsTheCertificateMustBeTrustedAndOfTheRightName(Engine engine) {
        Certificate certificate = Certificate.forName("cart-0-0.cart", folder.resolve("own"));
        Certificate foreign = Certificate.forName("cart-0-0.cart", folder.resolve("foreign"));
        try (EngineProcess process = start(
                engine,
                "--tls-port",
                Integer.toString(TLS_PORT),
                "--tls-cert-file",
                certificate.file().toString(),
                "--tls-key-file",
                certificate.keyFile().toString(),
                "--tls-ca-cert-file",
                certificate.file().toString(),
                "--tls-auth-clients",
                "no")) {
            Address address = new Address(process.address(), TLS_PORT);
            Access access = Access.open().over(certificate.trusting(), "cart-0-0.cart");
            try (EngineNode node = connector.connect(address, access, PATIENCE)) {
                assertThat(node.call("ECHO", "x".repeat(100_000)).asText()).hasSize(100_000);
                assertThat(node.call(Server.info()).processId()).isEqualTo(process.pid());

                process.freeze();
                assertThatThrownBy(() -> node.within(Duration.ofMillis(200)).call(Server.ping()))
                        .isInstanceOf(TimedOut.class);
                process.thaw();
            }
            assertThat(failureOf(address, Access.open().over(certificate.trusting(), "cart-1-0.cart")))
                    .hasMessageContaining("cart-1-0.cart");
            assertThat(failureOf(address, Access.open().over(foreign.trusting(), "cart-0-0.cart")))
                    .hasMessageContaining("TLS handshake");
            // A plain port takes the handshake for the beginning of a command and waits for the rest.
            Address plain = addressOf(process);
            assertThatThrownBy(() -> connector.connect(plain, access, Duration.ofMillis(200)))
                    .isInstanceOf(ConnectFailed.class)
                    .hasMessageContaining("no answer within 200 ms");
        }
    }

    private ConnectFailed failureOf(Address address, Access access) {
        ConnectFailed failed =
                catchThrowableOfType(ConnectFailed.class, () -> connector.connect(address, access, PATIENCE));
        assertThat(failed.reason()).isEqualTo(ConnectFailed.Reason.TLS);
        return failed;
    }

    private Refusal refusalOf(Address address, String user, String password) {
        CommandRefused refused = catchThrowableOfType(
                CommandRefused.class, () -> connector.connect(address, Access.as(user, password), PATIENCE));
        assertThat(refused).hasMessageContaining("AUTH as " + user).hasMessageNotContaining(password);
        return refused.refusal();
    }
}
