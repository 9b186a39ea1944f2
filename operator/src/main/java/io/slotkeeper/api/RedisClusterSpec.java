package io.slotkeeper.api;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.Toleration;
import io.fabric8.kubernetes.model.annotation.SpecReplicas;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What a user wants; everything may be left out. The components are what was written; the methods are what holds, with the
 * defaults of everything that was not. No method may be named like a getter, or it would become a field of the resource.
 */
@ValidationRule(
        value = "!has(self.version) || !has(self.image)",
        message = "image says which version runs: write version or image, not both",
        fieldPath = ".version")
@ValidationRule(
        value = "!has(self.version) || (has(self.engine) && self.engine == 'Valkey') || "
                + "self.version in ['7.0', '8.0', '8.2', '8.4', '8.6']",
        message =
                "this is not a version of Redis that this operator runs: write 7.0, 8.0, 8.2, 8.4 or 8.6 in quotation marks, or "
                        + "engine: Valkey beside it",
        fieldPath = ".version")
@ValidationRule(
        value =
                "!has(self.version) || !has(self.engine) || self.engine != 'Valkey' || self.version in ['8.1', '9.0', '9.1']",
        message = "this is not a version of Valkey that this operator runs: write 8.1, 9.0 or 9.1 in quotation marks",
        fieldPath = ".version")
@ValidationRule(
        value = "!has(self.image) || !self.image.contains(':valkey-') || (has(self.engine) && self.engine == 'Valkey')",
        message = "the image is one of Valkey: write engine: Valkey beside it",
        fieldPath = ".engine")
@ValidationRule(
        value = "!has(self.image) || !self.image.contains(':redis-') || !has(self.engine) || self.engine == 'Redis'",
        message = "the image is one of Redis: write engine: Redis beside it, or leave engine out",
        fieldPath = ".engine")
@ValidationRule(
        value = "!has(self.memory) || !has(self.memory.maxmemory) || !self.memory.maxmemory.endsWith('%') || "
                + "(has(self.resources) && has(self.resources.limits) && 'memory' in self.resources.limits)",
        message = "a share needs a whole: write resources.limits.memory beside it, or an amount such as 1500Mi",
        fieldPath = ".memory.maxmemory")
@ValidationRule(
        value =
                "!has(self.memory) || !has(self.memory.maxmemory) || !isQuantity(self.memory.maxmemory) || !has(self.resources) || "
                        + "!has(self.resources.limits) || !('memory' in self.resources.limits) || "
                        + "quantity(self.memory.maxmemory).compareTo(quantity(string(self.resources.limits['memory']))) <= 0",
        message =
                "maxmemory is higher than resources.limits.memory: write a share such as 80%, or an amount below the limit",
        fieldPath = ".memory.maxmemory")
@ValidationRule(
        value = "(has(self.engine) ? self.engine : 'Redis') == (has(oldSelf.engine) ? oldSelf.engine : 'Redis')",
        message = "a cluster cannot change its engine: write the one that was there, or create another cluster",
        messageExpression =
                "'a cluster cannot change its engine: write ' + (has(oldSelf.engine) ? oldSelf.engine : 'Redis') + "
                        + "', or create another cluster'",
        fieldPath = ".engine")
@ValidationRule(
        value = "self.shards == oldSelf.shards",
        message = "this version of Slotkeeper cannot change the shards of a cluster: write the number that was there",
        fieldPath = ".shards")
@ValidationRule(
        value = "self.replicasPerShard >= oldSelf.replicasPerShard",
        message = "this version of Slotkeeper cannot take replicas away: write at least the number that was there",
        fieldPath = ".replicasPerShard")
@ValidationRule(
        value = "has(self.storage) || !has(oldSelf.storage)",
        message = "the volumes of a cluster cannot be removed: write the storage that was there",
        fieldPath = ".storage")
@ValidationRule(
        value = "!has(self.storage) || has(oldSelf.storage)",
        message = "a cluster without volumes cannot get them later: leave storage out, or create another cluster",
        fieldPath = ".storage")
