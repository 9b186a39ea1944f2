package io.slotkeeper.topology;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("unit")
class HashSlotTest {
    @Test
    void theReferenceKeyOfTheSpecificationIsInSlot12739() {
        assertThat(HashSlot.of("123456789".getBytes(UTF_8))).isEqualTo(0x31C3);
    }

    @Test
    void onlyTheFirstNonEmptyTagCounts() {
        int tagged = HashSlot.of("user1000".getBytes(UTF_8));
        assertThat(HashSlot.of("{user1000}.following".getBytes(UTF_8))).isEqualTo(tagged);
        assertThat(HashSlot.of("foo{user1000}{other}".getBytes(UTF_8))).isEqualTo(tagged);
        assertThat(HashSlot.of("foo{}{user1000}".getBytes(UTF_8))).isNotEqualTo(tagged);
    }
}
