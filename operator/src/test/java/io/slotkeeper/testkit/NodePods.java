package io.slotkeeper.testkit;

import io.fabric8.kubernetes.api.model.ContainerState;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.PersistentVolume;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import io.slotkeeper.engine.Connector;
import io.slotkeeper.engine.EngineException;
import io.slotkeeper.engine.EngineNode;
import io.slotkeeper.topology.Address;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;

/** The pods of one cluster in a namespace of their own, which goes when they are closed. */
public final class NodePods implements Pods {
    private static final String NAME = "cart";
    private static final Duration CALL = Duration.ofSeconds(10);
    private static final Duration LOOK = Duration.ofMillis(500);

    private final EmbeddedKubernetes kubernetes = EmbeddedKubernetes.running();
    private final KubernetesClient client = kubernetes.client();
    private final Secrets secrets = Secrets.generate();
    private final Connector connector = new Connector();
    private final String namespace;
    private final NodeManifests manifests;
    private final SharedIndexInformer<Pod> informer;
    private boolean closed;

    private NodePods(Engine engine, Storage storage, List<String> settings, boolean plain) {
        namespace = kubernetes.newNamespace("nodes");
        manifests = new NodeManifests(namespace, NAME, engine, storage, settings, plain);
        informer = client.pods().inNamespace(namespace).inform();
        manifests.common(secrets).forEach(this::create);
    }

    /** Where the nodes' data lies: on claims, which outlive the pods, or in the pods. */
    public enum Storage {
        CLAIM,
        EMPTY_DIR
    }

    /** Makes all that pods of this engine need, but no pod yet. */
    public static NodePods prepare(Engine engine, Storage storage, List<String> settings) {
        return new NodePods(engine, storage, settings, false);
    }

    /** Starts shards × (1 + replicas) pods and makes a cluster of them. */
    public static ClusterUnderTest<PodNode> cluster(
            Engine engine, int shards, int replicas, Storage storage, List<String> settings) {
        return prepare(engine, storage, settings).formed(shards, replicas);
    }

    /** The same of engines that have nothing around them. */
    public static ClusterUnderTest<PodNode> plainCluster(
            Engine engine, int shards, int replicas, Storage storage, List<String> settings) {
        return new NodePods(engine, storage, settings, true).formed(shards, replicas);
    }

    private ClusterUnderTest<PodNode> formed(int shards, int replicas) {
        try {
            List<PodNode> nodes = startShards(shards, replicas);
            return ClusterUnderTest.form(secrets, nodes, shards, Duration.ofSeconds(5));
        } catch (AssertionError | RuntimeException e) {
            close();
            throw e;
        }
    }

    /** Starts a pod that stands alone; the change makes of the usual pod what the test is about. */
    public PodNode start(String name, UnaryOperator<Pod> change) {
        if (manifests.storage() == Storage.CLAIM && claim() == null) {
            create(manifests.claim(NAME));
        }
        create(change.apply(manifests.pod(name)));
        return new PodNode(this, name);
    }

    /** The folder of the claim that pods which stand alone share one after the other. */
    public String volume() {
        return boundVolume().getSpec().getLocal().getPath();
    }

    /** The machine that has this folder. */
    public String machineOfVolume() {
        return boundVolume()
                .getSpec()
                .getNodeAffinity()
                .getRequired()
                .getNodeSelectorTerms()
                .getFirst()
                .getMatchExpressions()
                .getFirst()
                .getValues()
                .getFirst();
    }

    /** Creates one more object in the namespace, or replaces it. */
    public void create(HasMetadata object) {
        client.resource(object).inNamespace(namespace).createOr(existing -> existing.update());
    }

    /** The passwords that its nodes have. */
    public Secrets secrets() {
        return secrets;
    }

    @Override
    public String namespace() {
        return namespace;
    }

    /** Connects to a node as the operator does. */
    public EngineNode connect(PodNode node) {
        return connect(node, CALL);
    }

    private EngineNode connect(PodNode node, Duration patience) {
        return connector.connect(new Address(node.address(), EngineProcess.PORT), secrets.operator(), patience);
    }

    @Override
    public void close() {
        if (!closed) {
            closed = true;
            informer.close();
            connector.close();
            kubernetes.removeNamespace(namespace);
        }
    }

    private PersistentVolume boundVolume() {
        return client.persistentVolumes()
                .withName(claim().getSpec().getVolumeName())
                .require();
    }

    private PersistentVolumeClaim claim() {
        return client.persistentVolumeClaims()
                .inNamespace(namespace)
                .withName(NAME)
                .get();
    }

    @Override
    public Optional<Pod> pod(String name) {
        return Optional.ofNullable(informer.getIndexer().getByKey(namespace + "/" + name));
    }

    @Override
    public boolean answers(PodNode node) {
        if (node.address().isEmpty()) {
            return false;
        }
        try (EngineNode connected = connect(node, LOOK)) {
            return connected.isUsable();
        } catch (EngineException notYet) {
            return false;
        }
    }

    static void failWithoutImage(Pod pod) {
        pod.getStatus().getContainerStatuses().stream()
                .map(container -> container.getState())
                .map(ContainerState::getWaiting)
                .filter(waiting -> waiting != null && "ErrImageNeverPull".equals(waiting.getReason()))
                .findFirst()
                .ifPresent(waiting -> {
                    throw new IllegalStateException(waiting.getMessage() + ": " + EmbeddedKubernetes.ADVICE);
                });
    }

    /** The first pods of all shards come first, as they become the primaries. */
    private List<PodNode> startShards(int shards, int replicas) {
        List<PodNode> nodes = new ArrayList<>();
        for (int shard = 0; shard < shards; shard++) {
            create(manifests.shard(shard, 1 + replicas));
        }
        for (int ordinal = 0; ordinal <= replicas; ordinal++) {
            for (int shard = 0; shard < shards; shard++) {
                nodes.add(new PodNode(this, NAME + "-" + shard + "-" + ordinal));
            }
        }
        nodes.forEach(PodNode::awaitAnswering);
        return nodes;
    }
}
