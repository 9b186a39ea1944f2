package io.slotkeeper.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;

import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.slotkeeper.plan.Machine;
import io.slotkeeper.plan.Machine.Silence;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What is read of the machines that pods are on. */
@Tag("unit")
class MachinesTest {
    private static final Instant SINCE = Instant.parse("2026-01-01T12:00:00Z");
    private static final long START = 77;

    private final Machines machines = new Machines();

    @Test
    void oneThatIsCordonedIsAboutToBeEmptied() {
        assertThat(machines.of(machine("spec: {unschedulable: true}"), START).cordoned())
                .isTrue();
        assertThat(machines.of(machine("spec: {}"), START).cordoned()).isFalse();
    }

    /** However long ago Kubernetes says that it was, and whatever the clocks say. */
    @Test
    void howLongItIsSilentCountsFromWhenThatWasFirstSeen() {
        assertThat(machines.of(ready("Unknown"), START).silence()).contains(new Silence(SINCE, Duration.ZERO));
        assertThat(machines.of(ready("Unknown"), START + 5).silence())
                .contains(new Silence(SINCE, Duration.ofNanos(5)));
        assertThat(machines.of(ready("True"), START + 6).silence()).isEmpty();
    }

    /** Nobody need have looked in between. */
    @Test
    void anotherSilenceCountsAnew() {
        machines.of(ready("Unknown"), START);
        Instant later = SINCE.plusSeconds(60);
        assertThat(machines.of(ready("Unknown", later), START + 8).silence())
                .contains(new Silence(later, Duration.ZERO));
    }

    @Test
    void oneThatSaysThatItIsNotReadyIsNotSilent() {
        assertThat(machines.of(ready("False"), START).silence()).isEmpty();
    }

    @Test
    void onlyWhatIsReadIsKept() {
        Machines.Trimmed store = new Machines.Trimmed();
        store.put(
                "one",
                Serialization.unmarshal(
                        "metadata: {name: one, labels: {a: b, kubernetes.io/hostname: host-one}}\nspec: {unschedulable: true}\nstatus: {images: [{sizeBytes: 7}],"
                                + " conditions: [{type: DiskPressure, status: \"False\"}, {type: Ready, status: \"True\"}]}",
                        Node.class));
        Node kept = store.get("one");
        assertThat(machines.of(kept, START)).isEqualTo(new Machine("one", true, Optional.empty()));
        assertThat(kept.getMetadata().getLabels()).containsOnly(entry("kubernetes.io/hostname", "host-one"));
        assertThat(kept.getStatus().getImages()).isEmpty();
        assertThat(kept.getStatus().getConditions()).hasSize(1);
    }

    private static Node ready(String word) {
        return ready(word, SINCE);
    }

    private static Node ready(String word, Instant since) {
        return machine("status: {conditions: [{type: Ready, status: \"%s\", lastTransitionTime: \"%s\"}]}"
                .formatted(word, since));
    }

    private static Node machine(String rest) {
        return Serialization.unmarshal("metadata: {name: one}\n" + rest, Node.class);
    }
}