@ValidationRule(
        value =
                "(has(self.auth) && has(self.auth.passwordSecret)) == (has(oldSelf.auth) && has(oldSelf.auth.passwordSecret))",
        message =
                "this version of Slotkeeper cannot change where the password comes from: write the passwordSecret that was "
                        + "there, or leave it out if there was none",
        fieldPath = ".auth")
@ValidationRule(
        value = "!has(self.durability) || !has(self.durability.minReplicasToWrite) || "
                + "self.durability.minReplicasToWrite <= self.replicasPerShard",
        message = "no write could ever be accepted: write at most as many as replicasPerShard",
        fieldPath = ".durability.minReplicasToWrite")
@ValidationRule(
        value =
                "!has(self.failover) || !has(self.failover.prefer) || self.failover.prefer != 'Durability' || (has(self.storage) && "
                        + "(!has(self.persistence) || !has(self.persistence.mode) || self.persistence.mode == 'AppendOnly'))",
        message =
                "only append-only files on a volume have every write: write storage, with persistence.mode AppendOnly if any, or leave "
                        + "prefer out",
        fieldPath = ".failover.prefer")
@ValidationRule(
        value = "!has(self.recovery) || !has(self.recovery.acceptDataLoss) || "
                + "self.recovery.acceptDataLoss.all(shard, shard >= 0 && shard < self.shards)",
        message = "there is no such shard: shards are counted from 0, and the highest is one less than spec.shards",
        fieldPath = ".recovery.acceptDataLoss")
