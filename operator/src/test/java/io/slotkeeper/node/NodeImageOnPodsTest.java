package io.slotkeeper.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.slotkeeper.engine.Cluster;
import io.slotkeeper.engine.ClusterInfo;
import io.slotkeeper.engine.EngineNode;
import io.slotkeeper.engine.Server;
import io.slotkeeper.testkit.ClusterUnderTest;
import io.slotkeeper.testkit.EmbeddedKubernetes;
import io.slotkeeper.testkit.Engine;
import io.slotkeeper.testkit.Eventually;
import io.slotkeeper.testkit.Ledger;
import io.slotkeeper.testkit.NodePods;
import io.slotkeeper.testkit.NodePods.Storage;
import io.slotkeeper.testkit.PodNode;
import io.slotkeeper.testkit.Results;
import io.slotkeeper.topology.SlotSet;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The node image as a pod runs it: in a namespace that enforces the restricted Pod Security Standard, as a random user, on a
 * read-only root file system.
 */
@Tag("kube")
class NodeImageOnPodsTest {
    private static final List<String> APPEND_ONLY = List.of("appendonly yes", "shutdown-on-sigterm default");
    private static final Duration GRACE = Duration.ofSeconds(30);
    private static final int KEYS = 1000;
    private static final int STARTS = 10;

    private final EmbeddedKubernetes kubernetes = EmbeddedKubernetes.running();

    /**
     * Measured from the making of the container's first process, as the kernel dates it (to 10 ms): the times that
     * Kubernetes notes are whole seconds. A node without a role is never ready, so it gets all slots as soon as it
     * answers; its address is asked of the process, since the kubelet tells it only when it next looks at all
     * containers, once a second.
     */
    @ParameterizedTest
    @MethodSource("io.slotkeeper.testkit.Engine#underTest")
    void aNodeOnAnEmptyVolumeIsReadySoon(Engine engine) {
        List<Long> answering = new ArrayList<>();
        List<Long> ready = new ArrayList<>();
        List<Long> sincePodWasMade = new ArrayList<>();
        try (NodePods pods = NodePods.prepare(engine, Storage.EMPTY_DIR, List.of())) {
            for (int i = 0; i < STARTS; i++) {
                long made = System.nanoTime();
                PodNode node = pods.start("start-" + i, pod -> pod);
                node.awaitStarted();
                node.awaitAnswering();
                long answered = System.nanoTime();
                giveAllSlots(pods, node);
                Eventually.eventually(node + " is ready", Duration.ofSeconds(20), node::isReady);
                long wasReady = System.nanoTime();
                long started = node.startedAt();
                answering.add((answered - started) / 1_000_000);
                ready.add((wasReady - started) / 1_000_000);
                sincePodWasMade.add((wasReady - made) / 1_000_000);
                node.delete(Duration.ZERO);
                node.awaitGone();
            }
        }
        Results.add(
                "node-start",
                List.of(
                        "engine",
                        "starts",
                        "container start to answer, ms (min / median / max)",
                        "container start to pod ready, ms",
                        "pod created to ready, ms"),
                List.of(engine, STARTS, spread(answering), spread(ready), spread(sincePodWasMade)));
        assertThat(ready).allSatisfy(millis -> assertThat(millis).isLessThan(5_000));
    }

    @ParameterizedTest
    @MethodSource("io.slotkeeper.testkit.Engine#underTest")
    void theModulesThatTheImageBringsAreLoaded(Engine engine) {
        try (NodePods pods = NodePods.prepare(engine, Storage.EMPTY_DIR, List.of())) {
            PodNode node = pods.start("modules", pod -> pod);
            node.awaitAnswering();
            try (EngineNode connected = pods.connect(node)) {
                List<String> names = connected.call("MODULE", "LIST").asItems().stream()
                        .map(module -> module.asFields().get("name").asText())
                        .toList();
                if (engine.toString().startsWith("redis-8")) {
                    assertThat(names).contains("standin");
                } else {
                    assertThat(names).doesNotContain("standin");
                }
            }
        }
    }

