package io.slotkeeper.control;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.slotkeeper.plan.LostVolume;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Whose volume is lost. Where only a machine has it, a scenario on pods looks. */
@Tag("unit")
class UnderneathTest {
    private static final String UNSCHEDULABLE = """
            conditions:
            - {type: PodScheduled, status: "False", reason: Unschedulable, message: %s}
            """;
    private static final String NOWHERE = UNSCHEDULABLE.formatted(
            "0/3 nodes are available: persistentvolumeclaim data-cart-0-1 bound to non-existent persistentvolume v");

    @Test
    void thatOfAPodWhichWaitsForOneThatIsGone() {
        assertThat(lost(NOWHERE, "status: {phase: Lost}"))
                .contains(new LostVolume(
                        "data-cart-0-1",
                        "uid-of-claim",
                        "that of claim data-cart-0-1 does not exist any more",
                        Duration.ofSeconds(7)));
    }

    @Test
    void notOneThatIsThere() {
        assertThat(lost(NOWHERE, "status: {phase: Bound}")).isEmpty();
    }

    @Test
    void notOfAPodThatRunsOrHasNoRoom() {
        assertThat(lost("phase: Running", "status: {phase: Lost}")).isEmpty();
        assertThat(lost(UNSCHEDULABLE.formatted("0/3 nodes are available"), "status: {phase: Lost}"))
                .isEmpty();
    }

    @Test
    void notWhereTheClaimIsBeingReplaced() {
        assertThat(lost(NOWHERE, "status: {phase: Lost}", "deletionTimestamp: \"2026-01-01T12:00:00Z\""))
                .isEmpty();
        assertThat(lost(NOWHERE, Optional.empty())).isEmpty();
    }

    private static Optional<LostVolume> lost(String pod, String claim, String... metadata) {
        return lost(
                pod,
                Optional.of(Serialization.unmarshal(
                        "metadata: {name: data-cart-0-1, uid: uid-of-claim, %s}\n%s"
                                .formatted(String.join(",", metadata), claim),
                        PersistentVolumeClaim.class)));
    }

    private static Optional<LostVolume> lost(String pod, Optional<PersistentVolumeClaim> claim) {
        return new Underneath(new Machines(), new OneClaim(claim))
                .lostVolume(Written.pod("cart-0-1", pod), "data-cart-0-1", uid -> Duration.ofSeconds(uid.length() - 5));
    }
}