@JsonIgnoreProperties(ignoreUnknown = true)
@JsonInclude(JsonInclude.Include.NON_NULL)
public record RedisClusterSpec(
        @Nullable
        @JsonPropertyDescription("The family of the engine: `Redis` (when left out) or `Valkey`. Cannot change.")
        Engine engine,

        @Nullable
        @Size(min = 1, max = 16)
        @JsonPropertyDescription(
                "The engine's version. Redis: `7.0`, `8.0`, `8.2`, `8.4`, `8.6` (when left out). Valkey: `8.1`, "
                        + "`9.0`, `9.1` (when left out). Fixed once the cluster is formed.")
        String version,

        @Nullable
        @Size(min = 1, max = 512)
        @ValidationRule(
                value = "self.matches('^[A-Za-z0-9][-A-Za-z0-9._:/@]*$')",
                message = "write an image such as registry.example.com/slotkeeper/node:redis-8.6")
        @JsonPropertyDescription(
                "The node image to run instead of the operator's own for `engine` and `version`, which is left out "
                        + "then. It must have been built with Dockerfile.node. Fixed once the cluster is formed.")
        String image,

        @Nullable
        @Default("3")
        @Min(1)
        @Max(500)
        @SpecReplicas
        @JsonPropertyDescription("How many primaries share the 16384 slots, 1 to 500. Cannot change in this version.")
        Integer shards,

        @Nullable
        @Default("1")
        @Min(0)
        @Max(9)
        @JsonPropertyDescription(
                "How many replicas follow each primary, 0 to 9. May grow at any time; cannot shrink in this version.")
        Integer replicasPerShard,

        @Nullable
        @JsonPropertyDescription(
                "What each node's container asks for and may use at most. Fixed once the cluster is formed.")
        Resources resources,

        @Nullable
        @JsonPropertyDescription(
                "How much memory the data may take, and what happens when it is full. Fixed once the cluster is formed.")
        Memory memory,

        @Nullable
        @JsonPropertyDescription(
                "A volume for each node. Left out, data lives in the pod and goes with it. Cannot be added or removed later.")
        Storage storage,

        @Nullable @JsonPropertyDescription("How nodes keep data on their disks. Fixed once the cluster is formed.")
        Persistence persistence,

        @Nullable @JsonPropertyDescription("The password of applications.")
        Auth auth,

        @Nullable @JsonPropertyDescription("When nodes take each other for dead, and what they do then.")
        Failover failover,

        @Nullable @JsonPropertyDescription("What a write takes to be accepted.")
        Durability durability,

        @Nullable @JsonPropertyDescription("What a person decides after a loss.")
        Recovery recovery,

        @Nullable @JsonPropertyDescription("What is done about pods whose machine is lost.")
        NodeFailure nodeFailure,

        @Nullable @JsonPropertyDescription("On which machines the nodes run. Fixed once the cluster is formed.")
        Placement placement,

        @Nullable @JsonPropertyDescription("What every pod of the cluster carries. Fixed once the cluster is formed.")
        PodSettings pod,

        @Nullable
        @JsonPropertyDescription(
                "Whether the operator only observes and reports. The engine's own failover goes on. `false` when left "
                        + "out. Takes effect at once.")
        Boolean paused) {
    private static final Memory MEMORY = new Memory(null, null);
    private static final Duration NODE_TIMEOUT = Duration.ofSeconds(5);

    /** The spec of a resource that has none: everything is left out. */
    public static RedisClusterSpec empty() {
        return new RedisClusterSpec(
                null, null, null, null, null, null, null, null, null, null, null, null, null, null, null, null, null);
    }

    /** The family of the engine. */
    public Engine engineFamily() {
        return engine == null ? Engine.Redis : engine;
    }

    /** The version that runs, unless an image says it. */
    public String engineVersion() {
        return version == null ? engineFamily().defaultVersion() : version;
    }

    /** The image that runs instead of the one for engine and version. */
    public Optional<String> ownImage() {
        return Optional.ofNullable(image);
    }

    /** How many primaries share the slots. */
    public int shardCount() {
        return shards == null ? 3 : shards;
    }

    /** How many copies each shard has beside its primary. */
    public int replicaCount() {
        return replicasPerShard == null ? 1 : replicasPerShard;
    }

    /** What each container is sure to get. */
    public Map<String, Quantity> resourceRequests() {
        return resources == null || resources.requests() == null ? Map.of() : resources.requests();
    }

    /** What each container may use at most. */
    public Map<String, Quantity> resourceLimits() {
        return resources == null || resources.limits() == null ? Map.of() : resources.limits();
    }

    /** How much the data of a node may take, in bytes; nothing when there is no bound. */
    public OptionalLong maxmemoryBytes() {
        Quantity limit = resourceLimits().get("memory");
        return (memory == null ? MEMORY : memory)
                .maxmemoryBytes(limit == null ? OptionalLong.empty() : OptionalLong.of(Memory.bytes(limit)));
    }

    /** What happens when the memory is full. */
    public EvictionPolicy evictionPolicy() {
        return memory == null || memory.policy() == null ? EvictionPolicy.NO_EVICTION : memory.policy();
    }

    /** The volume of each node, if they have one. */
    public Optional<Storage> volume() {
        return Optional.ofNullable(storage);
    }

    /** What is written to the disk. Without a volume there is nothing to keep it for, but for a container that restarts. */
    public Persistence.Mode persistenceMode() {
        if (persistence != null && persistence.mode() != null) {
            return persistence.mode();
        }
        return storage == null ? Persistence.Mode.OnShutdown : Persistence.Mode.AppendOnly;
    }

    /** How often append-only files are forced to the disk. */
    public Persistence.Fsync appendFsync() {
        return persistence == null || persistence.fsync() == null ? Persistence.Fsync.EverySecond : persistence.fsync();
    }

    /** When snapshots are taken, each as seconds and changes; none when only a shutdown takes one. */
    public List<String> snapshotPoints() {
        if (persistenceMode() == Persistence.Mode.OnShutdown) {
            return List.of();
        }
        return persistence == null || persistence.savePoints() == null
                ? Persistence.DEFAULT_SAVE_POINTS
                : persistence.savePoints();
    }

    /** The Secret with the users' own password; nothing when one is to be generated. */
    public Optional<Auth.PasswordSecret> ownPasswordSecret() {
        return auth == null ? Optional.empty() : Optional.ofNullable(auth.passwordSecret());
    }

    /** After how long a node that does not answer is taken for dead. */
    public Duration nodeTimeout() {
        return failover == null || failover.nodeTimeoutMillis() == null
                ? NODE_TIMEOUT
                : Duration.ofMillis(failover.nodeTimeoutMillis());
    }

    /** Whether one lost shard stops the others. */
    public boolean fullCoverage() {
        return failover != null && Boolean.TRUE.equals(failover.requireFullCoverage());
    }

    /** Whether the disk of a primary whose process has ended comes before its replicas. */
    public boolean prefersDisk() {
        return failover != null && failover.prefer() == Failover.Prefer.Durability;
    }

    /** Whether a shard of which every copy is gone starts with nothing. */
    public boolean lostShardsStartEmpty() {
        Failover.LostShard wanted = failover == null ? null : failover.lostShard();
        return wanted == null ? storage == null : wanted == Failover.LostShard.StartEmpty;
    }

    /** The shards whose loss somebody accepts, each once. */
    public List<Integer> acceptedLosses() {
        return recovery == null || recovery.acceptDataLoss() == null
                ? List.of()
                : recovery.acceptDataLoss().stream().distinct().sorted().toList();
    }

    /** How many replicas a primary has to be in touch with to take a write. */
    public int replicasToWrite() {
        return durability == null || durability.minReplicasToWrite() == null ? 0 : durability.minReplicasToWrite();
    }

    /** How long a machine must have been lost until its pods are taken for gone; nothing where that is a person's decision. */
    public Optional<Duration> forceDeleteAfter() {
        return nodeFailure == null ? Optional.empty() : NodeFailure.time(nodeFailure.forceDeleteAfter());
    }

    /** How long a pod must have waited for a volume that is lost until it gets another one; nothing where that is a person's decision. */
    public Optional<Duration> replaceClaimsAfter() {
        return nodeFailure == null ? Optional.empty() : NodeFailure.time(nodeFailure.replaceClaimsAfter());
    }

    /** What is also set on running nodes when it changes, in the engine's words. */
    public SortedMap<String, String> liveSettings() {
        return new TreeMap<>(Map.of(
                "cluster-node-timeout", Long.toString(nodeTimeout().toMillis()),
                "cluster-require-full-coverage", fullCoverage() ? "yes" : "no",
                "min-replicas-to-write", Integer.toString(replicasToWrite())));
    }

    /** How strictly the pods of a shard are kept on different machines. */
    public Placement.Spread nodeSpread() {
        return placement == null || placement.nodes() == null ? Placement.Spread.Preferred : placement.nodes();
    }

    /** How strictly the pods of a shard are kept in different zones. */
    public Placement.Spread zoneSpread() {
        return placement == null || placement.zones() == null ? Placement.Spread.Preferred : placement.zones();
    }

    /** The labels of the machines that may be used. */
    public Map<String, String> nodeSelector() {
        return placement == null || placement.nodeSelector() == null ? Map.of() : placement.nodeSelector();
    }

    /** The taints that pods put up with. */
    public List<Toleration> tolerations() {
        return placement == null || placement.tolerations() == null ? List.of() : placement.tolerations();
    }

    /** The users' labels of every pod. */
    public Map<String, String> podLabels() {
        return pod == null || pod.labels() == null ? Map.of() : pod.labels();
    }

    /** The users' annotations of every pod. */
    public Map<String, String> podAnnotations() {
        return pod == null || pod.annotations() == null ? Map.of() : pod.annotations();
    }

    /** The priority class of every pod. */
    public Optional<String> podPriorityClass() {
        return pod == null ? Optional.empty() : Optional.ofNullable(pod.priorityClassName());
    }

    /** The Secrets with which the image is pulled. */
    public List<String> imagePullSecrets() {
        return pod == null || pod.imagePullSecrets() == null ? List.of() : pod.imagePullSecrets();
    }

    /** Whether the operator only observes and reports. */
    public boolean holdsStill() {
        return Boolean.TRUE.equals(paused);
    }
}
