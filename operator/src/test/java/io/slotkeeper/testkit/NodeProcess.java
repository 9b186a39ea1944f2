package io.slotkeeper.testkit;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A node as its image runs it, but as a process: the entrypoint is the first process of a PID namespace of its own, so that
 * everything it started ends with it, as in a container. It is started again when it ends, as a kubelet would, until it is
 * stopped on purpose.
 */
public final class NodeProcess implements Member {
    private final Engine engine;
    private final Secrets secrets;
    private final Path directory;
    private final String address;
    private final List<String> peers;
    private final EngineProcess process;
    private volatile @Nullable Thread keeper;

    private NodeProcess(
            Engine engine, Secrets secrets, Path directory, String address, List<String> peers, String before) {
        this.engine = engine;
        this.secrets = secrets;
        this.directory = directory;
        this.address = address;
        this.peers = List.copyOf(peers);
        this.process = EngineProcess.start(
                List.of(
                        "unshare",
                        "--pid",
                        "--mount",
                        "--fork",
                        "--kill-child",
                        "sh",
                        "-c",
                        before + " exec $as " + entrypoint()),
                environment(),
                directory,
                address);
    }

    /** Starts a node and keeps it running; settings are lines of its configuration, peers where its shard's nodes are. */
    public static NodeProcess start(
            Engine engine, Secrets secrets, Path directory, String address, List<String> peers, List<String> settings) {
        prepare(secrets, directory, address, settings);
        NodeProcess node = new NodeProcess(engine, secrets, directory, address, peers, "");
        node.keepRunning();
        return node;
    }

    /**
     * Starts the entrypoint once, after a line of shell that spoils something for it: it may mount what it likes, set
     * variables, or name in {@code as} a command that runs the entrypoint.
     */
    public static NodeProcess startOnce(
            Engine engine, Secrets secrets, Path directory, String address, List<String> settings, String before) {
        prepare(secrets, directory, address, settings);
        return new NodeProcess(engine, secrets, directory, address, List.of(), before);
    }

    @Override
    public String name() {
        return engine + "@" + address;
    }

    @Override
    public String address() {
        return address;
    }

    /** The node's volume. */
    public Path volume() {
        return directory.resolve("data");
    }

    @Override
    public String log() {
        return process.log();
    }

    /** Waits for the end of an entrypoint that is not kept running; answers its exit code. */
    public int awaitEnd() {
        return process.awaitEnd();
    }

    /** Returns when the engine answers. */
    public NodeProcess awaitAnswering() {
        process.awaitAnswering();
        return this;
    }

    @Override
    public void killEngine() {
        ProcessHandle server = engineProcess();
        server.destroyForcibly();
        server.onExit().join();
    }

    /** Ends the whole node at once, without a chance to say goodbye, and does not start it again. */
    public void powerOff() {
        keeper = null;
        process.kill();
    }

    /** Stops the node as Kubernetes does, and does not start it again; answers the exit code. */
    public int shutDown() {
        keeper = null;
        entrypointProcess().destroy();
        return process.awaitEnd();
    }

    /** Tells an entrypoint that is not kept running to end, whatever it does just now. */
    public void tellToStop() {
        entrypointProcess().destroy();
    }

    /** Runs what Kubernetes runs before it stops a pod, until it has ended; answers what it printed. */
    public String prepareToStop() {
        Said preStop = run("pre-stop");
        if (preStop.code() != 0) {
            throw new AssertionError(
                    "pre-stop of " + name() + " ended with code " + preStop.code() + ":\n" + preStop.words());
        }
        return preStop.words();
    }

    /** Asks at once; a node that is not ready is given its moment first. */
    public boolean isReady() {
        return isReady("3");
    }

    /** Asks as Kubernetes does, which lasts. */
    public boolean passesProbe() {
        return isReady(new String[0]);
    }

    private boolean isReady(String... seconds) {
        Said ready = run("ready", seconds);
        if (!ready.words().isEmpty()) {
            throw new AssertionError("the probe of " + name() + " said:\n" + ready.words());
        }
        return ready.code() == 0;
    }

    private record Said(int code, String words) {}

