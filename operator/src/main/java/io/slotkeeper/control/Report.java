package io.slotkeeper.control;

import io.fabric8.kubernetes.api.model.Condition;
import io.slotkeeper.api.RedisCluster;
import io.slotkeeper.api.RedisClusterSpec;
import io.slotkeeper.api.RedisClusterStatus;
import io.slotkeeper.api.RedisClusterStatus.Replica;
import io.slotkeeper.api.RedisClusterStatus.Shard;
import io.slotkeeper.kubernetes.Labels;
import io.slotkeeper.kubernetes.Names;
import io.slotkeeper.plan.Desired;
import io.slotkeeper.plan.Handover;
import io.slotkeeper.plan.NodeState;
import io.slotkeeper.plan.Observation;
import io.slotkeeper.plan.ObservedPod;
import io.slotkeeper.plan.Plan;
import io.slotkeeper.plan.Plan.Obstacle;
import io.slotkeeper.plan.Step;
import io.slotkeeper.plan.Verdict;
import io.slotkeeper.topology.HashSlot;
import io.slotkeeper.topology.Place;
import io.slotkeeper.topology.SlotSet;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Turns a pass into the status that users read. Every condition is there from the first report on, and the message of one
 * that does not hold names the next action.
 */
record Report(RedisCluster cluster, Desired desired, Observation seen, Plan plan, Verdict verdict) {
    /** What a pass comes to, for people. */
    static Report of(RedisCluster cluster, Desired desired, Observation seen, Plan plan) {
        return new Report(cluster, desired, seen, plan, Verdict.of(desired, seen));
    }

    /** The status after this pass; {@code image} is what its pods run or will run. */
    RedisClusterStatus status(Optional<RedisClusterStatus> before, String image) {
        RedisClusterSpec spec = cluster.getSpec();
        Names names = Names.of(cluster);
        Optional<String> formedAt =
                before.map(RedisClusterStatus::formedAt).or(() -> isCovered() ? Optional.of(now()) : Optional.empty());
        return new RedisClusterStatus(
                cluster.getMetadata().getGeneration(),
                conditions(before, formedAt),
                spec.shardCount(),
                spec.replicaCount(),
                serving() + "/" + desired.shards(),
                inSync() + "/" + wantedInSync(),
                verdict.shards().stream().map(this::shard).toList(),
                doing(),
                engine(before),
                image,
                new RedisClusterStatus.Binding(names.bindingSecret()),
                Labels.CLUSTER + "=" + names.cluster() + "," + Labels.ROLE + "=" + Labels.PRIMARY,
                AskedFailover.said(cluster, Handover.answer(desired, seen)),
                AcceptedLosses.usedUp(cluster, before, desired, verdict),
                formedAt.orElse(null));
    }

    /** What the nodes say that they are. Until one answers: what it was, or what is known without asking; an image may be anything. */
    private String engine(Optional<RedisClusterStatus> before) {
        RedisClusterSpec spec = cluster.getSpec();
        String running = seen.answering().stream()
                .flatMap(pod -> pod.state().stream())
                .map(NodeState::engine)
                .distinct()
                .sorted()
                .collect(Collectors.joining(", "));
        if (!running.isEmpty()) {
            return running;
        }
        return before.filter(status -> status.formedAt() != null)
                .map(RedisClusterStatus::engine)
                .orElseGet(() -> spec.ownImage().isPresent()
                        ? spec.engineFamily().name()
                        : spec.engineFamily() + " " + spec.engineVersion());
    }

    /** Whether all is as it is wanted to be, so that an application may connect. */
    boolean isReady() {
        return verdict.well()
                && unready() == 0
                && plan.steps().isEmpty()
                && plan.obstacles().isEmpty();
    }

    /** Whether somebody serves each shard. */
    boolean isServed() {
        return verdict.shards().stream().allMatch(shard -> shard.primary().isPresent());
    }

    /** What has to change before anything counts as news; offsets and keys do not. */
    List<Object> outline() {
        return List.of(
                plan,
                verdict,
                unready(),
                seen.answering().stream().map(ObservedPod::uid).toList());
    }

    /** What needs a person, the first of it. */
    Optional<Obstacle> stuck() {
        return obstacle(Obstacle.Kind.STUCK);
    }

