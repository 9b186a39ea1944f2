package io.slotkeeper.engine;

import static io.slotkeeper.engine.EngineVersion.Family.REDIS;
import static io.slotkeeper.engine.EngineVersion.Family.VALKEY;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.slotkeeper.engine.Capabilities.SlotMoving;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Tag("unit")
class CapabilitiesTest {
    @ParameterizedTest
    @CsvSource({
        "REDIS, 7.0.15, KEY_BY_KEY",
        "REDIS, 8.2.9, KEY_BY_KEY",
        "REDIS, 8.4.0, BY_DESTINATION",
        "REDIS, 8.10.1, BY_DESTINATION",
        "VALKEY, 8.1.9, KEY_BY_KEY",
        "VALKEY, 9.0.5, KEY_BY_KEY",
        "VALKEY, 9.1.1, KEY_BY_KEY",
        "VALKEY, 9.1.2, BY_SOURCE",
        "VALKEY, 10.0.0, BY_SOURCE",
    })
    void slotsMoveTheBestWayThatTheVersionCanBeTrustedWith(
            EngineVersion.Family family, String version, SlotMoving expected) {
        assertThat(Capabilities.of(EngineVersion.parse(family, version)).slotMoving())
                .isEqualTo(expected);
    }

    @Test
    void redisAndValkeyWentDifferentWays() {
        Capabilities redis = Capabilities.of(EngineVersion.parse(REDIS, "8.6.2"));
        Capabilities valkey = Capabilities.of(EngineVersion.parse(VALKEY, "8.1.1"));
        assertThat(redis.replicatedOpenSlots()).isFalse();
        assertThat(valkey.replicatedOpenSlots()).isTrue();
        assertThat(redis.replicaFollowsAddress()).isFalse();
        assertThat(valkey.replicaFollowsAddress()).isTrue();
        assertThat(valkey.numberedDatabases()).isFalse();
        assertThat(Capabilities.of(EngineVersion.parse(REDIS, "7.0.15")).forgetSpreads())
                .isFalse();
    }

    @Test
    void versionsAreComparedByNumberAndWithinTheirFamily() {
        EngineVersion version = EngineVersion.parse(REDIS, "8.10.1");
        assertThat(version.isAtLeast(REDIS, 8, 9, 9)).isTrue();
        assertThat(version.isAtLeast(REDIS, 8, 10, 2)).isFalse();
        assertThat(version.isAtLeast(VALKEY, 7, 0, 0)).isFalse();
        assertThat(EngineVersion.parse(VALKEY, "9.2.0-rc1")).isEqualTo(new EngineVersion(VALKEY, 9, 2, 0));
        assertThat(EngineVersion.parse(REDIS, "8.0")).hasToString("redis 8.0.0");
        assertThatThrownBy(() -> EngineVersion.parse(REDIS, "latest"))
                .hasMessageContaining("'latest' is not a version");
    }
}
