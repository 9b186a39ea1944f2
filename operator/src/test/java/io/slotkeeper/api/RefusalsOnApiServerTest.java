package io.slotkeeper.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is wrong is refused when it is applied, at the field where it is wrong, with a sentence that says what to write. */
@Tag("kube")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class RefusalsOnApiServerTest {
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
                "shards: 0 | spec.shards | should be greater than or equal to 1",
                "shards: 501 | spec.shards | should be less than or equal to 500",
                "replicasPerShard: -1 | spec.replicasPerShard | should be greater than or equal to 0",
                "replicasPerShard: 10 | spec.replicasPerShard | should be less than or equal to 9",
                "engine: KeyDB | spec.engine | supported values: \"Redis\", \"Valkey\"",
                "version: '6.2' | spec.version | write 7.0, 8.0, 8.2, 8.4 or 8.6",
                "version: '9.1' | spec.version | or engine: Valkey beside it",
                "engine: Valkey, version: '8.6' | spec.version | write 8.1, 9.0 or 9.1",
                "image: my/node, version: '8.6' | spec.version | write version or image, not both",
                "image: 'slotkeeper/node:valkey-9.1' | spec.engine | write engine: Valkey beside it",
                "engine: Valkey, image: 'slotkeeper/node:redis-8.6' | spec.engine | write engine: Redis beside it, or leave engine out",
                "image: 'my node' | spec.image | write an image such as",
                "memory: {maxmemory: 101%}, resources: {limits: {memory: 1Gi}} | spec.memory.maxmemory | from 1% to 100%, such as 80%",
                "memory: {maxmemory: 0%}, resources: {limits: {memory: 1Gi}} | spec.memory.maxmemory | from 1% to 100%, such as 80%",
                "memory: {maxmemory: 80%} | spec.memory.maxmemory | write resources.limits.memory beside it, or an amount such as 1500Mi",
                "memory: {maxmemory: 2Gi}, resources: {limits: {memory: 1Gi}} | spec.memory.maxmemory | write a share such as 80%, or an amount below the limit",
                "memory: {maxmemory: much} | spec.memory.maxmemory | or an amount of at least 1Mi such as 1500Mi",
                "memory: {maxmemory: 500m} | spec.memory.maxmemory | or an amount of at least 1Mi such as 1500Mi",
                "memory: {policy: lru} | spec.memory.policy | supported values: \"allkeys-lfu\"",
                "resources: {limits: {memory: 32Mi}} | spec.resources.limits | write at least 64Mi",
                "resources: {limits: {memory: 100}} | spec.resources.limits | write at least 64Mi",
                "resources: {limits: {mem: 1Gi}} | spec.resources.limits | write cpu, memory or ephemeral-storage",
                "resources: {requests: {disk: 1Gi}} | spec.resources.requests | write cpu, memory or ephemeral-storage",
                "'resources: {requests: {cpu: 2}, limits: {cpu: 500m}}' | spec.resources.requests | write one that is at most the limit",
                "storage: {size: big} | spec.storage.size | write an amount of at least 64Mi, such as 10Gi",
                "storage: {size: 1Mi} | spec.storage.size | write an amount of at least 64Mi, such as 10Gi",
                "storage: {className: fast} | spec.storage.size | Required value",
                "storage: {size: 1Gi, className: Fast} | spec.storage.className | write the name of a StorageClass",
                "storage: {size: 1Gi, whenDeleted: Keep} | spec.storage.whenDeleted | supported values: \"Delete\", \"Retain\"",
                "persistence: {mode: RDB} | spec.persistence.mode | supported values: \"AppendOnly\", \"OnShutdown\", \"Snapshots\"",
                "persistence: {mode: OnShutdown, savePoints: ['900 1']} | spec.persistence.savePoints | write mode: AppendOnly or mode: Snapshots beside them",
                "persistence: {mode: Snapshots, fsync: Always} | spec.persistence.fsync | write mode: AppendOnly beside it, or leave fsync out",
                "persistence: {mode: Snapshots, savePoints: []} | spec.persistence.savePoints | write one such as \"900 1\"",
                "persistence: {mode: Snapshots, savePoints: ['15 minutes']} | spec.persistence.savePoints | write each save point as \"<seconds> <changes>\"",
                "auth: {passwordSecret: {key: app}} | spec.auth.passwordSecret.name | Required value",
                "auth: {passwordSecret: {name: My_Secret}} | spec.auth.passwordSecret.name | write the name of a Secret",
                "auth: {passwordSecret: {name: mine, key: 'a b'}} | spec.auth.passwordSecret.key | write a key of the Secret, such as password",
                "failover: {nodeTimeoutMillis: 999} | spec.failover.nodeTimeoutMillis | should be greater than or equal to 1000",
                "failover: {nodeTimeoutMillis: 60001} | spec.failover.nodeTimeoutMillis | should be less than or equal to 60000",
                "failover: {prefer: Speed} | spec.failover.prefer | supported values: \"Availability\", \"Durability\"",
                "failover: {prefer: Durability} | spec.failover.prefer | write storage, with persistence.mode AppendOnly if any",
                "'storage: {size: 1Gi}, persistence: {mode: Snapshots}, failover: {prefer: Durability}' | spec.failover.prefer | write storage, with persistence.mode AppendOnly if any",
                "failover: {lostShard: Forget} | spec.failover.lostShard | supported values: \"StartEmpty\", \"Wait\"",
                "recovery: {acceptDataLoss: [3]} | spec.recovery.acceptDataLoss | there is no such shard: shards are counted from 0",
                "recovery: {acceptDataLoss: [-1]} | spec.recovery.acceptDataLoss | there is no such shard",
                "durability: {minReplicasToWrite: -1} | spec.durability.minReplicasToWrite | should be greater than or equal to 0",
                "durability: {minReplicasToWrite: 2} | spec.durability.minReplicasToWrite | write at most as many as replicasPerShard",
                "'replicasPerShard: 0, durability: {minReplicasToWrite: 1}' | spec.durability.minReplicasToWrite | write at most as many as replicasPerShard",
                "nodeFailure: {forceDeleteAfter: 5s} | spec.nodeFailure.forceDeleteAfter | write a time from 30s to 24h, such as 5m",
                "nodeFailure: {forceDeleteAfter: 25h} | spec.nodeFailure.forceDeleteAfter | write a time from 30s to 24h, such as 5m",
                "nodeFailure: {forceDeleteAfter: soon} | spec.nodeFailure.forceDeleteAfter | write a time from 30s to 24h, such as 5m",
                "nodeFailure: {replaceClaimsAfter: 10s} | spec.nodeFailure.replaceClaimsAfter | write a time from 30s to 24h, such as 5m",
                "placement: {nodes: Never} | spec.placement.nodes | supported values: \"Preferred\", \"Required\"",
                "placement: {tolerations: [{effect: Sometimes}]} | spec.placement.tolerations[0].effect | supported values: \"NoSchedule\"",
                "pod: {labels: {slotkeeper.io/role: primary}} | spec.pod.labels | are not yours to set: write others",
                "pod: {labels: {app.kubernetes.io/name: shop}} | spec.pod.labels | are not yours to set: write others",
                "pod: {labels: {team: 'a b'}} | spec.pod.labels | write labels whose values are",
                "pod: {annotations: {slotkeeper.io/x: y}} | spec.pod.annotations | are the operator's: write others",
                "pod: {priorityClassName: High} | spec.pod.priorityClassName | write the name of a PriorityClass",
                "pod: {imagePullSecrets: [A]} | spec.pod.imagePullSecrets | write names of Secrets, such as registry-login"
            })
    void aWrongValueIsRefused(String fields, String field, String sentence) {
        ApiServer.assertRefused(() -> api.tried(api.cluster(fields)), field, sentence);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "aaaaaaaaaabbbbbbbbbbccccccccccddddddddddeeeeeeeee | write one of at most 48 characters",
                "shop.cart | write one of lower-case letters, digits and '-' that begins with a letter",
                "2nd-cart | write one of lower-case letters, digits and '-' that begins with a letter"
            })
    void aNameThatOthersCannotBeDerivedFromIsRefused(String name, String sentence) {
        ApiServer.assertRefused(() -> api.tried(ApiServer.named(name, "spec: {}")), "<nil>", sentence);
    }

    @Test
    void theLongestNameIsAccepted() {
        assertThatCode(() -> api.tried(ApiServer.named("a".repeat(48), "spec: {}")))
                .doesNotThrowAnyException();
    }

    @Test
    void aClusterWithoutASpecificationIsRefused() {
        ApiServer.assertRefused(() -> api.tried(ApiServer.named("cart", "")), "spec", "Required value");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "shards: 500, replicasPerShard: 9",
                "engine: Valkey, version: '8.1'",
                "engine: Valkey, image: 'registry.example.com:5000/slotkeeper/node:valkey-9.1@sha256:abc'",
                "resources: {requests: {cpu: 100m, memory: 1Gi}, limits: {cpu: 1, memory: 1Gi}}",
                "resources: {limits: {memory: 1073741824}}, memory: {maxmemory: 1Gi, policy: volatile-ttl}",
                "resources: {limits: {memory: 1Gi}}, memory: {maxmemory: 100%}",
                "storage: {size: 10Gi, className: fast.disks, whenDeleted: Delete}",
                "persistence: {mode: AppendOnly, fsync: Always, savePoints: []}",
                "persistence: {mode: Snapshots, savePoints: ['900 1', '60 10000']}",
                "persistence: {mode: OnShutdown}",
                "auth: {passwordSecret: {name: mine, key: app.password}}",
                "failover: {nodeTimeoutMillis: 1000, requireFullCoverage: true}",
                "replicasPerShard: 2, durability: {minReplicasToWrite: 2}",
                "placement: {nodes: Required, zones: Required, nodeSelector: {disk: nvme}, tolerations: [{key: a, operator: Exists}]}",
                "pod: {labels: {team: checkout, x: ''}, annotations: {a/b: c d}, priorityClassName: high, imagePullSecrets: [login]}"
            })
    void whatIsRightIsAccepted(String fields) {
        assertThat(api.tried(api.cluster(fields)).getAdditionalProperties()).containsKey("spec");
    }

    @Test
    void everyVersionThatTheOperatorKnowsIsAccepted() {
        for (Engine engine : Engine.values()) {
            for (String version : engine.versions()) {
                GenericKubernetesResource cluster = api.cluster("engine: " + engine + ", version: '" + version + "'");
                assertThatCode(() -> api.tried(cluster)).doesNotThrowAnyException();
            }
        }
    }
}
