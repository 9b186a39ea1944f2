package io.slotkeeper.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What this version cannot change on a cluster that exists is refused when the change is applied, before anything happens. */
@Tag("kube")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ChangesOnApiServerTest {
    private static final String FORMED = "{formedAt: \"2026-01-01T00:00:00Z\"}";

    private ApiServer api;

    @BeforeAll
    void connect() {
        api = new ApiServer();
    }

    @AfterAll
    void cleanUp() {
        api.close();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "shards: 3 | shards: 4 | spec.shards | cannot change the shards of a cluster: write the number that was there",
                "shards: 4 | shards: 3 | spec.shards | cannot change the shards of a cluster: write the number that was there",
                "shards: 4 | '' | spec.shards | cannot change the shards of a cluster: write the number that was there",
                "replicasPerShard: 2 | replicasPerShard: 1 | spec.replicasPerShard | cannot take replicas away: write at least the number that was there",
                "'' | engine: Valkey | spec.engine | a cluster cannot change its engine: write Redis, or create another",
                "engine: Valkey | '' | spec.engine | a cluster cannot change its engine: write Valkey, or create another",
                "storage: {size: 2Gi} | storage: {size: 1Gi} | spec.storage.size | a volume cannot shrink: write 2Gi",
                "storage: {size: 2Gi} | storage: {size: 3Gi} | spec.storage.size | this version cannot grow volumes: write 2Gi",
                "storage: {size: 2Gi} | storage: {size: 2Gi, className: fast} | spec.storage.className | cannot change: leave className out",
                "storage: {size: 2Gi, className: slow} | storage: {size: 2Gi, className: fast} | spec.storage.className | cannot change: write slow",
                "'' | storage: {size: 1Gi} | spec.storage | a cluster without volumes cannot get them later: leave storage out",
                "storage: {size: 1Gi} | '' | spec.storage | the volumes of a cluster cannot be removed: write the storage that was there",
                "'' | auth: {passwordSecret: {name: mine}} | spec.auth | or leave it out if there was none",
                "auth: {passwordSecret: {name: mine}} | '' | spec.auth | write the passwordSecret that was there",
                "auth: {passwordSecret: {name: mine}} | auth: {passwordSecret: {name: other}} | spec.auth.passwordSecret.name | write mine",
                "auth: {passwordSecret: {name: mine}} | auth: {passwordSecret: {name: mine, key: a}} | spec.auth.passwordSecret.key | write password"
            })
    void someThingsNeverChange(String before, String after, String field, String sentence) {
        GenericKubernetesResource cluster = api.created(before);
        ApiServer.assertRefused(() -> api.triedInstead(ApiServer.with(cluster, after)), field, sentence);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "version: '8.4' | version: '8.6' | spec.version | cannot change the version of a formed cluster: write \"8.4\"",
                "'' | version: '8.4' | spec.version | cannot change the version of a formed cluster: leave version out",
                "image: a | image: b | spec.image | cannot change the image of a formed cluster: write a",
                "'' | image: b | spec.image | cannot change the image of a formed cluster: leave image out",
                "'' | resources: {limits: {memory: 1Gi}} | spec.resources | cannot change the resources of a formed cluster: write those that were there",
                "memory: {maxmemory: 1Gi} | memory: {maxmemory: 2Gi} | spec.memory | cannot change the memory of a formed cluster: write what was there",
                "persistence: {mode: OnShutdown} | persistence: {mode: AppendOnly} | spec.persistence | cannot change the persistence of a formed cluster: write what was there",
                "placement: {nodes: Required} | '' | spec.placement | cannot change the placement of a formed cluster: write what was there",
                "pod: {labels: {a: b}} | pod: {labels: {a: c}} | spec.pod | cannot change what the pods of a formed cluster carry: write what was there"
            })
    void whatNeedsNewPodsChangesUntilTheClusterIsFormed(String before, String after, String field, String sentence) {
        GenericKubernetesResource cluster = api.created(before);
        assertThat(api.triedInstead(ApiServer.with(cluster, after))).isNotNull();
        api.report(cluster, "tests", FORMED);
        ApiServer.assertRefused(() -> api.triedInstead(ApiServer.with(cluster, after)), field, sentence);
        assertThat(api.triedInstead(ApiServer.with(cluster, before))).isNotNull();
    }

    @ParameterizedTest
    @ValueSource(strings = {"{shardsServing: 2/3}", "{formedAt: \"2026-01-02T00:00:00Z\"}"})
    void whenTheClusterWasFormedIsWrittenOnce(String status) {
        GenericKubernetesResource cluster = api.created("");
        api.report(cluster, "tests", FORMED);
        ApiServer.assertRefused(
                () -> api.report(cluster, "tests", status),
                "status.formedAt",
                "a cluster that was formed stays formed: write the time that was there");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "replicasPerShard: 1 | replicasPerShard: 2",
                "'' | engine: Redis",
                "storage: {size: 1Gi} | storage: {size: 1024Mi}",
                "storage: {size: 1Gi} | storage: {size: 1Gi, whenDeleted: Delete}",
                "'auth: {passwordSecret: {name: mine}}' | 'auth: {passwordSecret: {name: mine, key: password}}'",
                "'' | failover: {nodeTimeoutMillis: 2000, requireFullCoverage: true}",
                "'' | durability: {minReplicasToWrite: 1}",
                "'' | nodeFailure: {forceDeleteAfter: 1h30m, replaceClaimsAfter: 15m}",
                "storage: {size: 1Gi} | 'storage: {size: 1Gi}, failover: {prefer: Durability}'",
                "'' | failover: {lostShard: StartEmpty}",
                "'' | recovery: {acceptDataLoss: [0, 2]}"
            })
    void theRestMayChangeOnAFormedCluster(String before, String after) {
        GenericKubernetesResource cluster = api.created(before);
        api.report(cluster, "tests", FORMED);
        assertThat(api.triedInstead(ApiServer.with(cluster, after))).isNotNull();
    }
}
