package io.slotkeeper.engine;

import static io.slotkeeper.engine.SmallCluster.PATIENCE;
import static io.slotkeeper.testkit.Eventually.eventually;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.slotkeeper.engine.Capabilities.SlotMoving;
import io.slotkeeper.engine.ClusterNode.OpenSlot;
import io.slotkeeper.engine.SmallCluster.Member;
import io.slotkeeper.testkit.Engine;
import io.slotkeeper.topology.HashSlot;
import io.slotkeeper.topology.NodeId;
import io.slotkeeper.topology.SlotSet;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** The ways to move slots, on every engine that has them: two primaries, the first with a replica. */
@Tag("engine")
@ParameterizedClass
@EnumSource
class SlotMovesContractTest {
    private static final Duration MIGRATE_TIMEOUT = Duration.ofSeconds(5);

    @TempDir(cleanup = CleanupMode.ON_SUCCESS)
    static Path folder;

    private static final Map<Engine, SmallCluster> CLUSTERS = new EnumMap<>(Engine.class);

    private final SmallCluster cluster;
    private final Member first;
    private final Member second;
    private final Member replicaOfFirst;
    private final Capabilities capabilities;

    SlotMovesContractTest(Engine engine) {
        cluster = CLUSTERS.computeIfAbsent(engine, each -> SmallCluster.form(each, folder, 2, 1));
        cluster.awaitServing();
        first = cluster.member(0);
        second = cluster.member(1);
        replicaOfFirst = cluster.member(2);
        capabilities = Capabilities.of(first.node().call(Server.info()).version());
    }

    @AfterParameterizedClassInvocation
    static void stop() {
        CLUSTERS.values().forEach(SmallCluster::close);
        CLUSTERS.clear();
    }

    @Test
    void keyByKeyASlotGoesToItsNewOwnerAndNoKeyIsLost() {
        int slot = 77;
        fill(first, slot, 25);
        second.node().call(Slots.setImporting(slot, first.id()));
        first.node().call(Slots.setMigrating(slot, second.id()));
        OpenSlot leaving = new OpenSlot(slot, OpenSlot.Direction.MIGRATING, second.id());
        assertThat(first.self().openSlots()).containsExactly(leaving);
        assertThat(second.self().openSlots())
                .containsExactly(new OpenSlot(slot, OpenSlot.Direction.IMPORTING, first.id()));
        assertThat(replicaOfFirst.self().openSlots())
                .isEqualTo(capabilities.replicatedOpenSlots() ? List.of(leaving) : List.of());

        List<byte[]> some = first.node().call(Slots.keys(slot, 10));
        second.node().call(Acl.setUser("mover", List.of("reset", "on", ">right", "~*", "+@all")));
        assertThat(first.node()
                        .ask(migrate(some, "wrong"))
                        .refusal()
                        .orElseThrow()
                        .line())
                .contains("Target instance replied with error: WRONGPASS");
        assertThat(first.node().call(Slots.countKeys(slot))).isEqualTo(25);
        assertThat(first.node().call(migrate(some, "right"))).isTrue();
        assertThat(first.node().call(migrate(some))).isFalse();
        Refusal refusal = first.node()
                .ask(Command.raw("GET", new String(some.getFirst(), UTF_8)))
                .refusal()
                .orElseThrow();
        assertThat(refusal.code()).isEqualTo(Refusal.Code.ASK);
        assertThat(refusal.redirect()).contains(new Refusal.Redirect(slot, Optional.of(second.address())));

        assertThat(first.node().call(migrate(first.node().call(Slots.keys(slot, 100)))))
                .isTrue();
        second.node().call(Slots.setOwner(slot, second.id()));
        first.node().call(Slots.setOwner(slot, second.id()));
        assertThat(first.node().call(Slots.countKeys(slot))).isZero();
        assertThat(second.node().call(Slots.countKeys(slot))).isEqualTo(25);
        assertThat(second.self().slots().contains(slot)).isTrue();
        assertThat(second.self().openSlots()).isEmpty();
    }

    @Test
    void aMoveThatIsCalledOffLeavesNothingOpen() {
        int slot = 99;
        second.node().call(Slots.setImporting(slot, first.id()));
        first.node().call(Slots.setMigrating(slot, second.id()));
        first.node().call(Slots.setStable(slot));
        second.node().call(Slots.setStable(slot));
        assertThat(first.self().openSlots()).isEmpty();
        assertThat(second.self().openSlots()).isEmpty();
        assertThat(first.self().slots().contains(slot)).isTrue();
    }

