package io.slotkeeper.testkit;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.fabric8.kubernetes.api.model.Condition;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.slotkeeper.api.Auth;
import io.slotkeeper.api.RedisCluster;
import io.slotkeeper.api.RedisClusterSpec;
import io.slotkeeper.api.RedisClusterStatus;
import io.slotkeeper.engine.Connector;
import io.slotkeeper.engine.EngineException;
import io.slotkeeper.engine.EngineNode;
import io.slotkeeper.topology.Address;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** A RedisCluster as a user has it, in a namespace of its own, which goes when it is closed. The operator is up already. */
public final class ManagedCluster implements Pods {
    /** The name of the cluster, in every namespace. */
    public static final String NAME = "cart";

    private static final Duration CALL = Duration.ofMillis(500);
    private static final PatchContext APPLY = new PatchContext.Builder()
            .withPatchType(PatchType.SERVER_SIDE_APPLY)
            .withFieldManager("user")
            .withForce(true)
            .build();

    private final EmbeddedKubernetes kubernetes = EmbeddedKubernetes.running();
    private final KubernetesClient client = kubernetes.client();
    private final OperatorUnderTest operator = OperatorUnderTest.running();
    private final Connector connector = new Connector();
    private final String namespace = kubernetes.newNamespace("cluster");
    private final SharedIndexInformer<Pod> pods =
            client.pods().inNamespace(namespace).inform();
    private final SharedIndexInformer<RedisCluster> resources =
            client.resources(RedisCluster.class).inNamespace(namespace).inform();
    private long appliedAt;
    private volatile long readyAt;

    private ManagedCluster() {
        resources.addEventHandler(new ResourceEventHandler<RedisCluster>() {
            @Override
            public void onAdd(RedisCluster added) {}

            @Override
            public void onUpdate(RedisCluster before, RedisCluster after) {
                if (readyAt == 0
                        && condition(after, "Ready")
                                .filter(ready -> ready.getStatus().equals("True"))
                                .isPresent()) {
                    readyAt = System.nanoTime();
                }
            }

            @Override
            public void onDelete(RedisCluster deleted, boolean unknown) {}
        });
    }

    /** A namespace in which there is no cluster yet, for what has to be there before it. */
    public static ManagedCluster notYetApplied() {
        return new ManagedCluster();
    }

    /** Applies a cluster with this spec, in YAML, in a new namespace. */
    public static ManagedCluster applied(String spec) {
        ManagedCluster cluster = notYetApplied();
        try {
            return cluster.apply(spec);
        } catch (RuntimeException e) {
            cluster.close();
            throw e;
        }
    }

    /** Applies the cluster with this spec: creates it, changes it, or creates it again. */
    public ManagedCluster apply(String spec) {
        GenericKubernetesResource resource = Serialization.unmarshal(
                "apiVersion: slotkeeper.io/v1alpha1\nkind: RedisCluster\nmetadata: {name: " + NAME + "}\nspec:\n"
                        + spec.strip().indent(2),
                GenericKubernetesResource.class);
        readyAt = 0;
        appliedAt = System.nanoTime();
        long generation = client.resource(resource)
                .inNamespace(namespace)
                .patch(APPLY)
                .getMetadata()
                .getGeneration();
        await(
                "the applied resource is heard of",
                CALL.multipliedBy(10),
                () -> found().filter(seen -> seen.getMetadata().getGeneration() >= generation)
                        .isPresent());
        return this;
    }

    /** Does what `kubectl annotate` does; null takes the annotation away. */
    public void annotate(String key, @Nullable String value) {
        client.resources(RedisCluster.class)
                .inNamespace(namespace)
                .withName(NAME)
                .patch(
                        PatchContext.of(PatchType.JSON_MERGE),
                        "{\"metadata\":{\"annotations\":{\"%s\":%s}}}"
                                .formatted(key, value == null ? "null" : "\"" + value + "\""));
    }