    /** Looked at while it starts, which is when it reads them, and while it is probed. */
    @ParameterizedTest
    @MethodSource("io.slotkeeper.testkit.Engine#underTest")
    void noPasswordIsInAnArgumentOrInTheEnvironment(Engine engine) {
        try (NodePods pods = NodePods.prepare(engine, Storage.EMPTY_DIR, List.of())) {
            PodNode node = pods.start("discreet", pod -> pod);
            Set<String> seen = new HashSet<>();
            Eventually.eventually("its entrypoint runs", Duration.ofSeconds(20), () -> {
                seen.add(node.inTheOpen());
                return seen.stream().anyMatch(each -> each.contains("entrypoint"));
            });
            long end = System.nanoTime() + Duration.ofSeconds(5).toNanos();
            while (System.nanoTime() < end) {
                seen.add(node.inTheOpen());
                Eventually.pause(Duration.ofMillis(20));
            }
            assertThat(seen).anyMatch(each -> each.contains("-server") && each.contains("POD_IP="));
            assertThat(seen)
                    .allSatisfy(each -> assertThat(each)
                            .doesNotContain(pods.secrets().passwords().values()));
        }
    }

    @ParameterizedTest
    @MethodSource("io.slotkeeper.testkit.Engine#underTest")
    void aVolumeMountedReadOnlyIsRefused(Engine engine) {
        refuses(
                engine,
                pod -> pod.editSpec()
                        .editFirstContainer()
                        .editMatchingVolumeMount(mount -> mount.getName().equals("data"))
                        .withReadOnly(true)
                        .endVolumeMount()
                        .endContainer()
                        .endSpec(),
                "the volume at /data is read-only: mount it writable");
    }

    @ParameterizedTest
    @MethodSource("io.slotkeeper.testkit.Engine#underTest")
    void aVolumeOfSomebodyElseIsRefused(Engine engine) {
        refuses(
                engine,
                pod -> pod.editSpec()
                        .editSecurityContext()
                        .withRunAsUser(4711L)
                        .withRunAsGroup(4711L)
                        .withFsGroup(null)
                        .endSecurityContext()
                        .endSpec(),
                "cannot write to /data as user 4711: set the pod's fsGroup");
    }

    @ParameterizedTest
    @MethodSource("io.slotkeeper.testkit.Engine#underTest")
    void aSecretWithoutItsKeyIsRefused(Engine engine) {
        refuses(
                engine,
                pod -> pod.editSpec()
                        .editMatchingVolume(volume -> volume.getName().equals("node"))
                        .editSecret()
                        .withSecretName("misspelt")
                        .endSecret()
                        .endVolume()
                        .endSpec(),
                "the Secret file /etc/slotkeeper/secrets/node/password is missing or empty");
    }

    @ParameterizedTest
    @MethodSource("io.slotkeeper.testkit.Engine#underTest")
    void aFullVolumeIsRefused(Engine engine) {
        try (NodePods pods = withData(engine)) {
            String volume = pods.volume();
            String copy = volume + ".copy";
            // A small file system of its own over the volume's folder, with the same files in it, and then no more
            // room.
            shell(pods, "cp -a " + volume + " " + copy + " && mount -t tmpfs -o size=4m tmpfs " + volume);
            shell(pods, "cp -a " + copy + "/. " + volume + " && rm -r " + copy);
            try {
                shell(pods, "dd if=/dev/zero of=" + volume + "/ballast bs=4k 2>&1 || true");
                refuses(pods, pod -> pod, "the volume at /data is full: grow the claim or free some space");
                shell(pods, "rm " + volume + "/ballast");
                stop(stillHasItsData(pods));
            } finally {
                shell(pods, "umount -l " + volume);
            }
        }
    }

    @ParameterizedTest
    @MethodSource("io.slotkeeper.testkit.Engine#underTest")
    void aPrimaryWhosePodIsDeletedHandsOverFirst(Engine engine) {
        try (ClusterUnderTest<PodNode> cluster = NodePods.cluster(engine, 3, 1, Storage.CLAIM, APPEND_ONLY);
                Ledger ledger = cluster.startWriters(6)) {
            List<Long> gone = new ArrayList<>();
            for (int shard = 0; shard < 3; shard++) {
                int before = ledger.acknowledged();
                Eventually.eventually(
                        "the writers write", Duration.ofSeconds(5), () -> ledger.acknowledged() > before + 500);
                PodNode primary = cluster.primary(shard);
                String uid = primary.uid();
                long start = System.nanoTime();
                primary.delete(GRACE);
                primary.awaitReplaced(uid);
                gone.add((System.nanoTime() - start) / 1_000_000);
                cluster.awaitWell();
                assertThat(cluster.primary(shard)).isNotEqualTo(primary);
            }
            Ledger.Report report = ledger.settle();
            Results.add(
                    "pre-stop",
                    List.of(
                            "engine",
                            "primaries deleted",
                            "deleted to answering again, ms (min / median / max)",
                            "longest stall ms",
                            "acked",
                            "lost",
                            "failed",
                            "redirects"),
                    List.of(
                            engine,
                            3,
                            spread(gone),
                            report.longestStall().toMillis(),
                            report.acknowledged(),
                            report.lost().size(),
                            report.failures(),
                            report.redirects()));
            assertThat(report.lost()).isEmpty();
            assertThat(report.stale()).isEmpty();
        }
    }

