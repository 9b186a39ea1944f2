package io.slotkeeper.api;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Required;
import io.fabric8.kubernetes.api.model.Condition;
import io.fabric8.kubernetes.model.annotation.LabelSelector;
import io.fabric8.kubernetes.model.annotation.StatusReplicas;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What is. */
@JsonIgnoreProperties(ignoreUnknown = true)
@JsonInclude(JsonInclude.Include.NON_NULL)
public record RedisClusterStatus(
        @Nullable @JsonPropertyDescription("The generation of the resource that the rest of the status speaks of.")
        Long observedGeneration,

        @Nullable
        @JsonPropertyDescription(
                "What holds and what does not, one entry for each type; the message of one that does not hold names "
                        + "the next action.")
        List<Condition> conditions,

        @Nullable @StatusReplicas @JsonPropertyDescription("How many shards there are.")
        Integer shardCount,

        @Nullable @JsonPropertyDescription("How many replicas each shard is to have.")
        Integer replicasPerShard,

        @Nullable @JsonPropertyDescription("How many shards have a primary that serves slots, of how many: `3/3`.")
        String shardsServing,

        @Nullable @JsonPropertyDescription("How many replicas are in sync with their primary, of how many: `3/3`.")
        String replicasInSync,

        @Nullable @JsonPropertyDescription("Each shard: what it owns, who serves it, who follows.")
        List<Shard> shards,

        @Nullable
        @JsonPropertyDescription("What the operator is doing now, and why; absent when there is nothing to do.")
        Doing doing,

        @Nullable @JsonPropertyDescription("The engine that runs and its version, such as `Redis 8.6`.")
        String engine,

        @Nullable
        @JsonPropertyDescription("The image of the nodes, resolved once: a newer operator does not change it.")
        String image,

        @Nullable
        @JsonPropertyDescription("The Secret from which an application learns how to connect (Service Binding).")
        Binding binding,

        @Nullable
        @LabelSelector
        @JsonPropertyDescription("Selects one pod of each shard, its primary; what autoscalers count.")
        String selector,

        @Nullable
        @JsonPropertyDescription(
                "What came of the failover that annotation `slotkeeper.io/failover: <pod>` asks for; it is answered once.")
        Failover failover,

        @Nullable
        @JsonPropertyDescription(
                "The entries of `spec.recovery.acceptDataLoss` that are used up, because their shard is served.")
        List<AcceptedLoss> recovery,

        @Nullable
        @JsonPropertyDescription("When the cluster owned all slots for the first time. From then on it holds data.")
        String formedAt) {
    public RedisClusterStatus {
        conditions = conditions == null ? null : List.copyOf(conditions);
        shards = shards == null ? null : List.copyOf(shards);
        recovery = recovery == null ? null : List.copyOf(recovery);
    }

    /** One shard: what it owns, who serves it, who follows. */
    @JsonIgnoreProperties(ignoreUnknown = true)
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Shard(
            @Required @JsonPropertyDescription("The number of the shard, from 0.")
            int index,

            @Required @JsonPropertyDescription("The slots that it owns, such as `0-5460`.")
            String slots,

            @Nullable @JsonPropertyDescription("The pod of its primary; absent while it has none.")
            String primary,

            @Required @JsonPropertyDescription("The other pods of the shard.")
            List<Replica> replicas) {
        public Shard {
            replicas = replicas == null ? List.of() : List.copyOf(replicas);
        }
    }

    /** One replica. */
    @JsonIgnoreProperties(ignoreUnknown = true)
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Replica(
            @Required @JsonPropertyDescription("The pod.") String pod,

            @Required @JsonPropertyDescription("Whether it follows its primary closely enough to take over.")
            boolean inSync) {}

    /** What the operator is doing at the moment, and why. */
    @JsonIgnoreProperties(ignoreUnknown = true)
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Doing(
            @Required @JsonPropertyDescription("The step, in one word.")
            String step,

            @Required @JsonPropertyDescription("Why, in a sentence.")
            String reason) {}

    /** What came of a failover that was asked for. */
    @JsonIgnoreProperties(ignoreUnknown = true)
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Failover(
            @Required @JsonPropertyDescription("The annotation's value that is answered.")
            String asked,

            @Required @JsonPropertyDescription("`Done`, or `Refused`: then nothing was done.")
            String outcome,

            @Required @JsonPropertyDescription("The same in a sentence.")
            String message) {}

    /** A loss that somebody accepted, and that is over. */
    @JsonIgnoreProperties(ignoreUnknown = true)
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record AcceptedLoss(
            @Required @JsonPropertyDescription("The number of the shard.")
            int shard,

            @Required @JsonPropertyDescription("Who serves it, and what to do with the entry.")
            String message) {}

    /** The Secret from which an application learns how to connect. */
    @JsonIgnoreProperties(ignoreUnknown = true)
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Binding(
            @Required @JsonPropertyDescription("Its name. Keys: type, provider, host, port, uri, username, password.")
            String name) {}
}
