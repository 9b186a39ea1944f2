package io.slotkeeper.plan;

import io.slotkeeper.plan.Step.HandOver;
import io.slotkeeper.topology.Place;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * Has a pod serve its shard because a user asks for it, once: the primary takes no writes for a moment, the replica gets the last of
 * them, and the other primaries elect it. Nothing is lost, and nobody sees an error.
 *
 * <p>Writers wait while the replica catches up, so it has to be in sync and close behind; and elections at the same time would share
 * the votes, so nothing else may be begun in the same pass. What cannot be done now is refused rather than kept in mind: an order that is
 * carried out hours later surprises.
 */
public final class Handover {
    /** An engine gives up after five seconds. */
    private static final Duration UNDER_WAY = Duration.ofSeconds(6);
    /** A moment's writes; both ends are not asked at quite the same time. */
    private static final long CLOSE = 1 << 20;

    private Handover() {}

    /** What came of it: the pod serves, or nothing was done. */
    public record Answer(boolean done, String message) {}

    /** What came of what a user asks for; nothing while that is not clear yet, or nobody asks. */
    public static Optional<Answer> answer(Desired desired, Observation seen) {
        return desired.handover().flatMap(pod -> answer(Situation.of(desired, seen), pod));
    }

    static void plan(Situation now, Draft draft) {
        now.desired()
                .handover()
                .filter(pod -> answer(now, pod).isEmpty())
                .flatMap(pod -> place(now, pod))
                .ifPresent(place -> plan(now, place, draft));
    }

    private static void plan(Situation now, Place place, Draft draft) {
        String pod = now.desired().pod(place);
        Optional<Node> heir = member(now, place);
        Optional<Node> primary = now.primary(place.shard());
        if (heir.isEmpty() || primary.isEmpty() || isTold(now, primary.get())) {
            draft.waiting("HandingOver", "Shard " + place.shard() + " is being handed over to " + pod);
            return;
        }
        long behind = primary.get().state().offset() - heir.get().state().offset();
        if (draft.hasSteps() || !isElectable(now, heir.get()) || behind > CLOSE) {
            draft.waiting(
                    "HandoverAwaited",
                    pod + " is to serve shard " + place.shard() + ", but "
                            + (draft.hasSteps()
                                    ? "something else is done first"
                                    : behind > CLOSE
                                            ? "is " + behind + " bytes behind " + now.name(primary.get())
                                            : "most primaries have to be in touch with it to elect it"));
            return;
        }
        draft.add(new HandOver(
                place,
                primary.get().id(),
                "a user asks for it; " + now.name(primary.get()) + " hands over without losing a write"));
    }

    private static Optional<Answer> answer(Situation now, String pod) {
        Optional<Place> place = place(now, pod);
        if (place.isEmpty()) {
            return refused("there is no pod " + pod + " in this cluster");
        }
        int shard = place.get().shard();
        Optional<Node> heir = member(now, place.get());
        Optional<Node> primary = now.primary(shard);
        if (heir.isPresent() && primary.isPresent() && primary.get().is(heir.get())) {
            return Optional.of(new Answer(true, pod + " serves shard " + shard));
        }
        boolean goesOn = primary.map(node -> isTold(now, node))
                .orElseGet(() -> now.members(shard).stream().anyMatch(node -> isTold(now, node)));
        if (goesOn) {
            return Optional.empty();
        }
        if (heir.isEmpty()) {
            return refused(pod + " does not answer");
        }
        if (primary.isEmpty()) {
            return refused("nobody serves shard " + shard + " at the moment who could hand over to " + pod);
        }
        if (!heir.get().isInSyncWith(primary.get())) {
            return refused(pod + " is not in sync with " + now.name(primary.get()));
        }
        return now.stays(heir.get()) ? Optional.empty() : refused(pod + " is about to go");
    }

    private static Optional<Answer> refused(String why) {
        return Optional.of(
                new Answer(false, why + ". Nothing was done; to ask again, remove the annotation and set it again"));
    }

    private static Optional<Place> place(Situation now, String pod) {
        return now.desired().places().stream()
                .filter(place -> now.desired().pod(place).equals(pod))
                .findFirst();
    }

    private static Optional<Node> member(Situation now, Place place) {
        return now.members().stream().filter(node -> node.place().equals(place)).findFirst();
    }

    private static boolean isTold(Situation now, Node primary) {
        Instant told = now.seen().told().get(primary.id());
        return told != null && told.plus(UNDER_WAY).isAfter(now.seen().at());
    }

    private static boolean isElectable(Situation now, Node heir) {
        List<Node> owners = IntStream.range(0, now.desired().shards())
                .mapToObj(now::owners)
                .flatMap(List::stream)
                .toList();
        long voters = owners.stream()
                .filter(owner -> owner.reaches(heir) && heir.reaches(owner))
                .count();
        return 2 * voters > now.desired().shards();
    }
}
