package io.slotkeeper.control;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What the environment of the operator says. */
@Tag("unit")
class SettingsTest {
    @Test
    void whatIsSetIsUsed() {
        assertThat(Settings.of(Map.of(
                        "SLOTKEEPER_NODE_IMAGE", "registry.example.com/node",
                        "SLOTKEEPER_LEADER_ELECTION", "false",
                        "SLOTKEEPER_NAMESPACE", "operators",
                        "SLOTKEEPER_POD", "slotkeeper-5d8")))
                .isEqualTo(new Settings("registry.example.com/node", false, "operators", "slotkeeper-5d8"));
    }

    @Test
    void whatIsNotSetOrEmptyIsSensible() {
        Settings settings = Settings.of(Map.of("SLOTKEEPER_NODE_IMAGE", " ", "SLOTKEEPER_LEADER_ELECTION", ""));
        assertThat(settings.nodeImage()).isEqualTo("slotkeeper/node");
        assertThat(settings.elected()).isTrue();
        assertThat(settings.namespace()).isEqualTo("slotkeeper-system");
    }

    @Test
    void operatorsThatWereNotNamedAreNotTakenForEachOther() {
        assertThat(Settings.of(Map.of()).identity())
                .isNotBlank()
                .isNotEqualTo(Settings.of(Map.of()).identity());
    }
}
