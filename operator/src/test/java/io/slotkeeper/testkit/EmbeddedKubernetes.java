package io.slotkeeper.testkit;

import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.Resource;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.HttpURLConnection;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The Kubernetes that `make kube-up` keeps on this machine, shared by all tests of a run. Each cluster under test gets a
 * namespace of its own, which enforces the restricted Pod Security Standard and carries this run's process id: what a
 * killed run left behind is removed by the next one.
 */
public final class EmbeddedKubernetes {
    /** What to say when the ground is missing: tests on pods fail then, they are never skipped. */
    public static final String ADVICE = "run `make kube-up images`";

    /** The label of what is not in a namespace of its own and is to go with the run of tests that made it. */
    public static final String RUN = "slotkeeper.io/test-run";

    /** How every label and taint begins that a test gives to a node. */
    private static final String OURS = "slotkeeper.io/test-";

    private static final Path STATE = Engine.repository().resolve("build/kube-state");

    private static final int MOST_CONFLICTS = 10;

    /** Sixty pods are deleted by one request, which takes longer than the ten seconds that a client waits of itself. */
    private static final Duration PATIENCE = Duration.ofMinutes(1);

    private static final class Shared {
        private static final EmbeddedKubernetes INSTANCE = connect();
    }

    private final KubernetesClient client;

    private EmbeddedKubernetes(KubernetesClient client) {
        this.client = client;
    }

    /** The cluster that is up. */
    public static EmbeddedKubernetes running() {
        return Shared.INSTANCE;
    }

    /** A client with all rights. */
    public KubernetesClient client() {
        return client;
    }

    /** Makes a namespace that nobody else has. */
    public String newNamespace(String purpose) {
        return client.namespaces()
                .resource(new NamespaceBuilder()
                        .withNewMetadata()
                        .withGenerateName(purpose + "-")
                        .addToLabels(RUN, Long.toString(ProcessHandle.current().pid()))
                        .addToLabels("pod-security.kubernetes.io/enforce", "restricted")
                        .endMetadata()
                        .build())
                .create()
                .getMetadata()
                .getName();
    }

    /** Removes a namespace and ends its pods without their grace periods; does not wait for the last of it. */
    public void removeNamespace(String name) {
        client.namespaces().withName(name).delete();
        // In a namespace that is going nothing is created any more, so these are all.
        client.pods().inNamespace(name).withGracePeriod(0).delete();
    }

    /** The names of the cluster's nodes. */
    public List<String> nodes() {
        return client.nodes().list().getItems().stream()
                .map(node -> node.getMetadata().getName())
                .sorted()
                .toList();
    }

    /** Takes the node's network link down; its pods run on, unreachable. */
    public void cut(String node) {
        kube("node", node, "cut");
    }

    /** Takes the node's network link up again. */
    public void heal(String node) {
        kube("node", node, "heal");
    }

    /** Ends everything on the node at once, as when a machine loses power. */
    public void stop(String node) {
        kube("node", node, "stop");
    }

    /** Brings a stopped node back as after a reboot, until pods may be on it again; its volumes are still there. */
    public void start(String node) {
        kube("node", node, "start");
        Eventually.eventually("node " + node + " is ready", PATIENCE, () -> isReady(node));
    }

    private boolean isReady(String name) {
        Node node = client.nodes().withName(name).require();
        return node.getStatus().getConditions().stream()
                        .anyMatch(condition ->
                                "Ready".equals(condition.getType()) && "True".equals(condition.getStatus()))
                && node.getSpec().getTaints().stream()
                        .noneMatch(taint -> taint.getKey().startsWith("node.kubernetes.io/"));
    }

    /** Has the API server stand still for a while; whoever asks it waits. */
    public void freezeApiServer(Duration time) {
        List<ProcessHandle> servers = ProcessHandle.allProcesses()
                .filter(process -> process.info()
                        .arguments()
                        .filter(words -> words.length > 0
                                && words[0].equals("kube-apiserver")
                                && List.of(words).contains("--client-ca-file=" + STATE.resolve("pki/ca.crt")))
                        .isPresent())
                .toList();
        if (servers.isEmpty()) {
            throw new IllegalStateException("the embedded Kubernetes has no API server");
        }
        PodProcesses.freeze(servers, time);
    }

    /** Runs a command inside of the node and answers what it prints. */
    public String onNode(String node, String... command) {
        List<String> words = new ArrayList<>(List.of("node", node, "exec", "--"));
        words.addAll(List.of(command));
        return kube(words.toArray(String[]::new));
    }

    /** Lets no new pod onto the node. */
    public void cordon(String node) {
        schedulable(node, false);
    }

    /** Lets pods onto the node again. */
    public void uncordon(String node) {
        schedulable(node, true);
    }

