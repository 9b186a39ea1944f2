package io.slotkeeper.control;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.PersistentVolume;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.slotkeeper.control.Underneath.Lost;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Whose volume is lost. Where only a machine has it, a scenario on pods looks. */
@Tag("unit")
class UnderneathTest {
    private static final String NOWHERE = """
            conditions:
            - {type: PodScheduled, status: "False", reason: Unschedulable, message: 0/3 nodes are available}
            """;
    private static final String BOUND = "spec: {volumeName: v}";

    @Test
    void thatOfAPodWhichWaitsForOneThatIsGone() {
        assertThat(lost(NOWHERE, claim(BOUND), Optional.empty()))
                .contains(new Lost(
                        "data-cart-0-1", "uid-of-claim", "that of claim data-cart-0-1 does not exist any more", false));
    }

    @Test
    void thatOfAPodWhichCannotStartOnIt() {
        assertThat(lost("""
                containerStatuses:
                - name: node
                  restartCount: 2
                  state: {waiting: {reason: CrashLoopBackOff}}
                  lastState:
                    terminated:
                      exitCode: 1
                      message: "slotkeeper: /data/nodes.conf cannot be used: it is cut off. Put a good copy back, or"
                """, claim(BOUND), Optional.of(volume("spec: {}"))))
                .contains(new Lost(
                        "data-cart-0-1", "uid-of-claim", "its nodes.conf cannot be used: it is cut off", true));
    }

    @Test
    void notOneThatIsThere() {
        assertThat(lost(NOWHERE, claim(BOUND), Optional.of(volume("spec: {}")))).isEmpty();
        assertThat(lost(NOWHERE, claim(BOUND), Optional.of(volume("""
                spec:
                  nodeAffinity:
                    required:
                      nodeSelectorTerms:
                      - matchExpressions: [{key: kubernetes.io/hostname, operator: In, values: [one, two]}]
                """)))).isEmpty();
    }

    @Test
    void notOneThatIsStillToBeMade() {
        assertThat(lost(NOWHERE, claim("spec: {}"), Optional.empty())).isEmpty();
    }

    @Test
    void notOfAPodThatRuns() {
        assertThat(lost("phase: Running", claim(BOUND), Optional.empty())).isEmpty();
    }

    @Test
    void notWhereTheClaimIsBeingReplaced() {
        PersistentVolumeClaim leaving = claim(BOUND);
        leaving.getMetadata().setDeletionTimestamp("2026-01-01T12:00:00Z");
        assertThat(lost(NOWHERE, leaving, Optional.empty())).isEmpty();
        assertThat(new Underneath(new Machines(), new OneClaim(Optional.empty(), Optional.empty()))
                        .lostVolume(Written.pod("cart-0-1", NOWHERE), "data-cart-0-1"))
                .isEmpty();
    }

    private static Optional<Lost> lost(String pod, PersistentVolumeClaim claim, Optional<PersistentVolume> volume) {
        return new Underneath(new Machines(), new OneClaim(Optional.of(claim), volume))
                .lostVolume(Written.pod("cart-0-1", pod), "data-cart-0-1");
    }

    private static PersistentVolumeClaim claim(String spec) {
        return Serialization.unmarshal(
                "metadata: {name: data-cart-0-1, uid: uid-of-claim}\n" + spec, PersistentVolumeClaim.class);
    }

    private static PersistentVolume volume(String spec) {
        return Serialization.unmarshal("metadata: {name: v}\n" + spec, PersistentVolume.class);
    }
}
