package io.slotkeeper.engine;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.slotkeeper.topology.Address;
import io.slotkeeper.topology.NodeId;
import io.slotkeeper.topology.SlotSet;
import java.io.ByteArrayOutputStream;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("unit")
class CommandTest {
    private static final NodeId A = new NodeId("a".repeat(40));
    private static final NodeId B = new NodeId("b".repeat(40));

    @Test
    void onTheWireACommandIsAListOfStrings() {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        Command.raw("ECHO", "grün").writeTo(out);
        assertThat(out.toString(UTF_8)).isEqualTo("*2\r\n$4\r\nECHO\r\n$5\r\ngrün\r\n");
        assertThatThrownBy(Command::raw).hasMessageContaining("at least one word");
    }

    @Test
    void slotsAreSentAsBounds() {
        assertThat(words(Cluster.addSlots(SlotSet.parse("0-5,9")))).isEqualTo("CLUSTER ADDSLOTSRANGE 0 5 9 9");
        Map<NodeId, SlotSet> moves = new LinkedHashMap<>();
        moves.put(A, SlotSet.parse("0-5,9"));
        moves.put(B, SlotSet.parse("7"));
        assertThat(words(SlotExport.start(moves)))
                .isEqualTo("CLUSTER MIGRATESLOTS SLOTSRANGE 0 5 9 9 NODE " + A + " SLOTSRANGE 7 7 NODE " + B);
        assertThat(words(SlotImport.start(SlotSet.parse("0-5,9")))).isEqualTo("CLUSTER MIGRATION IMPORT 0 5 9 9");
    }

    @Test
    void aMoveOfKeysCarriesThePasswordButNoMessageDoes() {
        Command<Boolean> command = Slots.migrate(
                new Address("10.0.0.2", 6379),
                0,
                List.of("k1".getBytes(UTF_8), "k2".getBytes(UTF_8)),
                Duration.ofSeconds(5),
                true,
                Optional.of(new Access.User("replication", "hunter2")));
        assertThat(words(command))
                .isEqualTo("MIGRATE 10.0.0.2 6379  0 5000 REPLACE AUTH2 replication hunter2 KEYS k1 k2");
        assertThat(command.secrets()).containsExactly("hunter2");
        assertThat(command).hasToString("MIGRATE of 2 keys to 10.0.0.2:6379");
    }

    @Test
    void secretsOfUsersAndSettingsAreKnownAsSuch() {
        assertThat(Acl.setUser("app", List.of("reset", "on", ">new", "<old", "~*"))
                        .secrets())
                .containsExactly("new", "old");
        Command<Done> set = Server.configSet(Map.of("masterauth", "hunter2"));
        assertThat(set.secrets()).containsExactly("hunter2");
        assertThat(set).hasToString("CONFIG SET masterauth");
    }

    private static String words(Command<?> command) {
        return command.words().stream().map(word -> new String(word, UTF_8)).collect(Collectors.joining(" "));
    }
}
