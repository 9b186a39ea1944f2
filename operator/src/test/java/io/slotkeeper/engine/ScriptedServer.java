package io.slotkeeper.engine;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.slotkeeper.topology.Address;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.concurrent.CountDownLatch;

/** A node that does what a test says with each connection, however rude. */
final class ScriptedServer implements AutoCloseable {
    private final ServerSocket server;
    private final CountDownLatch end = new CountDownLatch(1);

    /** What the node does with a connection. */
    interface Script {
        void play(Socket socket, ScriptedServer server) throws IOException, InterruptedException;
    }

    ScriptedServer(Script script) {
        try {
            server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Thread.ofVirtual().name("scripted server").start(() -> accept(script));
    }

    /** A node that reads something, sends this, and then waits for the end of the test. */
    static ScriptedServer answering(String text) {
        return new ScriptedServer((socket, server) -> {
            server.readSomething(socket);
            socket.getOutputStream().write(text.getBytes(UTF_8));
            server.awaitEnd();
        });
    }

    Address address() {
        return new Address(server.getInetAddress().getHostAddress(), server.getLocalPort());
    }

    void readSomething(Socket socket) throws IOException {
        if (socket.getInputStream().read(new byte[4096]) < 0) {
            throw new IOException("nobody asked anything");
        }
    }

    void awaitEnd() throws InterruptedException {
        end.await();
    }

    private void accept(Script script) {
        while (true) {
            try {
                Socket socket = server.accept();
                Thread.ofVirtual().start(() -> play(script, socket));
            } catch (IOException closed) {
                return;
            }
        }
    }

    private void play(Script script, Socket socket) {
        try (socket) {
            script.play(socket, this);
        } catch (IOException gone) {
            // The client has had enough, which is what these tests are about.
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        end.countDown();
        try {
            server.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
