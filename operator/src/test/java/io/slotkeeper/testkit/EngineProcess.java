package io.slotkeeper.testkit;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;

/**
 * A real engine as a child process, started by a command line of the caller's. Wherever the command line or a value of the
 * environment says <code>${address}</code> or <code>${directory}</code>, those are put in, anew at every start. The process
 * dies with the JVM, even if the JVM is killed.
 */
public final class EngineProcess implements AutoCloseable {
    /** The port on which every node serves, on its own address. */
    public static final int PORT = 6379;

    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final Set<EngineProcess> RUNNING = ConcurrentHashMap.newKeySet();
    /** The kernel ties a child to the thread that started it, so all are started by one that stays. */
    private static final ExecutorService STARTER = Executors.newSingleThreadExecutor(
            Thread.ofPlatform().daemon().name("engine-starter").factory());

    static {
        Runtime.getRuntime().addShutdownHook(new Thread(() -> RUNNING.forEach(EngineProcess::close)));
    }

    private final List<String> command;
    private final Map<String, String> environment;
    private Path directory;
    private String address;
    private Process process;

    private EngineProcess(List<String> command, Map<String, String> environment, Path directory, String address) {
        this.command = List.copyOf(command);
        this.environment = Map.copyOf(environment);
        this.directory = directory;
        this.address = address;
        this.process = launch();
    }

    /** Starts the command in the directory, which is made if need be; its output goes to engine.log in there. */
    public static EngineProcess start(
            List<String> command, Map<String, String> environment, Path directory, String address) {
        return new EngineProcess(command, environment, directory, address);
    }

    /** Starts a plain node of this engine in cluster mode, with more settings such as {@code "--save", ""}. */
    public static EngineProcess node(Engine engine, Path directory, String address, String... settings) {
        return start(nodeCommand(engine, settings), Map.of(), directory, address);
    }

    /** The command line of a plain node in cluster mode: without saves, with its replicas fed at once. */
    public static List<String> nodeCommand(Engine engine, String... settings) {
        List<String> command = new ArrayList<>(List.of(engine.server().toString()));
        command.addAll(List.of("--dir", "${directory}", "--port", Integer.toString(PORT)));
        command.addAll(List.of("--bind", "${address}", "--bind-source-addr", "${address}"));
        command.addAll(List.of("--cluster-enabled", "yes", "--cluster-announce-ip", "${address}"));
        // Redis 7.0 takes every address but 127.0.0.1 for a stranger's and would let no replica in.
        command.addAll(List.of("--protected-mode", "no"));
        command.addAll(List.of("--save", "", "--repl-diskless-sync-delay", "0"));
        command.addAll(List.of(settings));
        return command;
    }

    /** The address the node serves on. */
    public String address() {
        return address;
    }

    /** Where its files are. */
    public Path directory() {
        return directory;
    }

    /** The process id of what was started; an engine that was reached by exec has the same. */
    public long pid() {
        return process.pid();
    }

    /** Whether the process is there, running or stopped. */
    public boolean isAlive() {
        return process.isAlive();
    }

    /** What the process has printed so far, in all its runs. */
    public String log() {
        try {
            return Files.readString(directory.resolve("engine.log"));
        } catch (IOException e) {
            throw new UncheckedIOException("reading the log of " + this, e);
        }
    }

    /** Returns when the node answers PING, be it with LOADING or NOAUTH. */
    public EngineProcess awaitAnswering() {
        Eventually.eventually(this + " answers", PATIENCE, () -> {
            if (!process.isAlive()) {
                throw new AssertionError(this + " ended with code " + process.exitValue() + ":\n" + log());
            }
            return answers();
        });
        return this;
    }

    /** Ends the process as a lost machine would: kill -9. */
    public void kill() {
        family().forEach(ProcessHandle::destroyForcibly);
        awaitEnd();
    }

    /** Asks the process to end, as Kubernetes does, without waiting for it. */
    public void sendTerm() {
        signal("TERM");
    }