    private List<Condition> conditions(Optional<RedisClusterStatus> before, Optional<String> formedAt) {
        List<Condition> old = before.map(RedisClusterStatus::conditions).orElse(List.of());
        Conditions conditions = new Conditions(old, cluster.getMetadata().getGeneration(), now());
        Reason why = isReady() ? new Reason("Serving", serves()) : whyNot();
        conditions.add("Ready", isReady(), why);
        conditions.add("Reconciling", isBusy(), reconciling(why));
        conditions.add(
                "Stalled",
                stuck().isPresent(),
                stuck().map(Reason::of).orElse(new Reason("Unhindered", "nothing needs a person")));
        conditions.add(
                "Formed",
                formedAt.isPresent(),
                formedAt.isPresent() ? new Reason("Formed", "all slots were served at " + formedAt.get()) : why);
        int missing = HashSlot.COUNT - verdict.covered().size();
        conditions.add(
                "SlotsCovered",
                isCovered(),
                isCovered()
                        ? new Reason("AllSlots", HashSlot.COUNT + " slots on " + counted(desired.shards(), "shard"))
                        : new Reason("SlotsMissing", missing + " slots are not served. " + why.message()));
        boolean copied = inSync() >= wantedInSync();
        conditions.add(
                "ReplicasInSync",
                copied,
                copied
                        ? new Reason("InSync", counted(inSync(), "replica") + " in sync")
                        : new Reason(
                                "NotInSync",
                                inSync() + " of " + counted(wantedInSync(), "replica") + " in sync. " + why.message()));
        return conditions.all();
    }

    private boolean isBusy() {
        return !isPaused() && !isReady() && stuck().isEmpty();
    }

    private Reason reconciling(Reason why) {
        if (isPaused()) {
            return new Reason("Paused", "the operator only observes: set spec.paused to false for it to act again");
        }
        return isBusy() ? why : new Reason("Settled", "nothing to do, or nothing that can be done");
    }

    /** The first thing to know: what needs a person, else what is being done, else what is waited for. */
    private Reason whyNot() {
        if (stuck().isPresent()) {
            return Reason.of(stuck().get());
        }
        if (!plan.steps().isEmpty()) {
            String word = name(plan.steps().getFirst());
            return new Reason(
                    word,
                    plan.steps().stream()
                            .filter(step -> name(step).equals(word))
                            .map(Step::reason)
                            .distinct()
                            .limit(3)
                            .collect(Collectors.joining("; ")));
        }
        return obstacle(Obstacle.Kind.WAITING).map(Reason::of).orElseGet(() -> new Reason("Settling", settling()));
    }

    private String settling() {
        return unready() == 0
                ? "not every node has heard of the last change yet"
                : counted(unready(), "pod") + " not ready yet: "
                        + unreadyPlaces().limit(4).map(desired::pod).collect(Collectors.joining(", "));
    }

    private String serves() {
        return HashSlot.COUNT + " slots on " + counted(desired.shards(), "shard") + ", "
                + (wantedInSync() == 0 ? "no replicas" : counted(inSync(), "replica") + " in sync");
    }

    private RedisClusterStatus.@Nullable Doing doing() {
        if (isPaused() || plan.steps().isEmpty()) {
            return null;
        }
        Step first = plan.steps().getFirst();
        return new RedisClusterStatus.Doing(name(first), first.reason());
    }

    private Shard shard(Verdict.Shard shard) {
        return new Shard(
                shard.index(),
                shard.slots().toString(),
                shard.primary().map(desired::pod).orElse(null),
                shard.replicas().stream()
                        .map(replica -> new Replica(desired.pod(replica.place()), replica.inSync()))
                        .toList());
    }

    private int serving() {
        return (int) verdict.shards().stream()
                .filter(shard -> shard.primary().isPresent() && !shard.slots().isEmpty())
                .count();
    }

    private int inSync() {
        return (int) verdict.shards().stream()
                .flatMap(shard -> shard.replicas().stream())
                .filter(Verdict.Replica::inSync)
                .count();
    }

    private int wantedInSync() {
        return desired.shards() * desired.replicasPerShard();
    }

    private boolean isCovered() {
        return verdict.covered().equals(SlotSet.all());
    }

    private int unready() {
        return (int) unreadyPlaces().count();
    }

    private Stream<Place> unreadyPlaces() {
        return desired.places().stream()
                .filter(place -> !seen.pod(place).map(ObservedPod::ready).orElse(false));
    }

    private Optional<Obstacle> obstacle(Obstacle.Kind kind) {
        return plan.obstacles().stream()
                .filter(obstacle -> obstacle.kind() == kind)
                .findFirst();
    }

    boolean isPaused() {
        return cluster.getSpec().holdsStill();
    }

    private String now() {
        return seen.at().truncatedTo(ChronoUnit.SECONDS).toString();
    }

    static String name(Step step) {
        return step.getClass().getSimpleName();
    }

    static String counted(int count, String what) {
        return count + " " + what + (count == 1 ? "" : "s");
    }

    /** Why a condition is as it is: one word for programs, a sentence for people. */
    record Reason(String word, String message) {
        static Reason of(Obstacle obstacle) {
            return new Reason(obstacle.reason(), obstacle.message());
        }
    }
}
