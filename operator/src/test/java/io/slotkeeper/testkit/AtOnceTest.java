package io.slotkeeper.testkit;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A fault that was not done must not look like one that was survived. */
@Tag("unit")
class AtOnceTest {
    @Test
    void whatOneOfThemThrowsReachesTheTest() {
        assertThatThrownBy(() -> AtOnce.run(List.of(() -> {}, () -> {
                    throw new AssertionError("no engine running");
                })))
                .hasRootCauseMessage("no engine running");
    }
}
