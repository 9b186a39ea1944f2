package io.slotkeeper.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.slotkeeper.engine.Cluster;
import io.slotkeeper.engine.Connector;
import io.slotkeeper.engine.EngineNode;
import io.slotkeeper.engine.Server;
import io.slotkeeper.testkit.Engine;
import io.slotkeeper.testkit.EngineProcess;
import io.slotkeeper.testkit.Eventually;
import io.slotkeeper.testkit.LoopbackAddresses;
import io.slotkeeper.testkit.NodeProcess;
import io.slotkeeper.testkit.Secrets;
import io.slotkeeper.topology.Address;
import io.slotkeeper.topology.SlotSet;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What a node does with what it must not start on: it says so in one line, ends, and leaves everything as it was. */
@Tag("engine")
class BadInputTest {
    private static final List<String> APPEND_ONLY = List.of("appendonly yes", "shutdown-on-sigterm default");
    private static final int KEYS = 1000;

    @TempDir
    private Path directory;

    private final Secrets secrets = Secrets.generate();
    private final String address = LoopbackAddresses.next();

    @Test
    void aMissingSecretFileIsNamed() {
        refused("rm $SLOTKEEPER_SECRETS/node/password;", "secrets/node/password is missing or empty");
    }

    @Test
    void aPasswordThatNoConfigurationFileCanHoldIsRefused() {
        refused("echo 'a b' >$SLOTKEEPER_SECRETS/replication/password;", "may only have letters, digits");
    }

    @Test
    void aPodWithoutItsAddressIsRefused() {
        refused("unset POD_IP;", "POD_IP is not set");
    }

    @Test
    void aNodeThatDoesNotKnowItsClusterIsRefused() {
        refused("unset SLOTKEEPER_CLUSTER;", "SLOTKEEPER_CLUSTER is not set");
    }

    @Test
    void aReadOnlyVolumeIsRefused() {
        makeVolume(Engine.REDIS_7_0, List.of());
        refused("mount --bind -o ro $SLOTKEEPER_DATA $SLOTKEEPER_DATA;", "is read-only: mount it writable");
    }

    /** What this volume holds is seen by the node alone; NodeImageOnPodsTest looks whether it stays as it was. */
    @Test
    void aFullVolumeIsRefused() {
        ends(
                Engine.REDIS_7_0,
                List.of(),
                "mount -t tmpfs -o size=64k tmpfs $SLOTKEEPER_DATA; head -c 61440 /dev/zero >$SLOTKEEPER_DATA/others;",
                "is full: grow the claim");
    }

    @Test
    void aVolumeThatBelongsToSomebodyElseIsRefused() {
        refused(
                "chmod 700 $SLOTKEEPER_DATA; chmod 711 $SLOTKEEPER_DATA/..; mkdir -p $SLOTKEEPER_RUN; chmod 777"
                        + " $SLOTKEEPER_RUN; as='setpriv --reuid 4242 --regid 4242 --clear-groups';",
                "as user 4242: set the pod's fsGroup");
    }

    @Test
    void filesOnTheVolumeThatBelongToSomebodyElseAreRefused() {
        makeVolume(Engine.REDIS_7_0, List.of());
        refused(
                "chmod 711 $SLOTKEEPER_DATA/..; chmod 777 $SLOTKEEPER_DATA $SLOTKEEPER_RUN; chmod 600 $SLOTKEEPER_DATA/*;"
                        + " as='setpriv --reuid 4242 --regid 4242 --clear-groups';",
                "nodes.conf belongs to somebody else");
    }

    @Test
    void aTruncatedNodesFileIsRefused() {
        makeVolume(Engine.REDIS_7_0, List.of());
        edit("nodes.conf", text -> text.substring(0, text.length() - 20));
        refused("", "nodes.conf cannot be used: it is cut off");
    }

    @Test
    void aNodesFileWithADamagedLineIsRefused() {
        makeVolume(Engine.REDIS_7_0, List.of());
        edit("nodes.conf", text -> "x" + text.substring(1));
        refused("", "nodes.conf cannot be used: line 1 is damaged");
    }

    @Test
    void aNodesFileOfAnotherNodeIsRefused() {
        makeVolume(Engine.REDIS_7_0, List.of());
        edit("nodes.conf", text -> "f".repeat(40) + text.substring(40));
        refused("", "is that of node " + "f".repeat(40));
    }

    @Test
    void aVolumeOfAnotherClusterIsRefused() {
        makeVolume(Engine.REDIS_7_0, List.of());
        refused("export SLOTKEEPER_CLUSTER=other/cluster;", "belongs to cluster test/", "not to other/cluster");
    }

    @Test
    void dataWithoutANodesFileIsRefused() throws IOException {
        makeVolume(Engine.REDIS_7_0, List.of());
        Files.delete(volume().resolve("nodes.conf"));
        refused("", "dump.rdb is there, but nodes.conf is not");
    }

    @Test
    void aVolumeThatSlotkeeperDidNotWriteIsRefused() throws IOException {
        makeVolume(Engine.REDIS_7_0, List.of());
        Files.delete(volume().resolve("identity"));
        refused("", "was not written by Slotkeeper");
    }

