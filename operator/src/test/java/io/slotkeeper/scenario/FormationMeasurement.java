package io.slotkeeper.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import io.slotkeeper.testkit.EmbeddedKubernetes;
import io.slotkeeper.testkit.Engine;
import io.slotkeeper.testkit.Eventually;
import io.slotkeeper.testkit.ManagedCluster;
import io.slotkeeper.testkit.OperatorUnderTest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** `make measure-scenarios`: what stands in docs/results.md about how long clusters take. */
@Tag("measure")
@Timeout(value = 1, unit = TimeUnit.HOURS)
class FormationMeasurement {
    private static final int RUNS = Integer.getInteger("slotkeeper.runs", 10);

    /** The kubelets take the last cluster's pods down on the same cores, after Kubernetes has forgotten them. */
    private static final Duration TAKING_DOWN = Duration.ofSeconds(10);

    private static final int SLEEPERS = 48;

    private static final String TWO_SLEEPERS = """
            apiVersion: apps/v1
            kind: StatefulSet
            metadata: {name: sleepers-%d, namespace: %s}
            spec:
              podManagementPolicy: Parallel
              replicas: 2
              selector: {matchLabels: {app: sleepers-%d}}
              template:
                metadata: {labels: {app: sleepers-%d}}
                spec:
                  automountServiceAccountToken: false
                  securityContext: {runAsNonRoot: true, seccompProfile: {type: RuntimeDefault}}
                  containers:
                  - name: sleeper
                    image: %s
                    imagePullPolicy: Never
                    command: [sleep, "600"]
                    securityContext: {allowPrivilegeEscalation: false, capabilities: {drop: [ALL]}}
            """;

    @ParameterizedTest
    @MethodSource("io.slotkeeper.testkit.Engine#underTest")
    void threeShardsWithAReplicaEach(Engine engine) {
        measure(engine, 3, 1, RUNS);
    }

    @ParameterizedTest
    @CsvSource({"1,0,3", "1,2,3", "3,0,3", "3,2,3", "10,1,3", "30,1,1"})
    void otherShapes(int shards, int replicas, int runs) {
        measure(Engine.underTest().getFirst(), shards, replicas, Math.min(runs, RUNS));
    }

    @Test
    void eightClustersAtOnce() {
        Engine engine = Engine.underTest().getFirst();
        OperatorUnderTest.running();
        Eventually.pause(TAKING_DOWN);
        List<ManagedCluster> clusters = new ArrayList<>();
        try {
            for (int i = 0; i < 8; i++) {
                clusters.add(ManagedCluster.notYetApplied());
            }
            clusters.forEach(cluster -> cluster.apply(Formed.spec(engine, 3, 1)));
            long first = clusters.getFirst().appliedAt();
            List<Duration> times = new ArrayList<>();
            for (ManagedCluster cluster : clusters) {
                cluster.awaitReady(Duration.ofMinutes(3));
            }
            for (ManagedCluster cluster : clusters) {
                FormedCluster.assertShape(cluster);
                times.add(Duration.ofNanos(cluster.readyAt() - first));
            }
            Figures.atOnce(engine, times);
            assertThat(times).hasSize(8);
        } finally {
            clusters.forEach(ManagedCluster::close);
        }
    }

    /** What Kubernetes takes of itself for as many pods as eight clusters have, when nothing runs in them and nobody looks. */
    @Test
    void asManyPodsThatOnlySleep() {
        Engine engine = Engine.underTest().getFirst();
        EmbeddedKubernetes kubernetes = EmbeddedKubernetes.running();
        Eventually.pause(TAKING_DOWN);
        String namespace = kubernetes.newNamespace("sleepers");
        try {
            long start = System.nanoTime();
            for (int i = 0; i < SLEEPERS / 2; i++) {
                kubernetes
                        .client()
                        .resource(TWO_SLEEPERS.formatted(i, namespace, i, i, engine.image()))
                        .create();
            }
            Eventually.eventually(
                    "all of them run", Duration.ofMinutes(3), () -> started(kubernetes, namespace) == SLEEPERS);
            Figures.sleepers(SLEEPERS, Duration.ofNanos(System.nanoTime() - start));
        } finally {
            kubernetes.removeNamespace(namespace);
        }
    }

    private static long started(EmbeddedKubernetes kubernetes, String namespace) {
        Eventually.pause(Duration.ofMillis(250));
        return kubernetes.client().pods().inNamespace(namespace).list().getItems().stream()
                .flatMap(pod -> pod.getStatus().getContainerStatuses().stream())
                .filter(container -> Boolean.TRUE.equals(container.getStarted()))
                .count();
    }

    private static void measure(Engine engine, int shards, int replicas, int runs) {
        List<Formed> formed = new ArrayList<>();
        for (int i = 0; i < runs; i++) {
            Eventually.pause(TAKING_DOWN);
            formed.add(Formed.once(engine, shards, replicas, cluster -> {}));
        }
        Figures.formation(engine, shards + " × " + replicas, formed);
    }
}