    private void refuses(Engine engine, UnaryOperator<PodBuilder> spoil, String sentence) {
        try (NodePods pods = withData(engine)) {
            refuses(pods, pod -> spoil.apply(new PodBuilder(pod)).build(), sentence);
            stillHasItsData(pods);
        }
    }

    /** A node that was given all slots and some keys and was then shut down: its claim holds all of that. */
    private NodePods withData(Engine engine) {
        NodePods pods = NodePods.prepare(engine, Storage.CLAIM, APPEND_ONLY);
        pods.create(new SecretBuilder()
                .withNewMetadata()
                .withName("misspelt")
                .endMetadata()
                .addToStringData("pasword", "secret")
                .build());
        PodNode node = pods.start("first", pod -> pod);
        node.awaitAnswering();
        giveAllSlots(pods, node);
        try (EngineNode connected = pods.connect(node)) {
            awaitServing(connected);
            for (int i = 0; i < KEYS; i++) {
                connected.call("SET", "key:" + i, "value:" + i);
            }
        }
        stop(node);
        return pods;
    }

    /** Ends in one sentence and with an exit code that says so, and the files are what they were. */
    private void refuses(NodePods pods, UnaryOperator<Pod> spoil, String sentence) {
        String before = files(pods);
        assertThat(before).contains("nodes.conf", "identity", "clean-shutdown", "appendonlydir");
        PodNode spoiled = pods.start("spoiled", pod -> {
            Pod changed = spoil.apply(pod);
            changed.getSpec().setRestartPolicy("Never");
            return changed;
        });
        assertThat(spoiled.awaitEnd()).isNotZero();
        assertThat(spoiled.log().lines())
                .singleElement()
                .asString()
                .startsWith("slotkeeper: ")
                .contains(sentence);
        assertThat(files(pods)).isEqualTo(before);
        stop(spoiled);
    }

    /** A sound pod serves the same data, also as another user. */
    private PodNode stillHasItsData(NodePods pods) {
        long user = ThreadLocalRandom.current().nextLong(1_000_000_000, 2_000_000_000);
        PodNode node = pods.start(
                "again",
                pod -> new PodBuilder(pod)
                        .editSpec()
                        .editSecurityContext()
                        .withRunAsUser(user)
                        .withRunAsGroup(user)
                        .withFsGroup(user)
                        .endSecurityContext()
                        .endSpec()
                        .build());
        node.awaitAnswering();
        try (EngineNode connected = pods.connect(node)) {
            awaitServing(connected);
            assertThat(connected.call(Server.dbSize())).isEqualTo(KEYS);
            assertThat(connected.call("GET", "key:7").asText()).isEqualTo("value:7");
        }
        return node;
    }

    /** A node that loads does not serve, and one that was just started waits for others to speak up first. */
    private static void awaitServing(EngineNode node) {
        Eventually.eventually(
                node.address() + " serves",
                Duration.ofSeconds(10),
                () -> node.ask(Cluster.info()).answer().map(ClusterInfo::ok).orElse(false));
    }

    private static void giveAllSlots(NodePods pods, PodNode node) {
        try (EngineNode connected = pods.connect(node)) {
            connected.call(Cluster.addSlots(SlotSet.all()));
        }
    }

    private static void stop(PodNode node) {
        node.delete(GRACE);
        node.awaitGone();
    }

    /** Every file of the volume with its content's checksum. */
    private String files(NodePods pods) {
        return shell(pods, "cd " + pods.volume() + " && find . -type f -exec sha256sum {} + | sort");
    }

    /** Runs a line of shell on the machine that has the volume. */
    private String shell(NodePods pods, String line) {
        return kubernetes.onNode(pods.machineOfVolume(), "sh", "-c", line);
    }

    private static String spread(List<Long> millis) {
        List<Long> sorted = millis.stream().sorted().toList();
        return String.format(
                Locale.ROOT, "%d / %d / %d", sorted.getFirst(), sorted.get(sorted.size() / 2), sorted.getLast());
    }
}
