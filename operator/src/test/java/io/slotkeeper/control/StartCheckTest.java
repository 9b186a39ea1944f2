package io.slotkeeper.control;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.slotkeeper.api.KubernetesVersion;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The operator runs where its rules hold, and nowhere else. */
@Tag("unit")
class StartCheckTest {
    @Test
    void aKubernetesThatIsTooOldIsRefusedWithWhatIsNeeded() {
        assertThatThrownBy(() -> StartCheck.require(new KubernetesVersion(1, 28)))
                .hasMessage(
                        "this is Kubernetes 1.28, and Slotkeeper needs 1.29 or newer: an older one would let through "
                                + "changes that lose data");
    }

    @Test
    void theOldestThatSufficesAndNewerOnesDo() {
        assertThatCode(() -> StartCheck.require(KubernetesVersion.of("1", "29+")))
                .doesNotThrowAnyException();
        assertThatCode(() -> StartCheck.require(KubernetesVersion.of("1", "34")))
                .doesNotThrowAnyException();
    }
}