    /** Creates or replaces another object in the namespace. */
    public void create(HasMetadata object) {
        client.resource(object).inNamespace(namespace).createOr(existing -> existing.update());
    }

    /** Deletes the RedisCluster and returns when it is gone; what belongs to it goes later. */
    public void delete() {
        client.resources(RedisCluster.class)
                .inNamespace(namespace)
                .withName(NAME)
                .delete();
        await("the RedisCluster is gone", Duration.ofSeconds(20), () -> found().isEmpty());
    }

    /** When it was applied last, on the scale of nanoTime. */
    public long appliedAt() {
        return appliedAt;
    }

    /** When it was first seen Ready since then. */
    public long readyAt() {
        return readyAt;
    }

    /** Returns when it is Ready in its present form. */
    public ManagedCluster awaitReady(Duration atMost) {
        await("the cluster is Ready", atMost, () -> readyAt != 0 && isReady());
        return this;
    }

    /** Whether it says that it is Ready, in its present form. */
    public boolean isReady() {
        return condition("Ready")
                .filter(ready -> ready.getStatus().equals("True"))
                .isPresent();
    }

    /** Returns the condition of this type once it is as wished, by a report on the present form of the spec. */
    public Condition awaitCondition(String type, String wish, Predicate<Condition> asWished, Duration atMost) {
        await(
                "condition " + type + " " + wish,
                atMost,
                () -> condition(type).filter(asWished).isPresent());
        return condition(type).orElseThrow();
    }

    /** Waits, and fails with all that can be seen of the cluster. */
    public void await(String sentence, Duration atMost, java.util.function.BooleanSupplier condition) {
        try {
            Eventually.eventually(sentence, atMost, condition);
        } catch (AssertionError e) {
            throw new AssertionError(e.getMessage() + "\n" + diagnosis(), e);
        }
    }

    /** The condition of this type, if the status is about the present form of the spec. */
    public Optional<Condition> condition(String type) {
        return found().flatMap(cluster -> condition(cluster, type));
    }

    private static Optional<Condition> condition(RedisCluster cluster, String type) {
        return Optional.ofNullable(cluster.getStatus())
                .filter(status -> cluster.getMetadata().getGeneration().equals(status.observedGeneration()))
                .flatMap(status -> Optional.ofNullable(status.conditions()))
                .orElse(List.of())
                .stream()
                .filter(condition -> condition.getType().equals(type))
                .findFirst();
    }

    /** The resource as it was last heard of. */
    public RedisCluster resource() {
        return found().orElseThrow(() -> new AssertionError("there is no RedisCluster " + namespace + "/" + NAME));
    }

    /** Its status as it was last heard of. */
    public RedisClusterStatus status() {
        return Optional.ofNullable(resource().getStatus())
                .orElseThrow(() -> new AssertionError("the RedisCluster has no status"));
    }

    /** Every node that the spec asks for, the first pods of all shards first, whether it runs or not. */
    public List<PodNode> members() {
        RedisClusterSpec spec = resource().getSpec();
        List<PodNode> members = new ArrayList<>();
        for (int ordinal = 0; ordinal <= spec.replicaCount(); ordinal++) {
            for (int shard = 0; shard < spec.shardCount(); shard++) {
                members.add(member(shard, ordinal));
            }
        }
        return members;
    }

    /** The node at a place. */
    public PodNode member(int shard, int ordinal) {
        return new PodNode(this, NAME + "-" + shard + "-" + ordinal);
    }

    /** The nodes of the cluster as the engine's side sees them, with the passwords that the operator made. */
    public ClusterUnderTest<PodNode> nodes() {
        await("the passwords are there", Duration.ofSeconds(20), () -> {
            Eventually.pause(Duration.ofMillis(20));
            return Secrets.USERS.stream().allMatch(user -> password(user).isPresent());
        });
        return ClusterUnderTest.formedElsewhere(
                connector, secrets(), members(), resource().getSpec().shardCount());
    }

