package io.slotkeeper.engine;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.slotkeeper.engine.Capabilities.SlotMoving;
import io.slotkeeper.engine.EngineVersion.Family;
import io.slotkeeper.testkit.Engine;
import io.slotkeeper.testkit.Eventually;
import io.slotkeeper.topology.HashSlot;
import io.slotkeeper.topology.SlotRange;
import io.slotkeeper.topology.SlotSet;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** What one node alone answers, on every engine. */
@Tag("engine")
@ParameterizedClass
@EnumSource
class NodeContractTest {
    @TempDir(cleanup = CleanupMode.ON_SUCCESS)
    static Path folder;

    private static final Map<Engine, SmallCluster> CLUSTERS = new EnumMap<>(Engine.class);

    private final Engine engine;
    private final SmallCluster cluster;
    private final EngineNode node;

    NodeContractTest(Engine engine) {
        this.engine = engine;
        cluster = CLUSTERS.computeIfAbsent(engine, each -> SmallCluster.form(each, folder, 1, 0));
        node = cluster.member(0).node();
    }

    @AfterParameterizedClassInvocation
    static void stop() {
        CLUSTERS.values().forEach(SmallCluster::close);
        CLUSTERS.clear();
    }

    @Test
    void aNodeTellsOfItself() {
        ServerInfo server = node.call(Server.info());
        assertThat(server.version().family()).isEqualTo(engine.isValkey() ? Family.VALKEY : Family.REDIS);
        assertThat(engine.toString())
                .endsWith(
                        "-" + server.version().major() + "." + server.version().minor());
        assertThat(server.processId()).isEqualTo(cluster.member(0).process().pid());
        assertThat(server.runId()).hasSize(40);
        assertThat(server.uptime()).isLessThan(Duration.ofMinutes(5));
        assertThat(server.loading()).isFalse();
        assertThat(server.memory().used()).isPositive();
        assertThat(server.memory().resident()).isPositive();
        assertThat(server.memory().policy()).isEqualTo("noeviction");
        assertThat(server.persistence().lastSaveWorked()).isTrue();
        assertThat(server.persistence().appendOnly()).isFalse();
        assertThat(server.replication().isReplica()).isFalse();
        assertThat(server.replication().id()).hasSize(40);
    }

    @Test
    void aNodeTellsOfItsCluster() {
        ClusterNode myself = node.call(Cluster.nodes()).getFirst();
        assertThat(myself.isMyself()).isTrue();
        assertThat(myself.id()).isEqualTo(node.call(Cluster.myId()));
        assertThat(myself.address()).contains(node.address());
        assertThat(myself.busPort()).isEqualTo(16379);
        assertThat(myself.unknownFlags()).isEmpty();
        ClusterInfo info = node.call(Cluster.info());
        assertThat(info.ok()).isTrue();
        assertThat(info.knownNodes()).isEqualTo(1);
        assertThat(info.currentEpoch()).isPositive();
    }

    @Test
    void aPrimaryAloneHasNoReplicas() {
        assertThat(node.call(Server.ping())).isEqualTo("PONG");
        assertThat(node.call(Server.role()))
                .isInstanceOfSatisfying(
                        Role.Primary.class,
                        primary -> assertThat(primary.followers()).isEmpty());
        assertThat(node.call(Server.waitForReplicas(1, Duration.ofMillis(1)))).isZero();
    }

