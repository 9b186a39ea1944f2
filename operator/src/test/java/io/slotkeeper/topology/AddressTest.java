package io.slotkeeper.topology;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("unit")
class AddressTest {
    @Test
    void theLastColonSeparatesThePort() {
        assertThat(Address.parse("10.0.0.1:6379")).isEqualTo(new Address("10.0.0.1", 6379));
        assertThat(Address.parse("fd00::7:6379")).isEqualTo(new Address("fd00::7", 6379));
        assertThat(Address.parse("[fd00::7]:6379")).isEqualTo(new Address("fd00::7", 6379));
        assertThat(new Address("fd00::7", 6379)).hasToString("[fd00::7]:6379");
    }

    @Test
    void whatIsNoAddressIsRefused() {
        assertThatThrownBy(() -> Address.parse(":6379")).hasMessageContaining("is not host:port");
        assertThatThrownBy(() -> Address.parse("10.0.0.1")).hasMessageContaining("is not host:port");
        assertThatThrownBy(() -> Address.parse("10.0.0.1:66666")).hasMessageContaining("66666");
    }

    @Test
    void aNodeIdHasFortyHexadecimalDigits() {
        NodeId id = new NodeId("e995d618d75566006f75361e28fb9ec9af764969");
        assertThat(id.shortened()).isEqualTo("e995d618");
        assertThatThrownBy(() -> new NodeId("e995d618")).hasMessageContaining("40 hexadecimal digits");
        assertThatThrownBy(() -> new NodeId("E995D618D75566006F75361E28FB9EC9AF764969"))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