    /** Returns when every node agrees that all is well. */
    public ManagedCluster awaitWell(Duration atMost) {
        ClusterUnderTest<PodNode> nodes = nodes();
        try {
            nodes.awaitWell(atMost);
        } catch (AssertionError e) {
            throw new AssertionError(e.getMessage() + "\n" + diagnosis(), e);
        }
        return this;
    }

    /** When the kernel made the first process of the container that was started last, on the scale of nanoTime. */
    public long lastContainerStartAt() {
        return members().stream().mapToLong(PodNode::startedAt).max().orElseThrow();
    }

    /** The same of the engine that was started last. */
    public long lastEngineStartAt() {
        return members().stream().mapToLong(PodNode::engineStartedAt).max().orElseThrow();
    }

    /** A Secret of the namespace. */
    public Optional<Secret> secret(String name) {
        return Optional.ofNullable(
                client.secrets().inNamespace(namespace).withName(name).get());
    }

    @Override
    public String namespace() {
        return namespace;
    }

    @Override
    public Optional<Pod> pod(String name) {
        return Optional.ofNullable(pods.getIndexer().getByKey(namespace + "/" + name));
    }

    /** Every pod in the namespace. */
    public List<Pod> pods() {
        return pods.getIndexer().list();
    }

    @Override
    public boolean answers(PodNode node) {
        if (node.address().isEmpty()) {
            return false;
        }
        try (EngineNode connected = connector.connect(
                new Address(node.address(), EngineProcess.PORT), secrets().operator(), CALL)) {
            return connected.isUsable();
        } catch (EngineException notYet) {
            return false;
        }
    }

    @Override
    public void close() {
        pods.close();
        resources.close();
        connector.close();
        kubernetes.removeNamespace(namespace);
    }

    /** All that somebody would look at who wonders why it is not as it should be. */
    public String diagnosis() {
        List<String> parts = new ArrayList<>();
        parts.add(look("get", "rdc", NAME, "-o", "yaml"));
        parts.add(look("get", "pods,sts,pvc", "-o", "wide"));
        parts.add(look("get", "events", "--sort-by=.lastTimestamp"));
        pods().stream()
                .map(pod -> pod.getMetadata().getName())
                .sorted(Comparator.naturalOrder())
                .limit(12)
                .forEach(pod -> parts.add(look("logs", pod, "--tail=15")));
        parts.add("the operator's log, the last of it:\n" + tail(operator.log(), 80));
        return String.join("\n", parts);
    }

    private String look(String... arguments) {
        List<String> words = new ArrayList<>(List.of("-n", namespace));
        words.addAll(List.of(arguments));
        try {
            return "kubectl " + String.join(" ", words) + "\n"
                    + EmbeddedKubernetes.kubectl(words.toArray(String[]::new));
        } catch (IllegalStateException e) {
            return String.valueOf(e.getMessage());
        }
    }

    private static String tail(String text, int lines) {
        List<String> all = text.lines().toList();
        return String.join("\n", all.subList(Math.max(0, all.size() - lines), all.size()));
    }

    private Optional<RedisCluster> found() {
        return Optional.ofNullable(resources.getIndexer().getByKey(namespace + "/" + NAME));
    }

    private Secrets secrets() {
        return Secrets.of(
                user -> password(user).orElseThrow(() -> new AssertionError("there is no password of " + user)));
    }

    private Optional<String> password(String user) {
        String name = NAME + "-" + user;
        String key = "password";
        if (user.equals("default")) {
            Optional<Auth.PasswordSecret> own = resource().getSpec().ownPasswordSecret();
            name = own.map(Auth.PasswordSecret::name).orElse(NAME + "-password");
            key = own.map(Auth.PasswordSecret::key).orElse(key);
        }
        String wanted = key;
        return secret(name)
                .flatMap(secret -> Optional.ofNullable(secret.getData().get(wanted)))
                .map(encoded -> new String(Base64.getDecoder().decode(encoded), UTF_8));
    }
}