    /** Asks the process to end and waits until it has; answers its exit code. */
    public int terminate() {
        sendTerm();
        return awaitEnd();
    }

    /** Waits until the process has ended by itself; answers its exit code. */
    public int awaitEnd() {
        try {
            if (!process.waitFor(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)) {
                throw new AssertionError(this + " has not ended within " + PATIENCE + ":\n" + log());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while waiting for the end of " + this, e);
        }
        return process.exitValue();
    }

    /** Stops the process where it is: connections stay, nothing is answered. */
    public void freeze() {
        signal("STOP");
    }

    /** Lets a frozen process go on. */
    public void thaw() {
        signal("CONT");
    }

    /** Starts the same command again in the same directory. */
    public EngineProcess restart() {
        return restart(directory, address);
    }

    /** Starts the same command again, perhaps somewhere else; what still runs is killed first. */
    public EngineProcess restart(Path newDirectory, String newAddress) {
        if (process.isAlive()) {
            kill();
        }
        directory = newDirectory;
        address = newAddress;
        process = launch();
        return this;
    }

    /** Kills the process if it still runs; its directory stays. */
    @Override
    public void close() {
        kill();
        RUNNING.remove(this);
    }

    @Override
    public String toString() {
        return Path.of(command.getFirst()).getFileName() + " at " + address + " in " + directory;
    }

    private Process launch() {
        List<String> words = new ArrayList<>();
        Path setpriv = Path.of("/usr/bin/setpriv");
        if (Files.isExecutable(setpriv)) {
            words.addAll(List.of(setpriv.toString(), "--pdeathsig", "KILL", "--"));
        }
        command.forEach(word -> words.add(filled(word)));
        ProcessBuilder builder = new ProcessBuilder(words).redirectErrorStream(true);
        environment.forEach((name, value) -> builder.environment().put(name, filled(value)));
        try {
            Files.createDirectories(directory);
            builder.directory(directory.toFile());
            builder.redirectOutput(ProcessBuilder.Redirect.appendTo(
                    directory.resolve("engine.log").toFile()));
            Process started = STARTER.submit(builder::start).get();
            RUNNING.add(this);
            return started;
        } catch (IOException | ExecutionException e) {
            throw new IllegalStateException("starting " + words, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while starting " + words, e);
        }
    }

    private String filled(String text) {
        return text.replace("${address}", address).replace("${directory}", directory.toString());
    }

    /** The process and all it has started. */
    private List<ProcessHandle> family() {
        return Stream.concat(process.descendants(), Stream.of(process.toHandle()))
                .toList();
    }

    /** Helpers of a script come and go, so that one of them may have ended before its turn: then all are told again. */
    private void signal(String name) {
        for (int attempts = 1; !told(name); attempts++) {
            if (attempts == 10) {
                throw new IllegalStateException(
                        "sending " + name + " to " + this + " has failed " + attempts + " times");
            }
        }
    }

    private boolean told(String name) {
        List<String> words = new ArrayList<>(List.of("kill", "-" + name));
        List<ProcessHandle> targets = name.equals("TERM") ? List.of(process.toHandle()) : family();
        targets.forEach(handle -> words.add(Long.toString(handle.pid())));
        try {
            return new ProcessBuilder(words)
                            .inheritIO()
                            .start()
                            .onExit()
                            .get(5, TimeUnit.SECONDS)
                            .exitValue()
                    == 0;
        } catch (IOException | ExecutionException | TimeoutException e) {
            throw new IllegalStateException("sending " + name + " to " + this, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while sending " + name + " to " + this, e);
        }
    }

    private boolean answers() {
        try (Socket socket = new Socket()) {
            socket.setSoTimeout(500);
            socket.connect(new InetSocketAddress(address, PORT), 500);
            socket.getOutputStream().write("PING\r\n".getBytes(US_ASCII));
            InputStream in = socket.getInputStream();
            int first = in.read();
            return first == '+' || first == '-';
        } catch (IOException notYet) {
            return false;
        }
    }
}