    @Test
    void appendOnlyOverNothingButASnapshotIsRefused() {
        makeVolume(Engine.REDIS_7_0, List.of());
        refused(Engine.REDIS_7_0, APPEND_ONLY, "", "append-only is on, but");
    }

    @ParameterizedTest
    @EnumSource
    void aNodesFileThatTheEngineRefusesEndsTheNode(Engine engine) {
        makeVolume(engine, List.of());
        // Redis 7.0 knows no shard ids yet; Valkey would crash on slots that do not exist, instead of refusing them.
        edit(
                "nodes.conf",
                text -> engine == Engine.REDIS_7_0
                        ? text.replace(" 0-16383", " 99999-99999")
                        : text.replaceFirst("shard-id=[0-9a-f]+", "shard-id=short"));
        refused(engine, List.of(), "", "the engine stopped with exit code 1");
    }

    @ParameterizedTest
    @EnumSource
    void anAppendOnlyFileCutOffAtItsEndIsLoadedUpToThere(Engine engine) {
        makeVolume(engine, APPEND_ONLY);
        Path file = appendOnlyFile();
        write(file, channel -> channel.truncate(channel.size() - 5));
        try (NodeProcess node = NodeProcess.startOnce(engine, secrets, directory, address, APPEND_ONLY, "")) {
            node.awaitAnswering();
            try (Connector connector = new Connector();
                    EngineNode operator = connect(connector)) {
                Eventually.eventually("it has loaded", Duration.ofSeconds(10), () -> keys(operator) == KEYS - 1);
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void anAppendOnlyFileDamagedInTheMiddleEndsTheNode(Engine engine) {
        makeVolume(engine, APPEND_ONLY);
        write(appendOnlyFile(), channel -> channel.write(ByteBuffer.allocate(40), channel.size() / 2));
        refused(engine, APPEND_ONLY, "", "are damaged in the middle");
    }

    private void refused(String before, String... sentence) {
        refused(Engine.REDIS_7_0, List.of(), before, sentence);
    }

    /** Starts the node and expects that it ends with these words in its one line, and that the volume stays as it was. */
    private void refused(Engine engine, List<String> settings, String before, String... words) {
        Map<String, Integer> files = Files.exists(volume()) ? contents() : Map.of();
        ends(engine, settings, before, words);
        assertThat(contents()).isEqualTo(files);
    }

    private void ends(Engine engine, List<String> settings, String before, String... words) {
        try (NodeProcess node = NodeProcess.startOnce(engine, secrets, directory, address, settings, before)) {
            assertThat(node.awaitEnd()).isNotZero();
            // The log goes on from the life in which the volume was made.
            List<String> lines = node.log()
                    .substring(logLength)
                    .lines()
                    .filter(line -> line.startsWith("slotkeeper: "))
                    .toList();
            assertThat(lines).hasSize(1);
            assertThat(lines.getFirst()).contains(words);
        }
    }

    private int logLength;

    /** A primary with all slots and some keys, shut down cleanly. */
    private void makeVolume(Engine engine, List<String> settings) {
        try (NodeProcess node = NodeProcess.startOnce(engine, secrets, directory, address, settings, "");
                Connector connector = new Connector()) {
            node.awaitAnswering();
            try (EngineNode operator = connect(connector)) {
                operator.call(Cluster.addSlots(SlotSet.all()));
                Eventually.eventually(
                        "the node serves",
                        Duration.ofSeconds(10),
                        () -> operator.call(Cluster.info()).ok());
                for (int i = 0; i < KEYS; i++) {
                    operator.call("SET", "key:" + i, "value");
                }
            }
            Eventually.eventually(
                    "the volume knows its node",
                    Duration.ofSeconds(5),
                    () -> read("identity").lines().count() == 2);
            assertThat(node.shutDown()).isZero();
            logLength = node.log().length();
        }
    }

    private EngineNode connect(Connector connector) {
        return connector.connect(new Address(address, EngineProcess.PORT), secrets.operator(), Duration.ofSeconds(5));
    }

    /** How many keys it has, or -1 while it loads. */
    private static long keys(EngineNode node) {
        return node.ask(Server.dbSize()).answer().orElse(-1L);
    }

    private Path volume() {
        return directory.resolve("data");
    }

    private Path appendOnlyFile() {
        try (Stream<Path> files = Files.list(volume().resolve("appendonlydir"))) {
            return files.filter(file -> file.toString().endsWith(".incr.aof"))
                    .findFirst()
                    .orElseThrow();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private String read(String name) {
        try {
            return Files.readString(volume().resolve(name));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void edit(String name, java.util.function.UnaryOperator<String> change) {
        try {
            Files.writeString(volume().resolve(name), change.apply(read(name)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private interface Writing {
        void to(FileChannel channel) throws IOException;
    }

    private static void write(Path file, Writing writing) {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            writing.to(channel);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What the volume holds: each file with a sum of its bytes. */
    private Map<String, Integer> contents() {
        Map<String, Integer> contents = new TreeMap<>();
        try (Stream<Path> files = Files.walk(volume())) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                contents.put(volume().relativize(file).toString(), Arrays.hashCode(Files.readAllBytes(file)));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return contents;
    }
}
