package io.slotkeeper.control;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("unit")
class SteadyClockTest {
    private static final Instant START = Instant.parse("2026-01-01T12:00:00Z");

    private long nanos = -5;

    @Test
    void itGoesOnByWhatPasses() {
        SteadyClock clock = new SteadyClock(START, () -> nanos);
        assertThat(clock.instant()).isEqualTo(START);
        nanos = 95;
        assertThat(clock.instant()).isEqualTo(START.plusNanos(100));
    }
}
