package io.slotkeeper.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.SocketException;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What the operating system says when no connection comes about: a refusal helps to prove a death, and nothing else does. */
@Tag("unit")
class ConnectFailedTest {
    @Test
    void onlyARefusalIsOne() {
        assertThat(reason(new ConnectException("Connection refused"))).isEqualTo(ConnectFailed.Reason.REFUSED);
        assertThat(reason(new ConnectException("Connection timed out"))).isEqualTo(ConnectFailed.Reason.UNREACHABLE);
        assertThat(reason(new NoRouteToHostException("No route to host"))).isEqualTo(ConnectFailed.Reason.UNREACHABLE);
        assertThat(reason(new IOException())).isEqualTo(ConnectFailed.Reason.UNREACHABLE);
    }

    @Test
    void aPortThatClosesMeanwhileResets() {
        assertThat(reason(new SocketException("Connection reset by peer"))).isEqualTo(ConnectFailed.Reason.RESET);
        assertThat(reason(new SocketException("Connection reset"))).isEqualTo(ConnectFailed.Reason.RESET);
    }

    private static ConnectFailed.Reason reason(IOException e) {
        return Connector.reasonOf(e);
    }
}
