package io.slotkeeper.control;

import static io.slotkeeper.control.ReportedPass.condition;
import static io.slotkeeper.plan.Plan.Obstacle.Kind.STUCK;
import static io.slotkeeper.plan.Plan.Obstacle.Kind.WAITING;
import static org.assertj.core.api.Assertions.assertThat;

import io.slotkeeper.api.RedisClusterStatus;
import io.slotkeeper.api.RedisClusterStatus.Doing;
import io.slotkeeper.api.RedisClusterStatus.Replica;
import io.slotkeeper.api.RedisClusterStatus.Shard;
import io.slotkeeper.plan.Plan;
import io.slotkeeper.plan.Step;
import io.slotkeeper.topology.Place;
import io.slotkeeper.topology.SlotSet;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What users read of a pass. */
@Tag("unit")
class ReportTest {
    private static final Step GIVE = new Step.GiveSlots(new Place(0, 0), SlotSet.all(), 1, "shard 0 has no slots yet");

    @Test
    void aClusterInWhichAllIsWellIsReadyAndSaysWhatItServes() {
        assertThat(ReportedPass.conditions(ReportedPass.allIsWell().status()).stream()
                        .map(ReportedPass::read))
                .containsExactly(
                        "Ready=True Serving: 16384 slots on 3 shards, 3 replicas in sync",
                        "Reconciling=False Settled: nothing to do, or nothing that can be done",
                        "Stalled=False Unhindered: nothing needs a person",
                        "Formed=True Formed: all slots were served at 2026-01-01T12:00:00Z",
                        "SlotsCovered=True AllSlots: 16384 slots on 3 shards",
                        "ReplicasInSync=True InSync: 3 replicas in sync");
    }

    @Test
    void oneOfAThingIsNotSeveral() {
        assertThat(ReportedPass.over("{shards: 1}").condition("Ready"))
                .endsWith("16384 slots on 1 shard, 1 replica in sync");
    }

    @Test
    void aClusterWithoutReplicasIsReadyAndSaysThatThereAreNone() {
        assertThat(ReportedPass.over("{replicasPerShard: 0}").condition("Ready"))
                .isEqualTo("Ready=True Serving: 16384 slots on 3 shards, no replicas");
    }

    @Test
    void whatNeedsAPersonComesBeforeEverythingElse() {
        ReportedPass pass = ReportedPass.allIsWell()
                .step(GIVE)
                .obstacle(WAITING, "NodesAwaited", "cart-0-0 starts")
                .obstacle(STUCK, "PodInTrouble", "cart-0-1: no such image. Correct it")
                .obstacle(STUCK, "Conflict", "somebody else's");
        assertThat(pass.condition("Ready")).isEqualTo("Ready=False PodInTrouble: cart-0-1: no such image. Correct it");
        assertThat(pass.condition("Stalled"))
                .isEqualTo("Stalled=True PodInTrouble: cart-0-1: no such image. Correct it");
        assertThat(pass.condition("Reconciling")).startsWith("Reconciling=False Settled");
    }

    @Test
    void whatIsBeingDoneComesBeforeWhatIsWaitedFor() {
        ReportedPass pass = ReportedPass.allIsWell()
                .obstacle(WAITING, "NodesAwaited", "a node")
                .step(GIVE);
        assertThat(pass.condition("Ready")).isEqualTo("Ready=False GiveSlots: shard 0 has no slots yet");
        assertThat(pass.condition("Reconciling")).isEqualTo("Reconciling=True GiveSlots: shard 0 has no slots yet");
        assertThat(pass.condition("Stalled")).startsWith("Stalled=False");
        assertThat(pass.status().doing()).isEqualTo(new Doing("GiveSlots", "shard 0 has no slots yet"));
    }

    @Test
    void stepsOfOneKindAreToldTogetherEachReasonOnceAndNotTooManyOfThem() {
        ReportedPass pass = ReportedPass.allIsWell()
                .step(replace(0, "first"))
                .step(GIVE)
                .step(replace(1, "first"))
                .step(replace(2, "second"))
                .step(replace(3, "third"))
                .step(replace(4, "fourth"));
        assertThat(pass.condition("Ready")).isEqualTo("Ready=False ReplacePod: first; second; third");
    }

    @Test
    void whatIsWaitedForIsToldWhenNothingCanBeDone() {
        ReportedPass pass = ReportedPass.allIsWell()
                .obstacle(WAITING, "NodesAwaited", "cart-0-0 starts")
                .obstacle(WAITING, "CopiesAwaited", "cart-0-1 copies");
        assertThat(pass.condition("Ready")).isEqualTo("Ready=False NodesAwaited: cart-0-0 starts");
        assertThat(pass.condition("Reconciling")).isEqualTo("Reconciling=True NodesAwaited: cart-0-0 starts");
        assertThat(pass.status().doing()).isNull();
    }

