package io.slotkeeper.control;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.slotkeeper.engine.Access;
import io.slotkeeper.topology.Address;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** What listens like a node that has just started: it answers what a pass asks, obeys every order, and keeps what it heard. */
final class FreshNode implements AutoCloseable {
    private static final String INFO = """
            redis_version:8.6.0
            run_id:1
            process_id:1
            uptime_in_seconds:1
            loading:0
            """;
    private static final String CLUSTER = """
            cluster_state:fail
            cluster_slots_assigned:0
            cluster_slots_ok:0
            cluster_slots_pfail:0
            cluster_slots_fail:0
            cluster_known_nodes:1
            cluster_size:0
            cluster_current_epoch:0
            cluster_my_epoch:0
            """;

    private final ServerSocket server;
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();
    private final List<String> heard = new CopyOnWriteArrayList<>();
    private volatile String nodes = "a".repeat(40) + " 127.0.0.1:6379@16379 myself,master - 0 0 0 connected\n";
    private volatile String replication = "role:master\n";
    private volatile boolean closing;
    private volatile CountDownLatch busy = new CountDownLatch(0);

    FreshNode() {
        try {
            server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Thread.ofVirtual().name("fresh node").start(this::accept);
    }

    Nodes.Contact contact(String uid) {
        return new Nodes.Contact(
                uid,
                new Address(server.getInetAddress().getHostAddress(), server.getLocalPort()),
                Access.as("operator", "secret"));
    }

    /** The commands that it got. */
    List<String> heard() {
        return heard;
    }

    /** What it says to CLUSTER NODES from now on. */
    void says(String clusterNodes) {
        nodes = clusterNodes;
    }

    /** From now on it is a replica, and its link is up or down. */
    void isReplica(String link) {
        replication = "role:slave\nmaster_host:127.0.0.1\nmaster_port:6379\nmaster_link_status:" + link + "\n";
    }

    /** From now on it is a primary with these replicas, each written as INFO does. */
    void hasReplicas(String... replicas) {
        StringBuilder text = new StringBuilder("role:master\nconnected_slaves:" + replicas.length + "\n");
        for (int i = 0; i < replicas.length; i++) {
            text.append("slave").append(i).append(':').append(replicas[i]).append('\n');
        }
        replication = text.toString();
    }

    /** How many connections there are to it at the moment. */
    int connections() {
        return open.size();
    }

    /** Accepts and reads as before, but answers nothing until this time has passed. */
    void isBusyFor(Duration time) {
        CountDownLatch done = new CountDownLatch(1);
        busy = done;
        CompletableFuture.delayedExecutor(time.toMillis(), TimeUnit.MILLISECONDS)
                .execute(done::countDown);
    }

    /** As when its process ends and another one takes its place at once. */
    void hangUpOnEverybody() {
        open.forEach(FreshNode::end);
    }

    /** Its process is ending: it has closed its connections, and its port not yet. */
    void isEnding() {
        closing = true;
        hangUpOnEverybody();
    }

    /** Its process ends: nobody listens any more. */
    void ends() {
        try {
            server.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        hangUpOnEverybody();
    }

    private void accept() {
        while (true) {
            try {
                Socket socket = server.accept();
                if (closing) {
                    socket.close();
                    continue;
                }
                open.add(socket);
                Thread.ofVirtual().start(() -> serve(socket));
            } catch (IOException closed) {
                return;
            }
        }
    }

    private void serve(Socket socket) {
        try (socket) {
            BufferedReader in = new BufferedReader(new InputStreamReader(socket.getInputStream(), UTF_8));
            for (String line = in.readLine(); line != null; line = in.readLine()) {
                List<String> words = new ArrayList<>();
                int count = Integer.parseInt(line.substring(1));
                for (int word = 0; word < count; word++) {
                    in.readLine();
                    words.add(in.readLine());
                }
                String command = String.join(" ", words);
                heard.add(command);
                busy.await();
                socket.getOutputStream().write(answer(command).getBytes(UTF_8));
            }
        } catch (IOException gone) {
            // Whoever asked has had enough.
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            open.remove(socket);
        }
    }

    private String answer(String command) {
        if (command.startsWith("INFO")) {
            return text(INFO + replication);
        }
        if (command.startsWith("CLUSTER NODES")) {
            return text(nodes);
        }
        if (command.startsWith("CLUSTER INFO")) {
            return text(CLUSTER);
        }
        if (command.startsWith("CONFIG GET")) {
            return "*6\r\n" + text("cluster-node-timeout") + text("5000") + text("cluster-require-full-coverage")
                    + text("no") + text("min-replicas-to-write") + text("0");
        }
        return command.startsWith("ACL GETUSER") ? "*-1\r\n" : "+OK\r\n";
    }

    private static String text(String text) {
        return "$" + text.length() + "\r\n" + text + "\r\n";
    }

    private static void end(Socket socket) {
        try {
            socket.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        ends();
    }
}