    /** Cordons the node and evicts the pods of a namespace from it, as often as disruption budgets demand. */
    public void drain(String node, String namespace, Duration atMost) {
        cordon(node);
        Eventually.eventually("node " + node + " is drained", atMost, () -> {
            List<Pod> left =
                    client.pods().inNamespace(namespace).withField("spec.nodeName", node).list().getItems().stream()
                            .toList();
            left.stream()
                    .filter(pod -> pod.getMetadata().getDeletionTimestamp() == null)
                    .forEach(this::evict);
            Eventually.pause(Duration.ofMillis(100));
            return left.isEmpty();
        });
    }

    private void evict(Pod pod) {
        try {
            client.pods().resource(pod).evict();
        } catch (KubernetesClientException e) {
            if (e.getCode() != HttpURLConnection.HTTP_NOT_FOUND) {
                throw e;
            }
        }
    }

    /** Runs kubectl as a user would and answers what it prints. */
    public static String kubectl(String... arguments) {
        List<String> words = new ArrayList<>(List.of("kubectl"));
        words.addAll(List.of(arguments));
        return kube(words.toArray(String[]::new));
    }

    private void schedulable(String name, boolean schedulable) {
        patchNode(name, "{\"spec\":{\"unschedulable\":%s}}".formatted(!schedulable));
    }

    /** Sets a label of the node, or takes it away when there is no value. */
    public void label(String node, String label, @Nullable String value) {
        patchNode(
                node,
                "{\"metadata\":{\"labels\":{\"%s\":%s}}}".formatted(label, value == null ? null : "\"" + value + "\""));
    }

    /** A patch, since kubelets write to their nodes all the time. */
    private void patchNode(String name, String patch) {
        client.nodes().withName(name).patch(PatchContext.of(PatchType.JSON_MERGE), patch);
    }

    private static EmbeddedKubernetes connect() {
        Path access = STATE.resolve("admin.conf");
        if (!Files.exists(access)) {
            throw new IllegalStateException("there is no embedded Kubernetes (" + access + "): " + ADVICE);
        }
        Config config = Config.fromKubeconfig(access.toFile());
        config.setRequestTimeout((int) PATIENCE.toMillis());
        KubernetesClient client =
                new KubernetesClientBuilder().withConfig(config).build();
        Runtime.getRuntime().addShutdownHook(new Thread(client::close));
        EmbeddedKubernetes kubernetes = new EmbeddedKubernetes(client);
        try {
            kubernetes.removeLeftovers();
        } catch (KubernetesClientException e) {
            throw new IllegalStateException("the embedded Kubernetes does not answer: " + ADVICE, e);
        }
        return kubernetes;
    }

    /** Changes an object; when a controller was faster, then what there is by now. */
    public static <T> void edit(Resource<T> object, Consumer<T> change) {
        for (int conflicts = 0; ; conflicts++) {
            try {
                object.edit(found -> {
                    change.accept(found);
                    return found;
                });
                return;
            } catch (KubernetesClientException e) {
                if (e.getCode() != HttpURLConnection.HTTP_CONFLICT || conflicts == MOST_CONFLICTS) {
                    throw e;
                }
            }
        }
    }

    /**
     * Removes the operator of an earlier run, the namespaces of runs whose process is gone, and what one that was killed has
     * left on the nodes.
     */
    private void removeLeftovers() {
        OperatorUnderTest.remove(client);
        client.namespaces().withLabel(RUN).list().getItems().stream()
                .filter(namespace -> ProcessHandle.of(Long.parseLong(
                                namespace.getMetadata().getLabels().get(RUN)))
                        .isEmpty())
                .forEach(namespace -> removeNamespace(namespace.getMetadata().getName()));
        client.storage().v1().storageClasses().withLabel(RUN).delete();
        for (String name : nodes()) {
            heal(name);
            kube("node", name, "start");
            uncordon(name);
            edit(client.nodes().withName(name), node -> {
                node.getMetadata().getLabels().keySet().removeIf(label -> label.startsWith(OURS));
                node.getSpec().getTaints().removeIf(taint -> taint.getKey().startsWith(OURS));
            });
        }
    }

    private static String kube(String... arguments) {
        List<String> words = new ArrayList<>(
                List.of(Engine.repository().resolve("build/kube").toString()));
        words.addAll(List.of(arguments));
        try {
            Process process =
                    new ProcessBuilder(words).redirectErrorStream(true).start();
            String output =
                    new String(process.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
            int code = process.waitFor();
            if (code != 0) {
                throw new IllegalStateException(String.join(" ", words) + " ended with code " + code + ":\n" + output);
            }
            return output;
        } catch (IOException e) {
            throw new UncheckedIOException("running " + words, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while running " + words, e);
        }
    }
}