    @Test
    void aKeyThatIsThereAlreadyIsOnlyReplacedOnDemand() {
        int slot = 120;
        fill(first, slot, 1);
        List<byte[]> keys = first.node().call(Slots.keys(slot, 1));
        second.node().call(Slots.setImporting(slot, first.id()));
        second.node()
                .askAll(List.of(
                        Command.raw("ASKING"), Command.raw("SET", new String(keys.getFirst(), UTF_8), "in the way")));
        first.node().call(Slots.setMigrating(slot, second.id()));
        assertThat(first.node().ask(migrate(keys)).refusal().orElseThrow().line())
                .contains("BUSYKEY");
        assertThat(first.node().call(Slots.migrate(second.address(), 0, keys, MIGRATE_TIMEOUT, true, Optional.empty())))
                .isTrue();
        second.node().call(Slots.setOwner(slot, second.id()));
        first.node().call(Slots.setOwner(slot, second.id()));
    }

    @Test
    void theOwnerHandsSlotsOverAtOnce() {
        if (capabilities.slotMoving() != SlotMoving.BY_SOURCE) {
            Map<NodeId, SlotSet> move = Map.of(second.id(), SlotSet.parse("200-250"));
            assertThat(first.node().ask(SlotExport.start(move)).refusal()).isPresent();
            return;
        }
        IntStream.rangeClosed(200, 250).forEach(slot -> fill(first, slot, 3));
        SlotSet slots = SlotSet.parse("200-240,250");
        first.node().call(SlotExport.start(Map.of(second.id(), slots)));
        eventually(
                "the hand-over is done",
                PATIENCE,
                () -> first.node().call(SlotExport.jobs()).stream().anyMatch(SlotExport.Job::succeeded));
        SlotExport.Job job = first.node().call(SlotExport.jobs()).getFirst();
        assertThat(job.operation()).isEqualTo("EXPORT");
        assertThat(job.slots()).isEqualTo(slots);
        assertThat(job.source()).isEqualTo(first.id());
        assertThat(job.receiver()).isEqualTo(second.id());
        assertThat(job.isOver()).isTrue();
        assertThat(second.node().call(SlotExport.jobs()).getFirst().operation()).isEqualTo("IMPORT");
        assertThat(second.self().slots().containsAll(slots)).isTrue();
        assertThat(second.node().call(Slots.countKeys(250))).isEqualTo(3);
        assertThat(first.node().call(Slots.countKeys(245))).isEqualTo(3);
        assertThat(first.node()
                        .ask(SlotExport.cancelAll())
                        .refusal()
                        .orElseThrow()
                        .line())
                .contains("No migrations ongoing");
    }

    @Test
    void theReceiverFetchesSlotsAtOnce() {
        SlotSet slots = SlotSet.parse("300-340,350");
        if (capabilities.slotMoving() != SlotMoving.BY_DESTINATION) {
            assertThat(second.node().ask(SlotImport.start(slots)).refusal()).isPresent();
            return;
        }
        IntStream.rangeClosed(300, 350).forEach(slot -> fill(first, slot, 3));
        String id = second.node().call(SlotImport.start(slots));
        eventually(
                "the import is done",
                PATIENCE,
                () -> second.node().call(SlotImport.task(id)).stream().allMatch(SlotImport.Task::succeeded));
        SlotImport.Task task = second.node().call(SlotImport.task(id)).getFirst();
        assertThat(task.operation()).isEqualTo("import");
        assertThat(task.slots()).isEqualTo(slots);
        assertThat(task.source()).isEqualTo(first.id());
        assertThat(task.receiver()).isEqualTo(second.id());
        assertThat(task.isOver()).isTrue();
        assertThat(second.node().call(SlotImport.tasks())).contains(task);
        assertThat(second.self().slots().containsAll(slots)).isTrue();
        assertThat(second.node().call(Slots.countKeys(350))).isEqualTo(3);
        assertThat(first.node().call(Slots.countKeys(345))).isEqualTo(3);
        assertThat(second.node().call(SlotImport.cancelAll())).isZero();
        assertThat(second.node().call(SlotImport.cancel(id))).isZero();
    }

    private Command<Boolean> migrate(List<byte[]> keys) {
        return Slots.migrate(second.address(), 0, keys, MIGRATE_TIMEOUT, false, Optional.empty());
    }

    /**
     * Replaces, because a refused login is not the end of it: the keys are sent along, and a target whose default user
     * needs no password takes them.
     */
    private Command<Boolean> migrate(List<byte[]> keys, String password) {
        Access.User mover = new Access.User("mover", password);
        return Slots.migrate(second.address(), 0, keys, MIGRATE_TIMEOUT, true, Optional.of(mover));
    }

    private static void fill(Member owner, int slot, int count) {
        String tag = keyIn(slot);
        List<Command<Reply>> writes = IntStream.range(0, count)
                .mapToObj(i -> Command.raw("SET", tag + i, "x"))
                .toList();
        owner.node().askAll(writes).forEach(Outcome::orThrow);
    }

    /** A hash tag that belongs to the slot, braces and all. */
    static String keyIn(int slot) {
        return IntStream.iterate(0, i -> i + 1)
                .mapToObj(i -> "{" + i + "}")
                .filter(tag -> HashSlot.of(tag.getBytes(UTF_8)) == slot)
                .findFirst()
                .orElseThrow();
    }
}
