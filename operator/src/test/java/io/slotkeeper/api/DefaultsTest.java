package io.slotkeeper.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.client.utils.Serialization;
import java.time.Duration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What holds when nothing is said, and what follows from what is said. */
@Tag("unit")
class DefaultsTest {
    @Test
    void nothingAtAllIsAClusterOfRedisWithOneReplicaPerShardAndNoVolumes() {
        RedisClusterSpec spec = spec("{}");
        assertThat(spec.engineFamily()).isEqualTo(Engine.Redis);
        assertThat(spec.engineVersion()).isEqualTo("8.6");
        assertThat(spec.ownImage()).isEmpty();
        assertThat(spec.shardCount()).isEqualTo(3);
        assertThat(spec.replicaCount()).isEqualTo(1);
        assertThat(spec.maxmemoryBytes()).isEmpty();
        assertThat(spec.evictionPolicy().setting()).isEqualTo("noeviction");
        assertThat(spec.volume()).isEmpty();
        assertThat(spec.persistenceMode()).isEqualTo(Persistence.Mode.OnShutdown);
        assertThat(spec.snapshotPoints()).isEmpty();
        assertThat(spec.ownPasswordSecret()).isEmpty();
        assertThat(spec.nodeTimeout()).isEqualTo(Duration.ofSeconds(5));
        assertThat(spec.fullCoverage()).isFalse();
        assertThat(spec.prefersDisk()).isFalse();
        assertThat(spec.forceDeleteAfter()).isEmpty();
        assertThat(spec.replaceClaimsAfter()).isEmpty();
        assertThat(spec.replicasToWrite()).isZero();
        assertThat(spec.nodeSpread()).isEqualTo(Placement.Spread.Preferred);
        assertThat(spec.zoneSpread()).isEqualTo(Placement.Spread.Preferred);
        assertThat(spec.holdsStill()).isFalse();
    }

    @Test
    void valkeyHasADefaultVersionOfItsOwn() {
        assertThat(spec("{engine: Valkey}").engineVersion()).isEqualTo("9.1");
    }

    @Test
    void withAVolumeEveryWriteIsKeptAndTheVolumeIsToo() {
        RedisClusterSpec spec = spec("{storage: {size: 10Gi}}");
        assertThat(spec.persistenceMode()).isEqualTo(Persistence.Mode.AppendOnly);
        assertThat(spec.appendFsync().setting()).isEqualTo("everysec");
        assertThat(spec.snapshotPoints()).containsExactly("3600 1", "300 100", "60 10000");
        assertThat(spec.volume().orElseThrow().fate()).isEqualTo(WhenDeleted.Retain);
    }

    @Test
    void anEmptyListOfSavePointsTakesNoSnapshots() {
        assertThat(spec("{persistence: {mode: AppendOnly, savePoints: []}}").snapshotPoints())
                .isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "memory: {maxmemory: 1500Mi} | 1572864000",
                "resources: {limits: {memory: 100Mi}} | 83886080",
                "resources: {limits: {memory: 100Mi}}, memory: {policy: allkeys-lru} | 83886080",
                "resources: {limits: {memory: 100Mi}}, memory: {maxmemory: 50%} | 52428800",
                "resources: {limits: {memory: 1G}}, memory: {maxmemory: 100%} | 1000000000",
                "resources: {limits: {memory: 2Gi}}, memory: {maxmemory: 1Gi} | 1073741824"
            })
    void maxmemoryIsAShareOfTheLimitOrAnAmount(String fields, long bytes) {
        assertThat(spec("{" + fields + "}").maxmemoryBytes()).hasValue(bytes);
    }

    @Test
    void thePasswordLiesUnderTheKeyPasswordUnlessAnotherIsNamed() {
        assertThat(spec("{auth: {passwordSecret: {name: mine}}}").ownPasswordSecret())
                .hasValueSatisfying(secret -> assertThat(secret.keyInUse()).isEqualTo("password"));
        assertThat(spec("{auth: {passwordSecret: {name: mine, key: app}}}").ownPasswordSecret())
                .hasValueSatisfying(secret -> assertThat(secret.keyInUse()).isEqualTo("app"));
    }

    @Test
    void whatNobodyWroteIsNotWrittenEither() {
        assertThat(Serialization.asJson(spec("{storage: {size: 1Gi}}"))).isEqualTo("{\"storage\":{\"size\":\"1Gi\"}}");
    }

    @Test
    void fieldsOfANewerVersionDoNoHarm() {
        assertThat(spec("{tls: {mode: Required}, memory: {swap: 1}}").shardCount())
                .isEqualTo(3);
    }

    @Test
    void kubernetesOlderThanTheRulesOfTheSchemaDoesNotSuffice() {
        assertThat(KubernetesVersion.of("1", "28").suffices()).isFalse();
        assertThat(KubernetesVersion.of("1", "29+").suffices()).isTrue();
        assertThat(KubernetesVersion.of("2", "0").suffices()).isTrue();
    }

    private static RedisClusterSpec spec(String yaml) {
        return Serialization.unmarshal("---\n" + yaml, RedisClusterSpec.class);
    }
}
