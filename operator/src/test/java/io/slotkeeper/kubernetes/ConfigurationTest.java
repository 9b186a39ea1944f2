package io.slotkeeper.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("unit")
class ConfigurationTest {
    @Test
    void nothingAskedForIsAnEngineWithoutBoundsThatSavesWhenItStops() {
        assertThat(settings("{}"))
                .filteredOn(setting -> !setting.contains("port"))
                .containsExactly(
                        "cluster-node-timeout 5000",
                        "cluster-require-full-coverage no",
                        "min-replicas-to-write 0",
                        "maxmemory 0",
                        "maxmemory-policy noeviction",
                        "appendonly no",
                        "appendfsync everysec");
    }

    @Test
    void aVolumeKeepsEveryWriteUnlessToldOtherwise() {
        assertThat(settings("storage: {size: 1Gi}"))
                .contains("appendonly yes", "appendfsync everysec", "save 3600 1", "save 300 100", "save 60 10000");
        assertThat(settings("""
                storage: {size: 1Gi}
                persistence: {mode: Snapshots, savePoints: ["900 1"]}
                """)).contains("appendonly no", "save 900 1").doesNotContain("save 3600 1");
    }

    @Test
    void theBoundOfTheDataIsAShareOfTheContainers() {
        assertThat(settings("""
                resources: {limits: {memory: 1Gi}}
                memory: {maxmemory: 50%, policy: allkeys-lfu}
                """)).contains("maxmemory 536870912", "maxmemory-policy allkeys-lfu");
    }

    @Test
    void whatCanChangeLiveIsAlsoThereForTheNextStart() {
        assertThat(settings("failover: {nodeTimeoutMillis: 2000, requireFullCoverage: true}"))
                .contains("cluster-node-timeout 2000", "cluster-require-full-coverage yes");
        assertThat(settings("durability: {minReplicasToWrite: 1}")).contains("min-replicas-to-write 1");
    }

    @Test
    void clustersOfOneNameInTwoNamespacesGossipAtPortsOfTheirOwn() {
        int ours = Ports.bus(new Names("team", "cart"));
        assertThat(settings("{}")).contains("cluster-port " + ours, "cluster-announce-bus-port " + ours);
        assertThat(ours).isBetween(20_000, 29_999).isNotEqualTo(Ports.bus(new Names("shop", "cart")));
    }

    @Test
    void theFenceIsToldWhoseCopyComesFirst() {
        assertThat(data("{}")).containsEntry(Configuration.FIRST_COPY, "replica");
        assertThat(data("{storage: {size: 1Gi}, failover: {prefer: Durability}}"))
                .containsEntry(Configuration.FIRST_COPY, "disk");
    }

    private static Map<String, String> data(String spec) {
        return Configuration.of(Examples.blueprint(Examples.drawn(spec))).getData();
    }

    private static List<String> settings(String spec) {
        return Configuration.settings(Examples.blueprint(Examples.drawn(spec)));
    }
}
