package io.slotkeeper.testkit;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.fabric8.kubernetes.api.model.Pod;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A pod's processes as this machine sees them: the embedded Kubernetes runs on it, so a test can do to them what a kernel,
 * a power failure or a full disk would.
 */
final class PodProcesses {
    private final String podUid;

    PodProcesses(Pod pod) {
        this.podUid = pod.getMetadata().getUid();
    }

    /** The engine that serves; the fence's voter has its own socket in its title. */
    Optional<ProcessHandle> engine() {
        return all().filter(process -> {
                    String command = commandLine(process);
                    return command.contains("-server") && !command.contains("voter");
                })
                .findFirst();
    }

    /** The container's first process, which is the entrypoint. */
    Optional<ProcessHandle> entrypoint() {
        return all().filter(process ->
                        isFirstOfItsNamespace(process) && commandLine(process).contains("entrypoint"))
                .findFirst();
    }

    /** The process whose command line has this word. */
    Optional<ProcessHandle> running(String word) {
        return all().filter(process -> commandLine(process).contains(word)).findFirst();
    }

    /** What anybody on the machine may read of all of them: their arguments and environments. */
    String inTheOpen() {
        return all().map(process -> commandLine(process) + read(process, "environ"))
                .collect(Collectors.joining("\n"));
    }

    /** The memory of the process that is not swapped out or shared away, in bytes. */
    static long residentBytes(ProcessHandle process) {
        return read(process, "status")
                        .lines()
                        .filter(line -> line.startsWith("VmRSS:"))
                        .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
                        .sum()
                * 1024;
    }

    /** The time of processors that the process and those of its children that ended have used. */
    static Duration processorTime(ProcessHandle process) {
        String[] afterName = statAfterName(process);
        long ticks = 0;
        for (int field = 11; field <= 14; field++) {
            ticks += Long.parseLong(afterName[field]);
        }
        return Duration.ofMillis(ticks * 10);
    }

    /** Stops every process where it is, empties the volume, and ends them all without a goodbye. */
    void emptyAndKill() {
        ProcessHandle first = entrypoint().orElseThrow(() -> new IllegalStateException("no container runs"));
        List<ProcessHandle> running =
                all().filter(process -> !commandLine(process).contains("pause")).toList();
        signal("STOP", running);
        empty(volume(first));
        // The kernel ends the others with the first one.
        first.destroyForcibly();
        first.onExit().join();
    }

    /** Has processes stand still for a while: connections stay, and nothing is answered. */
    static void freeze(List<ProcessHandle> processes, Duration time) {
        signal("STOP", processes);
        try {
            Eventually.pause(time);
        } finally {
            signal("CONT", processes);
        }
    }

    private static void signal(String name, List<ProcessHandle> processes) {
        List<String> command = new ArrayList<>(List.of("kill", "-" + name));
        processes.forEach(process -> command.add(Long.toString(process.pid())));
        try {
            int code = new ProcessBuilder(command).inheritIO().start().waitFor();
            if (code != 0) {
                throw new IllegalStateException(String.join(" ", command) + " has ended with code " + code);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("sending " + name + " to " + processes, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while sending " + name, e);
        }
    }

    /** The container's volume, as long as this process runs. */
    static Path volume(ProcessHandle first) {
        return Path.of("/proc", Long.toString(first.pid()), "root", "data");
    }

    /** When the kernel made the process, on the scale of {@link System#nanoTime}; the kernel counts in 10 ms. */
    static long startedAt(ProcessHandle process) {
        // The 22nd field is the time since the boot.
        long started = Long.parseLong(statAfterName(process)[19]) * 10_000_000;
        try {
            String[] uptime = Files.readString(Path.of("/proc/uptime")).split(" ", -1);
            return System.nanoTime() - ((long) (Double.parseDouble(uptime[0]) * 1e9) - started);
        } catch (IOException e) {
            throw new UncheckedIOException("reading the machine's uptime", e);
        }
    }

    /** The address that the container was started with. */
    static String podAddress(ProcessHandle first) {
        return Arrays.stream(read(first, "environ").split("\0", -1))
                .filter(variable -> variable.startsWith("POD_IP="))
                .map(variable -> variable.substring("POD_IP=".length()))
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("process " + first.pid() + " has no POD_IP"));
    }

    /** What the kernel counts of the process, from the third field on: the second is the name and may have blanks. */
    private static String[] statAfterName(ProcessHandle process) {
        String stat = read(process, "stat");
        return stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
    }

    private Stream<ProcessHandle> all() {
        return ProcessHandle.allProcesses()
                .filter(process -> read(process, "cgroup").contains("/pod" + podUid));
    }

    private static void empty(Path volume) {
        try (Stream<Path> files = Files.walk(volume)) {
            files.sorted(Comparator.reverseOrder())
                    .filter(file -> !file.equals(volume))
                    .forEach(file -> file.toFile().delete());
        } catch (IOException e) {
            throw new UncheckedIOException("emptying " + volume, e);
        }
    }

    private static boolean isFirstOfItsNamespace(ProcessHandle process) {
        return read(process, "status").lines().anyMatch(line -> line.startsWith("NSpid:") && line.endsWith("\t1"));
    }

    private static String commandLine(ProcessHandle process) {
        return read(process, "cmdline");
    }

    private static String read(ProcessHandle process, String file) {
        try {
            return new String(Files.readAllBytes(Path.of("/proc", Long.toString(process.pid()), file)), UTF_8);
        } catch (IOException gone) {
            return "";
        }
    }
}
