package io.slotkeeper.control;

import io.fabric8.kubernetes.api.model.Condition;
import io.slotkeeper.api.RedisCluster;
import io.slotkeeper.api.RedisClusterSpec;
import io.slotkeeper.api.RedisClusterStatus;
import io.slotkeeper.plan.Desired;
import io.slotkeeper.plan.LiveSettings;
import io.slotkeeper.plan.NodeState;
import io.slotkeeper.plan.NodeView;
import io.slotkeeper.plan.Observation;
import io.slotkeeper.plan.ObservedPod;
import io.slotkeeper.plan.Plan;
import io.slotkeeper.plan.Step;
import io.slotkeeper.plan.Verdict;
import io.slotkeeper.topology.NodeId;
import io.slotkeeper.topology.Place;
import io.slotkeeper.topology.SlotSet;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;

/** A pass over the cluster cart, three shards with a replica each in which all is well, unless a test says otherwise. */
final class ReportedPass {
    static final String IMAGE = "slotkeeper/node:redis-8.6";

    private final RedisCluster cluster;
    private final Desired desired;
    private final List<Step> steps = new ArrayList<>();
    private final List<Plan.Obstacle> obstacles = new ArrayList<>();
    private final Set<Place> unready = new HashSet<>();
    private final Set<Place> behind = new HashSet<>();
    private final Set<Integer> lost = new HashSet<>();
    private final Map<Integer, Integer> primaries = new HashMap<>();
    private Optional<String> running = Optional.empty();
    private boolean formedBefore;
    private boolean agreed = true;
    private Instant now = Instant.parse("2026-01-01T12:00:00.123Z");
    private Optional<RedisClusterStatus> before = Optional.empty();

    private ReportedPass(RedisCluster cluster) {
        this.cluster = cluster;
        RedisClusterSpec spec = cluster.getSpec();
        desired = new Desired(
                "cart",
                spec.shardCount(),
                spec.replicaCount(),
                new LiveSettings(spec.liveSettings()),
                false,
                false,
                Desired.Grace.NONE,
                Set.of(),
                Optional.empty(),
                false);
    }

    static ReportedPass allIsWell() {
        return over("{}");
    }

    static ReportedPass over(String spec) {
        return new ReportedPass(Written.cluster(spec));
    }

    ReportedPass step(Step step) {
        steps.add(step);
        return this;
    }

    ReportedPass obstacle(Plan.Obstacle.Kind kind, String reason, String message) {
        obstacles.add(new Plan.Obstacle(kind, reason, message));
        return this;
    }

    ReportedPass unready(int shard, int ordinal) {
        unready.add(new Place(shard, ordinal));
        return this;
    }

    ReportedPass behind(int shard, int ordinal) {
        behind.add(new Place(shard, ordinal));
        return this;
    }

    /** Nobody serves the shard. */
    ReportedPass lost(int shard) {
        lost.add(shard);
        return this;
    }

    /** The first pod does unless it is said otherwise. */
    ReportedPass servedBy(int shard, int ordinal) {
        primaries.put(shard, ordinal);
        return this;
    }

    /** What the nodes say that they are; until then none of them answers. */
    ReportedPass running(String engine) {
        running = Optional.of(engine);
        return this;
    }

    ReportedPass formedBefore() {
        formedBefore = true;
        return this;
    }

    ReportedPass disagreeing() {
        agreed = false;
        return this;
    }

    ReportedPass at(String time) {
        now = Instant.parse(time);
        return this;
    }

    ReportedPass after(RedisClusterStatus earlier) {
        before = Optional.of(earlier);
        return this;
    }

    Report report() {
        List<ObservedPod> pods = desired.places().stream()
                .map(place -> new ObservedPod(
                        place,
                        "uid-" + place,
                        Optional.empty(),
                        false,
                        !unready.contains(place),
                        false,
                        true,
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty(),
                        running.map(ReportedPass::answering).orElse(new NodeView.Silent("nobody asks"))))
                .toList();
        List<Verdict.Shard> shards =
                IntStream.range(0, desired.shards()).mapToObj(this::shard).toList();
        SlotSet covered = shards.stream().map(Verdict.Shard::slots).reduce(SlotSet.none(), SlotSet::union);
        boolean settled = agreed && lost.isEmpty();
        return new Report(
                cluster,
                desired,
                new Observation(now, formedBefore, pods),
                new Plan(steps, obstacles),
                new Verdict(covered, shards, settled, settled && behind.isEmpty()));
    }

    private static NodeView answering(String engine) {
        return new NodeView.Answering(new NodeState(
                new NodeId("a".repeat(40)),
                Optional.empty(),
                SlotSet.none(),
                0,
                0,
                true,
                List.of(),
                Optional.empty(),
                Set.of(),
                0,
                new LiveSettings(Map.of()),
                true,
                engine));
    }

    RedisClusterStatus status() {
        return report().status(before, IMAGE);
    }

    /** A condition as people read it: {@code Ready=False Settling: 1 pod …}. */
    String condition(String type) {
        return read(condition(status(), type));
    }

    static List<Condition> conditions(RedisClusterStatus status) {
        return Objects.requireNonNull(status.conditions());
    }

    static Condition condition(RedisClusterStatus status, String type) {
        return conditions(status).stream()
                .filter(condition -> condition.getType().equals(type))
                .findFirst()
                .orElseThrow();
    }

    static String read(Condition condition) {
        return "%s=%s %s: %s"
                .formatted(condition.getType(), condition.getStatus(), condition.getReason(), condition.getMessage());
    }

    private Verdict.Shard shard(int index) {
        Place primary = new Place(index, primaries.getOrDefault(index, 0));
        boolean serves = !lost.contains(index);
        List<Verdict.Replica> replicas = desired.places().stream()
                .filter(place -> place.shard() == index && !(serves && place.equals(primary)))
                .map(place -> new Verdict.Replica(place, serves && !behind.contains(place)))
                .toList();
        int size = 16384 / desired.shards();
        int last = index == desired.shards() - 1 ? 16383 : (index + 1) * size - 1;
        return new Verdict.Shard(
                index,
                serves ? SlotSet.parse(index * size + "-" + last) : SlotSet.none(),
                serves ? Optional.of(primary) : Optional.empty(),
                replicas);
    }
}
