package io.slotkeeper.testkit;

import io.fabric8.kubernetes.api.model.ContainerStateTerminated;
import io.fabric8.kubernetes.api.model.DeleteOptions;
import io.fabric8.kubernetes.api.model.DeleteOptionsBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.readiness.Readiness;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;

/** A node in a pod. Its container is started again by the kubelet, its pod by the StatefulSet. */
public final class PodNode implements Member {
    /** A kubelet lets a container that ended twice in short order wait, and a pod has half a minute to end. */
    private static final Duration PATIENCE = Duration.ofSeconds(80);

    private final Pods pods;
    private final String name;
    private volatile String lastAddress = "";

    PodNode(Pods pods, String name) {
        this.pods = pods;
        this.name = name;
    }

    @Override
    public String name() {
        return name;
    }

    /** Today's address of the pod; the last one while there is no pod. */
    @Override
    public String address() {
        pod().map(pod -> pod.getStatus().getPodIP()).ifPresent(address -> lastAddress = address);
        return lastAddress;
    }

    /** The pod as it was last heard of. */
    public Optional<Pod> pod() {
        return pods.pod(name);
    }

    /** The index of its shard, which is the last number but one of its name. */
    public int shard() {
        String[] parts = name.split("-", -1);
        return Integer.parseInt(parts[parts.length - 2]);
    }

    /** The namespace of the pod and its cluster. */
    public String namespace() {
        return pods.namespace();
    }

    /** The pod's own id, which its successor of the same name does not have. */
    public String uid() {
        return existing().getMetadata().getUid();
    }

    /** The Kubernetes node the pod is on. */
    public String machine() {
        return existing().getSpec().getNodeName();
    }

    /** Whether Kubernetes says that the pod is ready. */
    public boolean isReady() {
        return pod().map(Readiness::isPodReady).orElse(false);
    }

    @Override
    public void killEngine() {
        ProcessHandle engine = engine();
        engine.destroyForcibly();
        engine.onExit().join();
    }

    /** The engine that runs in it now, or will in a moment. */
    public ProcessHandle engine() {
        return awaitProcess("an engine", PodProcesses::engine);
    }

    /** Overwrites what the engine has written down of the cluster; it may write it anew as long as it runs. */
    public void damageNodesFile() {
        Path file = PodProcesses.volume(awaitProcess("an entrypoint", PodProcesses::entrypoint))
                .resolve("nodes.conf");
        try {
            Files.writeString(file, "damaged\n");
        } catch (IOException e) {
            throw new UncheckedIOException("damaging " + file, e);
        }
    }

    /** Has the engine stand still for a while, and go on as if nothing had been. */
    public void freeze(Duration time) {
        PodProcesses.freeze(List.of(awaitProcess("an engine", PodProcesses::engine)), time);
    }

    @Override
    public void restartCleanly() {
        ProcessHandle first = awaitProcess("an entrypoint", PodProcesses::entrypoint);
        first.destroy();
        first.onExit().join();
        Eventually.eventually(
                name + " has ended with code 0",
                PATIENCE,
                () -> existing().getStatus().getContainerStatuses().stream()
                        .anyMatch(container -> container.getLastState().getTerminated() != null
                                && container.getLastState().getTerminated().getExitCode() == 0));
        awaitAnswering();
    }

    @Override
    public void killAndEmpty() {
        awaitProcess("an engine", PodProcesses::engine);
        new PodProcesses(existing()).emptyAndKill();
        awaitAnswering();
    }

    @Override
    public boolean hasFile(String file) {
        return Files.exists(PodProcesses.volume(awaitProcess("an entrypoint", PodProcesses::entrypoint))
                .resolve(file));
    }

    /** Deletes this very pod, and no other one that may have its name by now. */
    public void delete(Duration grace) {
        Pod pod = existing();
        DeleteOptions options = new DeleteOptionsBuilder()
                .withGracePeriodSeconds(grace.toSeconds())
                .withNewPreconditions(null, pod.getMetadata().getUid())
                .build();
        String path = "/api/v1/namespaces/" + pods.namespace() + "/pods/" + name;
        EmbeddedKubernetes.running().client().raw(path, "DELETE", options);
    }

    /** Returns when there is no pod of this name. */
    public void awaitGone() {
        Eventually.eventually(name + " is gone", PATIENCE, () -> pod().isEmpty());
    }

    /** Returns the exit code of a container that is not started again, once it has ended. */
    public int awaitEnd() {
        Eventually.eventually(name + " has ended", PATIENCE, () -> {
            pod().ifPresent(NodePods::failWithoutImage);
            return terminated().isPresent();
        });
        return terminated().orElseThrow().getExitCode();
    }

    /** When the kernel made the container's first process, on the scale of {@link System#nanoTime}, to 10 ms. */
    public long startedAt() {
        return PodProcesses.startedAt(awaitProcess("an entrypoint", PodProcesses::entrypoint));
    }

    /** The same of its engine, which the entrypoint starts after its checks. */
    public long engineStartedAt() {
        return PodProcesses.startedAt(awaitProcess("an engine", PodProcesses::engine));
    }

    /** Returns when another pod of this name answers than the one with this uid. */
    public void awaitReplaced(String uid) {
        Eventually.eventually(
                name + " is a new pod",
                PATIENCE,
                () -> pod().map(pod -> !pod.getMetadata().getUid().equals(uid)).orElse(false));
        awaitAnswering();
    }

    /**
     * Returns when the container's first process is there, and takes the address from its environment: Kubernetes
     * tells it up to a second later.
     */
    public void awaitStarted() {
        lastAddress = PodProcesses.podAddress(awaitProcess("an entrypoint", PodProcesses::entrypoint));
    }

    /** Returns when the engine answers. */
    public void awaitAnswering() {
        Eventually.eventually(name + " answers", PATIENCE, () -> {
            pod().ifPresent(NodePods::failWithoutImage);
            return pods.answers(this);
        });
    }

    /** What the container has printed in its last two lives; Kubernetes keeps no more. */
    @Override
    public String log() {
        return log(true) + log(false);
    }

    /** Takes the whole cluster away: a pod alone would only come back. */
    @Override
    public void close() {
        pods.close();
    }

    @Override
    public String toString() {
        return name;
    }

    private String log(boolean previous) {
        var resource = EmbeddedKubernetes.running()
                .client()
                .pods()
                .inNamespace(pods.namespace())
                .withName(name);
        try {
            return previous ? resource.terminated().getLog() : resource.getLog();
        } catch (KubernetesClientException none) {
            return "";
        }
    }

    private Optional<ContainerStateTerminated> terminated() {
        return pod().stream()
                .flatMap(pod -> pod.getStatus().getContainerStatuses().stream())
                .map(container -> container.getState().getTerminated())
                .filter(Objects::nonNull)
                .findFirst();
    }

    /** The arguments and environments of its processes, as far as there are any yet. */
    public String inTheOpen() {
        return pod().map(PodProcesses::new).map(PodProcesses::inTheOpen).orElse("");
    }

    private Pod existing() {
        return pod().orElseThrow(() -> new IllegalStateException("there is no pod " + name));
    }

    private ProcessHandle awaitProcess(String what, Function<PodProcesses, Optional<ProcessHandle>> search) {
        ProcessHandle[] found = new ProcessHandle[1];
        Eventually.eventually(name + " has " + what + " running", PATIENCE, () -> {
            Optional<ProcessHandle> process = pod().map(PodProcesses::new).flatMap(search);
            process.ifPresent(handle -> found[0] = handle);
            return process.isPresent();
        });
        return found[0];
    }
}
