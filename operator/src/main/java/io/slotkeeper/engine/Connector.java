package io.slotkeeper.engine;

import io.slotkeeper.topology.Address;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;

/** Opens connections to nodes; one for the whole operator, because it holds the thread that watches the deadlines. */
public final class Connector implements AutoCloseable {
    private final Limits limits;
    private final Deadlines deadlines = new Deadlines();

    /** A connector with the usual limits. */
    public Connector() {
        this(Limits.DEFAULT);
    }

    /** A connector whose connections accept replies up to these limits. */
    public Connector(Limits limits) {
        this.limits = limits;
    }

    /**
     * Connects, shakes hands over TLS and authenticates, all within the timeout, which is also the one of each later call
     * until {@link EngineNode#within} sets another. Give an IP address: looking up a name takes as long as it takes.
     */
    public EngineNode connect(Address address, Access access, Duration timeout) {
        long start = System.nanoTime();
        Connection connection = open(address, access.tls(), timeout);
        try {
            if (access.user().isPresent()) {
                Command<Done> auth = Acl.auth(access.user().get());
                Duration left = timeout.minusNanos(System.nanoTime() - start);
                new EngineNode(connection, left).call(auth);
            }
            return new EngineNode(connection, timeout);
        } catch (RuntimeException e) {
            connection.close();
            throw e;
        }
    }

    /**
     * Connects and, from then on, waits for the connection to end: the callback runs within milliseconds of the node's
     * process dying or of the engine closing the connection, but never for {@link Tripwire#close}.
     */
    public Tripwire watch(Address address, Access access, Duration timeout, Runnable ended) {
        EngineNode node = connect(address, access, timeout);
        return new Tripwire(node.connection(), ended);
    }

    private Connection open(Address address, Optional<Access.Tls> tls, Duration timeout) {
        InetSocketAddress remote = new InetSocketAddress(address.host(), address.port());
        if (remote.isUnresolved()) {
            throw new ConnectFailed(address, ConnectFailed.Reason.UNKNOWN_HOST, "the name has no address", null);
        }
        Socket tcp = new Socket();
        Deadlines.Alarm alarm = deadlines.closeAfter(tcp, timeout);
        try (alarm) {
            tcp.setTcpNoDelay(true);
            tcp.setKeepAlive(true);
            tcp.connect(remote);
            Socket socket = tls.isPresent() ? shakeHands(tcp, address, tls.get()) : tcp;
            return new Connection(address, tcp, socket, limits, deadlines);
        } catch (IOException e) {
            Deadlines.closeQuietly(tcp);
            if (alarm.rang()) {
                String detail = "no answer within " + timeout.toMillis() + " ms";
                throw new ConnectFailed(address, ConnectFailed.Reason.TIMED_OUT, detail, e);
            }
            throw new ConnectFailed(address, reasonOf(e), String.valueOf(e.getMessage()), e);
        }
    }

    private static Socket shakeHands(Socket tcp, Address address, Access.Tls tls) throws HandshakeFailed {
        try {
            SSLSocket socket = (SSLSocket)
                    tls.context().getSocketFactory().createSocket(tcp, tls.serverName(), address.port(), true);
            SSLParameters parameters = socket.getSSLParameters();
            // "HTTPS" names the rules by which the certificate is compared with the server name.
            parameters.setEndpointIdentificationAlgorithm("HTTPS");
            socket.setSSLParameters(parameters);
            socket.startHandshake();
            return socket;
        } catch (IOException e) {
            throw new HandshakeFailed(e);
        }
    }

    /**
     * Java has one exception for "refused" and for the kernel's own time-out, and tells them apart by text alone. In doubt
     * it is not a refusal: only a refusal helps to prove a death.
     */
    static ConnectFailed.Reason reasonOf(IOException e) {
        if (e instanceof HandshakeFailed) {
            return ConnectFailed.Reason.TLS;
        }
        String text = String.valueOf(e.getMessage()).toLowerCase(Locale.ROOT);
        if (e instanceof ConnectException && text.contains("refused")) {
            return ConnectFailed.Reason.REFUSED;
        }
        return text.contains("reset") ? ConnectFailed.Reason.RESET : ConnectFailed.Reason.UNREACHABLE;
    }

    @Override
    public void close() {
        deadlines.close();
    }

    /** Tells a failed handshake from a failed connect. */
    private static final class HandshakeFailed extends IOException {
        HandshakeFailed(IOException cause) {
            super("TLS handshake: " + cause.getMessage(), cause);
        }
    }
}
