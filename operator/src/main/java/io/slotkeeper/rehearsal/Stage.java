package io.slotkeeper.rehearsal;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.Base64;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;

/**
 * As much of an API server as an operator needs that starts, leads, provides for one cluster and reports: lists are empty but for
 * that cluster, watches stay open and silent, and whatever is written is taken and given back as it came.
 */
final class Stage implements AutoCloseable {
    private static final String CLUSTER =
            "{\"apiVersion\":\"slotkeeper.io/v1alpha1\",\"kind\":\"RedisCluster\",\"metadata\":"
                    + "{\"name\":\"cart\",\"namespace\":\"shop\",\"uid\":\"1\",\"resourceVersion\":\"1\",\"generation\":1},\"spec\":{}}";
    private static final String MAY_DO_ALL =
            "{\"status\":{\"incomplete\":false,\"nonResourceRules\":[],\"resourceRules\":"
                    + "[{\"apiGroups\":[\"*\"],\"resources\":[\"*\"],\"verbs\":[\"*\"]}]}}";
    private static final Pattern LIST =
            Pattern.compile("/(pods|nodes|statefulsets|secrets|services|configmaps|serviceaccounts"
                    + "|networkpolicies|poddisruptionbudgets|redisclusters|persistentvolumeclaims|storageclasses)$");
    private static final String WEBSOCKET = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";

    private final Map<String, String> written = new ConcurrentHashMap<>();
    private final CountDownLatch reported = new CountDownLatch(1);
    private final ServerSocket server;

    /** Listens on a free port of the loopback address, with the key and certificate that are in the file. */
    Stage(Path keys, String password) throws IOException {
        try (InputStream in = Files.newInputStream(keys)) {
            KeyStore store = KeyStore.getInstance("PKCS12");
            store.load(in, password.toCharArray());
            KeyManagerFactory managers = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
            managers.init(store, password.toCharArray());
            SSLContext tls = SSLContext.getInstance("TLS");
            tls.init(managers.getKeyManagers(), null, null);
            server = tls.getServerSocketFactory().createServerSocket(0, 50, InetAddress.getLoopbackAddress());
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("cannot use " + keys, e);
        }
        Thread.ofVirtual().name("stage").start(this::accept);
    }

    String address() {
        return "https://" + server.getInetAddress().getHostAddress() + ":" + server.getLocalPort();
    }

    /** Whether a status was written within the time. */
    boolean awaitReport(Duration time) throws InterruptedException {
        return reported.await(time.toMillis(), TimeUnit.MILLISECONDS);
    }

    private void accept() {
        while (true) {
            try {
                Socket socket = server.accept();
                Thread.ofVirtual().name("scene").start(() -> serve(socket));
            } catch (IOException closed) {
                return;
            }
        }
    }

    private record Request(String method, String path, Map<String, String> headers, String body) {}

    private void serve(Socket socket) {
        try (socket) {
            InputStream in = new BufferedInputStream(socket.getInputStream());
            for (String line = line(in); !line.isEmpty(); line = line(in)) {
                Request request = read(line, in);
                if (request.headers().containsKey("sec-websocket-key")) {
                    agree(socket.getOutputStream(), request);
                    // Whoever watches says nothing but goodbye.
                    in.read();
                    return;
                }
                answer(socket.getOutputStream(), request);
            }
        } catch (IOException gone) {
            // The operator has left the stage.
        }
    }

    private static Request read(String line, InputStream in) throws IOException {
        Map<String, String> headers = new HashMap<>();
        for (String header = line(in); !header.isEmpty(); header = line(in)) {
            int colon = header.indexOf(':');
            headers.put(
                    header.substring(0, colon).toLowerCase(Locale.ROOT),
                    header.substring(colon + 1).strip());
        }
        int length = Integer.parseInt(headers.getOrDefault("content-length", "0"));
        String body = new String(in.readNBytes(length), UTF_8);
        String[] words = line.split(" ", 3);
        String path = words[1].split("\\?", 2)[0];
        return new Request(words[0], path, headers, body);
    }

    /** A line without its end; an empty one at the end of the stream. */
    private static String line(InputStream in) throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        for (int next = in.read(); next >= 0 && next != '\n'; next = in.read()) {
            if (next != '\r') {
                line.write(next);
            }
        }
        return line.toString(UTF_8);
    }

    /** A watch from now on, in which nothing happens. */
    private static void agree(OutputStream out, Request request) throws IOException {
        try {
            byte[] key = (request.headers().get("sec-websocket-key") + WEBSOCKET).getBytes(US_ASCII);
            String accept = Base64.getEncoder()
                    .encodeToString(MessageDigest.getInstance("SHA-1").digest(key));
            out.write(
                    ("HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: "
                                    + accept + "\r\n\r\n")
                            .getBytes(US_ASCII));
            out.flush();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("a Java without SHA-1", e);
        }
    }

    private void answer(OutputStream out, Request request) throws IOException {
        String body = body(request);
        byte[] bytes = (body.isEmpty()
                        ? "{\"kind\":\"Status\",\"apiVersion\":\"v1\",\"status\":\"Failure\",\"code\":404}"
                        : body)
                .getBytes(UTF_8);
        out.write(("HTTP/1.1 " + (body.isEmpty() ? "404 Not Found" : "200 OK")
                        + "\r\nContent-Type: application/json\r\nContent-Length: " + bytes.length + "\r\n\r\n")
                .getBytes(US_ASCII));
        out.write(bytes);
        out.flush();
        if (request.path().endsWith("/status")) {
            reported.countDown();
        }
    }

    /** Empty for what is not there. */
    private String body(Request request) {
        String path = request.path();
        if (path.equals("/version")) {
            return "{\"major\":\"1\",\"minor\":\"34\"}";
        }
        if (path.endsWith("selfsubjectrulesreviews")) {
            return MAY_DO_ALL;
        }
        if (!request.method().equals("GET")) {
            written.put(request.method().equals("POST") ? path + "/slotkeeper" : path, request.body());
            return request.body();
        }
        if (LIST.matcher(path).find()) {
            return "{\"metadata\":{\"resourceVersion\":\"1\"},\"items\":["
                    + (path.endsWith("redisclusters") ? CLUSTER : "") + "]}";
        }
        return written.getOrDefault(path, "");
    }

    @Override
    public void close() throws IOException {
        server.close();
    }
}
