package io.slotkeeper.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import io.fabric8.kubernetes.api.model.coordination.v1.Lease;
import io.fabric8.kubernetes.api.model.coordination.v1.LeaseBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** When a step may be taken under a lease of twenty seconds; two of them are left for clocks that go differently. */
@Tag("unit")
class OwnLeaseTest {
    private static final Instant RENEWED = Instant.parse("2026-01-01T12:00:00Z");
    private static final Duration STEP = Duration.ofSeconds(1);

    private final List<Lease> updates = new ArrayList<>();
    private Instant now = RENEWED;
    private Duration passed = Duration.ZERO;
    private int reads;
    private Optional<Lease> found = Optional.of(lease("me", RENEWED));
    private final OwnLease lease = new OwnLease(
            () -> {
                reads++;
                return found;
            },
            updates::add,
            "me",
            () -> now,
            () -> passed.toNanos());

    @Test
    void aLeaseThatWasJustRenewedSufficesForAStep() {
        assertThat(lease.isFreshFor(STEP)).isTrue();
    }

    @Test
    void aStepMustEndBeforeAnybodyElseCanHaveTheLease() {
        at(11_999);
        assertThat(lease.isFreshFor(STEP)).isTrue();
        at(12_000);
        assertThat(lease.isFreshFor(STEP)).isFalse();
    }

    @Test
    void theLeaseOfAnotherOperatorDoesNotSuffice() {
        found = Optional.of(lease("somebody else", RENEWED));
        assertThat(lease.isFreshFor(STEP)).isFalse();
    }

    @Test
    void noLeaseDoesNotSuffice() {
        found = Optional.empty();
        assertThat(lease.isFreshFor(STEP)).isFalse();
    }

    @Test
    void aLeaseThatWasNeverRenewedDoesNotSuffice() {
        Lease fresh = lease("me", RENEWED);
        fresh.getSpec().setRenewTime(null);
        found = Optional.of(fresh);
        assertThat(lease.isFreshFor(STEP)).isFalse();
    }

    @Test
    void aLeaseThatCannotBeReadDoesNotSuffice() {
        OwnLease unreadable = new OwnLease(
                () -> {
                    throw new KubernetesClientException("the API server is away");
                },
                updates::add,
                "me",
                () -> now,
                () -> passed.toNanos());
        assertThat(unreadable.isFreshFor(STEP)).isFalse();
    }

    @Test
    void manyStepsLookOnceASecond() {
        lease.isFreshFor(STEP);
        at(1_000);
        lease.isFreshFor(STEP);
        assertThat(reads).isEqualTo(1);
        at(1_001);
        lease.isFreshFor(STEP);
        assertThat(reads).isEqualTo(2);
    }

    @Test
    void aClockThatIsSetBackDoesNotMakeItLast() {
        assertThat(lease.isFreshFor(STEP)).isTrue();
        at(1_001);
        now = RENEWED.minus(Duration.ofHours(1));
        found = Optional.of(lease("somebody else", RENEWED));
        assertThat(lease.isFreshFor(STEP)).isFalse();
        found = Optional.of(lease("me", RENEWED));
        at(2_002);
        now = RENEWED.minus(Duration.ofHours(1));
        assertThat(lease.isFreshFor(Duration.ofSeconds(12))).isTrue();
        assertThat(lease.isFreshFor(Duration.ofSeconds(13))).isFalse();
    }

    @Test
    void aLeaseThatWasLostIsSeenAtTheNextLook() {
        assertThat(lease.isFreshFor(STEP)).isTrue();
        found = Optional.of(lease("somebody else", RENEWED));
        at(1_001);
        assertThat(lease.isFreshFor(STEP)).isFalse();
    }

    @Test
    void aLeaseThatWasGivenBackIsNobodysAndNothingMoreIsDoneUnderIt() {
        assertThat(lease.isFreshFor(STEP)).isTrue();
        lease.giveBack();
        assertThat(updates)
                .singleElement()
                .satisfies(
                        given -> assertThat(given.getSpec().getHolderIdentity()).isEmpty());
        assertThat(lease.isFreshFor(STEP)).isFalse();
        found = Optional.of(lease("me", RENEWED));
        at(3_000);
        assertThat(lease.isFreshFor(STEP)).isFalse();
    }

    @Test
    void theLeaseOfAnotherOperatorIsNotGivenAway() {
        found = Optional.of(lease("somebody else", RENEWED));
        lease.giveBack();
        assertThat(updates).isEmpty();
    }

    @Test
    void aLeaseThatCannotBeGivenBackDoesNotKeepTheOperatorFromEnding() {
        OwnLease tooLate = new OwnLease(
                () -> found,
                update -> {
                    throw new KubernetesClientException("the API server is away");
                },
                "me",
                () -> now,
                () -> passed.toNanos());
        assertThatCode(tooLate::giveBack).doesNotThrowAnyException();
    }

    private void at(int millisecondsAfterRenewal) {
        passed = Duration.ofMillis(millisecondsAfterRenewal);
        now = RENEWED.plus(passed);
    }

    private static Lease lease(String holder, Instant renewed) {
        return new LeaseBuilder()
                .withNewSpec()
                .withHolderIdentity(holder)
                .withLeaseDurationSeconds(15)
                .withRenewTime(ZonedDateTime.ofInstant(renewed, ZoneOffset.UTC))
                .endSpec()
                .build();
    }
}