    @Test
    void theObstaclesOfTheObjectsComeBeforeThoseOfThePlan() {
        Plan.Obstacle ofObjects = new Plan.Obstacle(WAITING, "Leaving", "a Service goes");
        Plan.Obstacle ofPlan = new Plan.Obstacle(WAITING, "NodesAwaited", "no pods");
        assertThat(new Ground.Laid(List.of(ofObjects), Optional.empty(), ReportedPass.IMAGE)
                        .hinder(new Plan(List.of(GIVE), List.of(ofPlan))))
                .isEqualTo(new Plan(List.of(GIVE), List.of(ofObjects, ofPlan)));
    }

    @Test
    void podsThatAreNotReadyAreNamedWhenNothingElseIsInTheWay() {
        assertThat(ReportedPass.allIsWell().unready(0, 1).unready(2, 0).condition("Ready"))
                .isEqualTo("Ready=False Settling: 2 pods not ready yet: cart-0-1, cart-2-0");
    }

    @Test
    void nodesThatHaveNotHeardEverythingAreToldWhenAllPodsAreReady() {
        assertThat(ReportedPass.allIsWell().disagreeing().condition("Ready"))
                .isEqualTo("Ready=False Settling: not every node has heard of the last change yet");
    }

    @Test
    void slotsThatNobodyServesAreCounted() {
        ReportedPass pass = ReportedPass.allIsWell().lost(1).obstacle(STUCK, "ShardLost", "shard 1 is gone");
        assertThat(pass.condition("SlotsCovered"))
                .isEqualTo("SlotsCovered=False SlotsMissing: 5461 slots are not served. shard 1 is gone");
        assertThat(pass.condition("Formed")).isEqualTo("Formed=False ShardLost: shard 1 is gone");
        assertThat(pass.status().shardsServing()).isEqualTo("2/3");
        assertThat(pass.status().formedAt()).isNull();
    }

    @Test
    void replicasThatAreBehindAreCounted() {
        ReportedPass pass = ReportedPass.allIsWell().behind(1, 1).obstacle(WAITING, "CopiesAwaited", "cart-1-1 copies");
        assertThat(pass.condition("ReplicasInSync"))
                .isEqualTo("ReplicasInSync=False NotInSync: 2 of 3 replicas in sync. cart-1-1 copies");
        assertThat(pass.condition("SlotsCovered")).startsWith("SlotsCovered=True");
        assertThat(pass.status().replicasInSync()).isEqualTo("2/3");
    }

    @Test
    void eachShardSaysWhatItOwnsWhoServesItAndWhoFollows() {
        assertThat(ReportedPass.allIsWell().behind(0, 1).lost(1).status().shards())
                .containsExactly(
                        new Shard(0, "0-5460", "cart-0-0", List.of(new Replica("cart-0-1", false))),
                        new Shard(1, "", null, List.of(new Replica("cart-1-0", false), new Replica("cart-1-1", false))),
                        new Shard(2, "10922-16383", "cart-2-0", List.of(new Replica("cart-2-1", true))));
    }

    @Test
    void theRestOfTheStatusSaysWhatTheClusterIsAndHowToFindIt() {
        RedisClusterStatus status = ReportedPass.over("{engine: Valkey, shards: 2, replicasPerShard: 3}")
                .status();
        assertThat(status.observedGeneration()).isEqualTo(7);
        assertThat(status.shardCount()).isEqualTo(2);
        assertThat(status.replicasPerShard()).isEqualTo(3);
        assertThat(status.shardsServing()).isEqualTo("2/2");
        assertThat(status.replicasInSync()).isEqualTo("6/6");
        assertThat(status.engine()).isEqualTo("Valkey 9.1");
        assertThat(status.image()).isEqualTo(ReportedPass.IMAGE);
        assertThat(status.binding()).isEqualTo(new RedisClusterStatus.Binding("cart-connection"));
        assertThat(status.selector()).isEqualTo("slotkeeper.io/cluster=cart,slotkeeper.io/role=primary");
    }

    /** Its version must be left out of the spec, so only the nodes know what is in it. */
    @Test
    void whatRunsFromAnImageOfTheUsersIsWhatTheNodesSay() {
        String spec = "{image: registry.example.com/ours/node}";
        assertThat(ReportedPass.over(spec).lost(0).status().engine()).isEqualTo("Redis");
        RedisClusterStatus formed = ReportedPass.over(spec).running("Redis 7.0").status();
        assertThat(formed.engine()).isEqualTo("Redis 7.0");
        assertThat(ReportedPass.over(spec).after(formed).status().engine()).isEqualTo("Redis 7.0");
    }

    /** As after an update of the operator, which brings another default version and leaves the image. */
    @Test
    void whatRunsIsToldAlsoWhereTheSpecLeavesTheVersionOut() {
        assertThat(ReportedPass.allIsWell().running("Redis 8.4").status().engine())
                .isEqualTo("Redis 8.4");
    }

