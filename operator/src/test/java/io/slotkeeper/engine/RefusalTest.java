package io.slotkeeper.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.slotkeeper.engine.Refusal.Code;
import io.slotkeeper.engine.Refusal.Redirect;
import io.slotkeeper.topology.Address;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Tag("unit")
class RefusalTest {
    @Test
    void aRedirectHasASlotAndAnAddress() {
        assertThat(Refusal.parse("MOVED 3999 127.0.0.1:6381").redirect())
                .contains(new Redirect(3999, Optional.of(new Address("127.0.0.1", 6381))));
        assertThat(Refusal.parse("ASK 7 fd00::7:6379").redirect())
                .contains(new Redirect(7, Optional.of(new Address("fd00::7", 6379))));
        assertThat(Refusal.parse("MOVED 3999 :6381").redirect()).contains(new Redirect(3999, Optional.empty()));
    }

    @ParameterizedTest
    @CsvSource({
        "LOADING Redis is loading the dataset in memory, LOADING",
        "NOAUTH Authentication required., NOAUTH",
        "NOREPLICAS Not enough good replicas to write., NOREPLICAS",
        "ERR unknown command, ERR",
        "SPARKLING something new, OTHER",
        "OTHER is no word of any engine, OTHER",
        "MOVED nonsense, MOVED",
    })
    void theFirstWordIsTheCode(String line, Code code) {
        Refusal refusal = Refusal.parse(line);
        assertThat(refusal.code()).isEqualTo(code);
        assertThat(refusal.line()).isEqualTo(line);
        assertThat(refusal.redirect()).isEmpty();
    }

    @Test
    void aSecretThatTheEngineRepeatsIsHidden() {
        Refusal refusal = Refusal.parse("ERR Error in ACL SETUSER modifier '>hunter2': Syntax error");
        assertThat(refusal.hiding(List.of("", "hunter2")).line())
                .isEqualTo("ERR Error in ACL SETUSER modifier '>***': Syntax error");
    }
}
