package io.slotkeeper.testkit;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.coordination.v1.Lease;
import io.fabric8.kubernetes.api.model.coordination.v1.LeaseSpec;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.readiness.Readiness;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * The operator as a user installs it: its image, in a pod from config/embedded, with the rights that are in there. A run of tests
 * installs it once, begins with a new pod of it, and leaves it there: the next run, or `make kube-down`, takes it away.
 */
public final class OperatorUnderTest {
    /** Where it is installed. */
    public static final String NAMESPACE = "slotkeeper-system";
    /** Its service account there. */
    public static final String ACCOUNT = "slotkeeper";

    private static final String DEPLOYMENT = "slotkeeper";
    private static final String LEASE = "slotkeeper";
    private static final int METRICS_PORT = 8080;
    private static final Duration PATIENCE = Duration.ofMinutes(1);

    private static final class Shared {
        private static final OperatorUnderTest INSTANCE = install();
    }

    private final KubernetesClient client = EmbeddedKubernetes.running().client();
    private final HttpClient http = HttpClient.newHttpClient();

    private OperatorUnderTest() {}

    /** The operator of this run of tests, which leads. */
    public static OperatorUnderTest running() {
        return Shared.INSTANCE;
    }

    /** Returns how long the operator's present process took from its start until it led. */
    public Duration awaitLeading() {
        Duration[] took = new Duration[1];
        Eventually.eventually("the operator leads", PATIENCE, () -> {
            // The lease says when: who asks more often only takes from the cores on which the operator starts.
            Eventually.pause(Duration.ofMillis(200));
            process()
                    .map(OperatorUnderTest::startedAt)
                    .flatMap(started -> leadingAfter(started).map(since -> Duration.between(started, since)))
                    .ifPresent(time -> took[0] = time);
            return took[0] != null;
        });
        return took[0];
    }

    /** Ends its process with kill -9; the kubelet starts it again. */
    public void kill() {
        ProcessHandle process = existing();
        process.destroyForcibly();
        process.onExit().join();
    }

    /** Has its process stand still for a while, and go on as if nothing had been. */
    public void freeze(Duration time) {
        PodProcesses.freeze(List.of(existing()), time);
    }

    /** Takes away one that an earlier run has left: it would look after clusters that are only there to be looked at. */
    static void remove(KubernetesClient client) {
        client.apps().deployments().inNamespace(NAMESPACE).withName(DEPLOYMENT).delete();
        Eventually.eventually(
                "the operator of an earlier run is gone",
                PATIENCE,
                () -> client.pods().inNamespace(NAMESPACE).list().getItems().isEmpty());
    }

    /** Takes its pod away until it is started again. */
    public void stop() {
        scale(0);
        Eventually.eventually("the operator is gone", PATIENCE, () -> pod().isEmpty());
    }

    /** Brings its pod back, and returns when it leads. */
    public void start() {
        scale(1);
        awaitLeading();
    }

    /** Starts a second one beside it, which waits for its turn. */
    public void startAnother() {
        scale(2);
        Eventually.eventually(
                "two operators are ready",
                PATIENCE,
                () -> pods().stream().filter(Readiness::isPodReady).count() == 2);
    }

    /** Ends one of two; the other leads when this returns. */
    public void endTheOther() {
        scale(1);
        Eventually.eventually("one operator is left", PATIENCE, () -> pods().size() == 1);
        awaitLeading();
    }

    /** Its pod; of two the one that leads. */
    public String name() {
        return pod().orElseThrow().getMetadata().getName();
    }

    /** Where its pod is on the network. */
    public String address() {
        return pod().orElseThrow().getStatus().getPodIP();
    }

    /** The machine that its pod is on. */
    public String machine() {
        return pod().orElseThrow().getSpec().getNodeName();
    }

    /** What its present process has printed. */
    public String log() {
        return pod().map(pod -> {
                    try {
                        return client.pods().resource(pod).getLog();
                    } catch (KubernetesClientException none) {
                        return "";
                    }
                })
                .orElse("");
    }

    /** The metric's present value, summed over its labels; 0 for one that has not been counted yet. */
    public double metric(String name) {
        return metrics()
                .lines()
                .filter(line -> line.startsWith(name + "{") || line.startsWith(name + " "))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
                .sum();
    }

    /** What its metrics endpoint says. */
    public String metrics() {
        String address = pod().orElseThrow().getStatus().getPodIP();
        try {
            return http.send(
                            HttpRequest.newBuilder(URI.create("http://" + address + ":" + METRICS_PORT + "/q/metrics"))
                                    .timeout(PATIENCE)
                                    .build(),
                            BodyHandlers.ofString())
                    .body();
        } catch (IOException e) {
            throw new UncheckedIOException("asking the operator for its metrics", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while asking the operator for its metrics", e);
        }
    }

    /** The time of processors it has used so far. */
    public Duration processorTime() {
        return PodProcesses.processorTime(existing());
    }

    /** The memory it holds. */
    public long residentBytes() {
        return PodProcesses.residentBytes(existing());
    }

    private static OperatorUnderTest install() {
        OperatorUnderTest operator = new OperatorUnderTest();
        EmbeddedKubernetes.kubectl(
                "apply",
                "--server-side",
                "--force-conflicts",
                "-k",
                Engine.repository().resolve("config/embedded").toString());
        // The image may have been built anew under the same name since the pod was made.
        operator.stop();
        operator.start();
        return operator;
    }

    private void scale(int pods) {
        client.apps().deployments().inNamespace(NAMESPACE).withName(DEPLOYMENT).scale(pods);
    }

    /** When the process that runs now renewed the lease, if it did since it was started. */
    private Optional<Instant> leadingAfter(Instant started) {
        return lease().filter(spec -> pods().stream()
                        .anyMatch(pod -> pod.getMetadata().getName().equals(spec.getHolderIdentity())))
                .map(spec -> spec.getRenewTime().toInstant())
                .filter(renewed -> renewed.isAfter(started));
    }

    private static Instant startedAt(ProcessHandle process) {
        return Instant.now().minusNanos(System.nanoTime() - PodProcesses.startedAt(process));
    }

    private ProcessHandle existing() {
        return process().orElseThrow(() -> new AssertionError("the operator does not run"));
    }

    private Optional<ProcessHandle> process() {
        return pod().map(PodProcesses::new).flatMap(processes -> processes.running("quarkus-run.jar"));
    }

    private Optional<Pod> pod() {
        String leader = lease().map(LeaseSpec::getHolderIdentity).orElse("");
        return pods().stream()
                .max(Comparator.comparing(pod -> pod.getMetadata().getName().equals(leader)));
    }

    private List<Pod> pods() {
        return client.pods()
                .inNamespace(NAMESPACE)
                .withLabel("app.kubernetes.io/component", "operator")
                .list()
                .getItems();
    }

    private Optional<LeaseSpec> lease() {
        return Optional.ofNullable(
                        client.leases().inNamespace(NAMESPACE).withName(LEASE).get())
                .map(Lease::getSpec);
    }
}