    @Test
    void keysAreCountedWhereTheyAre() {
        String tag = "{count}";
        int slot = HashSlot.of("count".getBytes(UTF_8));
        for (int i = 0; i < 7; i++) {
            node.call("SET", tag + i, "x", "EX", "1000");
        }
        assertThat(node.call(Slots.countKeys(slot))).isEqualTo(7);
        assertThat(node.call(Slots.keys(slot, 5))).hasSize(5);
        assertThat(node.call(Slots.keys(slot, 100)).stream().map(key -> new String(key, UTF_8)))
                .contains("{count}3");
        assertThat(node.call(Server.dbSize())).isGreaterThanOrEqualTo(7);
        ServerInfo info = node.call(Server.info());
        assertThat(info.keys()).isEqualTo(node.call(Server.dbSize()));
        assertThat(info.databases())
                .hasEntrySatisfying(
                        0, database -> assertThat(database.expiring()).isGreaterThanOrEqualTo(7));
        if (capabilities().slotStatistics()) {
            Map<Integer, Slots.SlotStatistics> statistics = node.call(Slots.statistics(new SlotRange(slot - 1, slot)));
            assertThat(statistics).hasSize(2);
            assertThat(statistics)
                    .hasEntrySatisfying(slot, each -> assertThat(each.keys()).isEqualTo(7));
        }
    }

    @Test
    void severalSettingsAreChangedTogetherOrNotAtAll() {
        Map<String, String> before = node.call(Server.configGet("hz", "maxmemory-samples"));
        assertThat(before).containsOnlyKeys("hz", "maxmemory-samples");
        Map<String, String> settings = new LinkedHashMap<>();
        settings.put("hz", "20");
        settings.put("maxmemory-samples", "6");
        node.call(Server.configSet(settings));
        assertThat(node.call(Server.configGet("hz", "maxmemory-samples"))).isEqualTo(settings);

        assertThatThrownBy(() -> node.call(Server.configSet(Map.of("hz", "30", "maxmemory-samples", "none"))))
                .isInstanceOf(CommandRefused.class)
                .hasMessageContaining(node.address().toString());
        assertThat(node.call(Server.configGet("hz", "maxmemory-samples"))).isEqualTo(settings);
        node.call(Server.configSet(before));
    }

    @Test
    void usersAreMadeChangedAndRemoved() {
        node.call(Acl.setUser("app", List.of("reset", "on", ">one", ">two", "~cart:*", "+@read")));
        AclUser app = node.call(Acl.getUser("app")).orElseThrow();
        assertThat(app.isOn()).isTrue();
        assertThat(app.passwordHashes()).hasSize(2);
        assertThat(app.keys()).isEqualTo("~cart:*");
        assertThat(app.commands()).contains("+@read");
        assertThat(node.call(Acl.whoAmI())).isEqualTo("default");

        assertThatThrownBy(() -> node.call(Acl.setUser("app", List.of(">secret", "+@nonsense"))))
                .isInstanceOf(CommandRefused.class)
                .hasMessageContaining("+@nonsense")
                .hasMessageNotContaining("secret");
        assertThat(node.call(Acl.deleteUsers(List.of("app")))).isEqualTo(1);
        assertThat(node.call(Acl.getUser("app"))).isEmpty();
        // No ACL file is configured.
        assertThat(node.ask(Acl.load()).refusal().map(Refusal::code)).contains(Refusal.Code.ERR);
    }

    @Test
    void functionsTravelInOnePiece() {
        String engineName = "#!lua name=seven\nredis.register_function('seven', function() return 7 end)";
        node.call("FUNCTION", "LOAD", "REPLACE", engineName);
        byte[] dump = node.call(Functions.dump());
        node.call("FUNCTION", "FLUSH");
        node.call(Functions.restoreReplacing(dump));
        node.call(Functions.restoreReplacing(dump));
        assertThat(node.call("FCALL", "seven", "0").asNumber()).isEqualTo(7);
    }