    /** Runs one of the image's scripts as a process in the container would. */
    private Said run(String script, String... arguments) {
        List<String> command = new ArrayList<>(
                List.of(Engine.repository().resolve("node-image/" + script).toString()));
        command.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        environment()
                .forEach((name, value) -> builder.environment()
                        .put(name, value.replace("${address}", address).replace("${directory}", directory.toString())));
        try {
            Process process = builder.start();
            String words = new String(process.getInputStream().readAllBytes(), UTF_8);
            return new Said(process.waitFor(), words);
        } catch (IOException e) {
            throw new UncheckedIOException("running " + script + " of " + name(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while " + script + " of " + name() + " runs", e);
        }
    }

    /** Starts a node that was stopped. */
    public void powerOn() {
        process.restart();
        keepRunning();
    }

    @Override
    public void restartCleanly() {
        int code = shutDown();
        if (code != 0) {
            throw new AssertionError(name() + " ended with code " + code + ":\n" + log());
        }
        powerOn();
        awaitAnswering();
    }

    @Override
    public void killAndEmpty() {
        powerOff();
        try (Stream<Path> files = Files.walk(volume())) {
            files.sorted(Comparator.reverseOrder())
                    .filter(file -> !file.equals(volume()))
                    .forEach(file -> file.toFile().delete());
        } catch (IOException e) {
            throw new UncheckedIOException("emptying the volume of " + name(), e);
        }
        powerOn();
        awaitAnswering();
    }

    @Override
    public boolean hasFile(String name) {
        return Files.exists(volume().resolve(name));
    }

    /** Stops the engine where it is: its connections stay, and nothing is answered. */
    public void freeze() {
        process.freeze();
    }

    /** Lets a frozen engine go on. */
    public void thaw() {
        process.thaw();
    }

    @Override
    public void close() {
        keeper = null;
        process.close();
    }

    @Override
    public String toString() {
        return name();
    }

    private void keepRunning() {
        Thread mine = Thread.ofVirtual().name("keeper of " + name()).unstarted(() -> {
            // One that was held up finds a node that was stopped and started meanwhile in another's care.
            while (keeper == Thread.currentThread()) {
                ProcessHandle.of(process.pid())
                        .ifPresent(handle -> handle.onExit().join());
                if (keeper == Thread.currentThread()) {
                    process.restart();
                }
            }
        });
        keeper = mine;
        mine.start();
    }

    private ProcessHandle entrypointProcess() {
        return ProcessHandle.of(process.pid())
                .flatMap(unshare -> unshare.children().findFirst())
                .orElseThrow(() -> new IllegalStateException(name() + " does not run:\n" + log()));
    }

    /** The entrypoint's child that serves; a voter and the witness have other command lines. */
    private ProcessHandle engineProcess() {
        return entrypointProcess()
                .children()
                .filter(child -> commandLine(child).contains("-server"))
                .findFirst()
                .orElseThrow(() -> new IllegalStateException(name() + " has no engine running:\n" + log()));
    }

    private static String commandLine(ProcessHandle process) {
        try {
            return Files.readString(Path.of("/proc", Long.toString(process.pid()), "cmdline"));
        } catch (IOException gone) {
            return "";
        }
    }

    private static String entrypoint() {
        return Engine.repository().resolve("node-image/entrypoint").toString();
    }

    private Map<String, String> environment() {
        return Map.of(
                "PATH", engine.server().getParent() + ":" + System.getenv("PATH"),
                "POD_IP", "${address}",
                "SLOTKEEPER_CLUSTER", "test/" + secrets.hashCode(),
                "SLOTKEEPER_PEERS", String.join(" ", peers),
                "SLOTKEEPER_DATA", "${directory}/data",
                "SLOTKEEPER_RUN", "${directory}/run",
                "SLOTKEEPER_SECRETS", "${directory}/secrets",
                "SLOTKEEPER_CONFIG", "${directory}/config");
    }

    private static void prepare(Secrets secrets, Path directory, String address, List<String> settings) {
        try {
            Files.createDirectories(directory.resolve("data"));
            Files.createDirectories(directory.resolve("config"));
            secrets.writeTo(directory.resolve("secrets"));
            Files.writeString(
                    directory.resolve("config/test.conf"),
                    "bind " + address + "\nbind-source-addr " + address + "\n" + String.join("\n", settings) + "\n");
        } catch (IOException e) {
            throw new UncheckedIOException("preparing " + directory, e);
        }
    }
}