    @Test
    void aPausedClusterSaysSoAndHowItIsAllTheSame() {
        ReportedPass pass = ReportedPass.over("{paused: true}").step(GIVE).lost(0);
        assertThat(pass.condition("Reconciling"))
                .isEqualTo(
                        "Reconciling=False Paused: the operator only observes: set spec.paused to false for it to act again");
        assertThat(pass.condition("Ready")).startsWith("Ready=False GiveSlots");
        assertThat(pass.status().doing()).isNull();
        assertThat(ReportedPass.over("{paused: true}").condition("Ready")).startsWith("Ready=True");
    }

    @Test
    void whenTheClusterWasFormedIsNeverForgotten() {
        RedisClusterStatus formed = ReportedPass.allIsWell().status();
        RedisClusterStatus later = ReportedPass.allIsWell()
                .lost(0)
                .at("2026-01-01T13:00:00Z")
                .after(formed)
                .status();
        assertThat(later.formedAt()).isEqualTo("2026-01-01T12:00:00Z");
        assertThat(condition(later, "Formed").getStatus()).isEqualTo("True");
    }

    @Test
    void aConditionKeepsTheTimeOfItsLastChangeWhateverItSays() {
        RedisClusterStatus first =
                ReportedPass.allIsWell().lost(0).obstacle(WAITING, "A", "a").status();
        RedisClusterStatus second = ReportedPass.allIsWell()
                .lost(0)
                .obstacle(WAITING, "B", "b")
                .at("2026-01-01T13:00:00Z")
                .after(first)
                .status();
        RedisClusterStatus third = ReportedPass.allIsWell()
                .at("2026-01-01T14:00:00Z")
                .after(second)
                .status();
        assertThat(condition(second, "Ready").getReason()).isEqualTo("B");
        assertThat(condition(second, "Ready").getLastTransitionTime()).isEqualTo("2026-01-01T12:00:00Z");
        assertThat(condition(third, "Ready").getLastTransitionTime()).isEqualTo("2026-01-01T14:00:00Z");
        assertThat(condition(third, "Stalled").getLastTransitionTime()).isEqualTo("2026-01-01T12:00:00Z");
        assertThat(condition(third, "Ready").getObservedGeneration()).isEqualTo(7);
    }

    @Test
    void aPassThatChangesNothingHasTheSameStatus() {
        RedisClusterStatus first = ReportedPass.allIsWell().status();
        assertThat(ReportedPass.allIsWell()
                        .at("2026-01-01T13:00:00Z")
                        .after(first)
                        .status())
                .isEqualTo(first);
    }

    @Test
    void anEndlessMessageIsCutWhereAReaderHasGivenUp() {
        String endless = "x".repeat(1025);
        assertThat(condition(
                                ReportedPass.allIsWell()
                                        .obstacle(STUCK, "Refused", endless)
                                        .status(),
                                "Ready")
                        .getMessage())
                .isEqualTo("x".repeat(1023) + "…");
        String longest = "x".repeat(1024);
        assertThat(condition(
                                ReportedPass.allIsWell()
                                        .obstacle(STUCK, "Refused", longest)
                                        .status(),
                                "Ready")
                        .getMessage())
                .isEqualTo(longest);
    }

    @Test
    void onlyWhatMattersIsNews() {
        Object before = ReportedPass.allIsWell().report().outline();
        assertThat(ReportedPass.allIsWell().at("2026-01-01T13:00:00Z").report().outline())
                .isEqualTo(before);
        assertThat(List.of(
                        ReportedPass.allIsWell().unready(0, 1),
                        ReportedPass.allIsWell().behind(0, 1),
                        ReportedPass.allIsWell().step(GIVE),
                        ReportedPass.allIsWell().obstacle(WAITING, "A", "a")))
                .allSatisfy(pass -> assertThat(pass.report().outline()).isNotEqualTo(before));
    }

    @Test
    void aClusterIsReadyOnlyWhenNothingIsLeftToDo() {
        assertThat(ReportedPass.allIsWell().report().isReady()).isTrue();
        assertThat(List.of(
                        ReportedPass.allIsWell().unready(0, 1),
                        ReportedPass.allIsWell().behind(0, 1),
                        ReportedPass.allIsWell().disagreeing(),
                        ReportedPass.allIsWell().lost(0),
                        ReportedPass.allIsWell().step(GIVE),
                        ReportedPass.allIsWell().obstacle(WAITING, "A", "a")))
                .allSatisfy(pass -> assertThat(pass.report().isReady()).isFalse());
    }

    private static Step replace(int shard, String reason) {
        return new Step.ReplacePod(new Place(shard, 1), "uid", reason);
    }
}