    @Test
    void slotsAreGivenAndTakenInRanges() throws IOException {
        SlotSet some = SlotSet.parse("10-20,30");
        node.call(Cluster.deleteSlots(some));
        assertThat(cluster.member(0).self().slots()).isEqualTo(SlotSet.all().minus(some));
        assertThat(node.call(Cluster.info()).slotsAssigned()).isEqualTo(16384 - 12);
        node.call(Cluster.addSlots(some));
        assertThat(node.ask(Cluster.addSlots(some)).refusal().orElseThrow().text())
                .contains("already busy");
        assertThat(node.call(Cluster.bumpEpoch())).matches("(BUMPED|STILL) \\d+");

        List<ClusterShard> shards = node.call(Cluster.shards());
        assertThat(shards).hasSize(1);
        assertThat(shards.getFirst().slots()).isEqualTo(SlotSet.all());
        assertThat(shards.getFirst().members().getFirst().id())
                .isEqualTo(cluster.member(0).id());
        assertThat(shards.getFirst().members().getFirst().health()).isEqualTo("online");

        node.call(Cluster.saveConfig());
        String file = Files.readString(cluster.member(0).process().directory().resolve("nodes.conf"));
        ClusterNode onDisk = ClusterNodesText.parse(file).getFirst();
        assertThat(onDisk.id()).isEqualTo(cluster.member(0).id());
        assertThat(onDisk.slots()).isEqualTo(SlotSet.all());
    }

    @Test
    void manyCommandsTravelInOneRoundTripAndOneRefusalHidesNoOther() {
        List<Outcome<Reply>> outcomes = node.askAll(List.of(
                Command.raw("SET", "a", "1"), Command.raw("NONSENSE"), Command.raw("INCR", "a"), Command.raw("GET")));
        assertThat(outcomes.get(0).orThrow().asOk()).isEqualTo(Done.OK);
        assertThat(outcomes.get(1).refusal().orElseThrow().text()).contains("unknown command");
        assertThat(outcomes.get(2).orThrow().asNumber()).isEqualTo(2);
        assertThat(outcomes.get(3).refusal()).isPresent();
    }

    @Test
    void aSaveInTheBackgroundIsSeenInThePersistence() {
        long before = node.call(Server.info()).persistence().lastSave().getEpochSecond();
        assertThat(node.call(Server.backgroundSave())).contains("ackground saving");
        Eventually.eventually("the save is over", SmallCluster.PATIENCE, () -> {
            Persistence persistence = node.call(Server.info()).persistence();
            return !persistence.saving()
                    && persistence.lastSaveWorked()
                    && persistence.lastSave().getEpochSecond() >= before
                    && Files.exists(cluster.member(0).process().directory().resolve("dump.rdb"));
        });
    }

    @Test
    void whatTheTableOfCapabilitiesSaysIsTrue() {
        Capabilities can = capabilities();
        assertThat(node.ask(SlotExport.jobs()).answer().isPresent())
                .isEqualTo(can.slotMoving() == SlotMoving.BY_SOURCE);
        assertThat(node.ask(SlotImport.tasks()).answer().isPresent())
                .isEqualTo(can.slotMoving() == SlotMoving.BY_DESTINATION);
        assertThat(node.ask(Slots.statistics(SlotRange.of(7))).answer().isPresent())
                .isEqualTo(can.slotStatistics());
        assertThat(knowsSetting("cluster-databases")).isEqualTo(can.numberedDatabases());
        assertThat(knowsSetting("cluster-manual-failover-timeout")).isEqualTo(can.manualFailoverTimeout());
        assertThat(knowsSetting("tls-auto-reload-interval")).isEqualTo(can.reloadsCertificates());
        String old = node.call(Server.configGet("shutdown-on-sigterm")).getOrDefault("shutdown-on-sigterm", "");
        assertThat(node.ask(Server.configSet(Map.of("shutdown-on-sigterm", "failover")))
                        .answer()
                        .isPresent())
                .isEqualTo(can.shutdownFailover());
        node.call(Server.configSet(Map.of("shutdown-on-sigterm", old)));
        assertThat(node.ask(Server.select(0)).answer()).isPresent();
        assertThat(node.ask(Server.select(1)).answer()).isEmpty();
        node.call(Server.clientName("contract"));
    }

    private boolean knowsSetting(String name) {
        return node.call(Server.configGet(name)).containsKey(name);
    }

    private Capabilities capabilities() {
        return Capabilities.of(node.call(Server.info()).version());
    }
}
