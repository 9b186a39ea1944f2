package io.slotkeeper.plan;

import io.slotkeeper.plan.Desired.Order;
import io.slotkeeper.plan.Step.HandOver;
import io.slotkeeper.topology.NodeId;
import io.slotkeeper.topology.Place;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Has another pod serve a shard, because a user asks for it, or because the machine of the one that does is cordoned: the primary takes no writes
 * for a moment, the replica gets the last of them, and the other primaries elect it. Nothing is lost, and nobody sees an error.
 *
 * <p>Writers wait meanwhile, five seconds if nobody is elected in the end, so it is begun only where that should not happen: the replica is in
 * sync and close behind; most primaries are in touch with it; no other shard elects anybody, since elections at the same time share the
 * votes; and the last one in this shard is over for good, since a Redis remembers its own for four node timeouts, and what it is told to
 * begin before then is lost or, worse, won by the votes of the time before. What a user asks for and comes to nothing is not tried again, and what
 * cannot be done now is refused rather than kept in mind: an order that is carried out hours later surprises.
 */
public final class Handover {
    /** An engine gives up after five seconds. */
    private static final Duration UNDER_WAY = Duration.ofSeconds(6);
    /** Then an order is a new one. */
    private static final Duration OVER = Duration.ofSeconds(30);
    /** Then whoever asked may have given it up. */
    private static final Duration TOO_LONG = Duration.ofMinutes(1);
    /** A moment's writes; both ends are not asked at quite the same time. */
    private static final long CLOSE = 1 << 20;

    private Handover() {}

    /** What came of it: the pod serves, or nothing was done. */
    public record Answer(boolean done, String message) {}

    /** What came of what a user asks for; nothing while that is not clear yet, or nobody asks. */
    public static Optional<Answer> answer(Desired desired, Observation seen) {
        return desired.handover().flatMap(order -> answer(Situation.of(desired, seen), order));
    }

    static void plan(Situation now, Draft draft) {
        now.desired()
                .handover()
                .filter(order -> answer(now, order).isEmpty())
                .flatMap(order -> place(now, order.pod()))
                .ifPresent(place -> plan(now, place, draft));
        leaving(now).forEach((primary, heir) -> {
            if (!draft.hasSteps() && hindrance(now, heir, primary).isEmpty()) {
                draft.add(new HandOver(
                        heir.place(),
                        primary.id(),
                        "the machine of " + now.name(primary) + " is cordoned; it hands over without losing a write"));
            }
        });
    }

    /** Whether a primary is to leave its machine, and can: what is in the way at the moment passes. */
    public static boolean isDue(Desired desired, Observation seen) {
        return !leaving(Situation.of(desired, seen)).isEmpty();
    }

    /**
     * The primaries on machines that are cordoned, with who is to come in their place: better now than when the pod is told to go, whose own
     * last word is to hand over. Who was told and was not elected is left to that.
     */
    private static Map<Node, Node> leaving(Situation now) {
        Map<Node, Node> leaving = new LinkedHashMap<>();
        for (int shard = 0; shard < now.desired().shards() && !now.desired().paused(); shard++) {
            now.primary(shard)
                    .filter(primary -> isOnCordoned(primary)
                            && now.stays(primary)
                            && inThisReign(now, primary.id()).isEmpty())
                    .ifPresent(primary -> now.members(primary.shard()).stream()
                            .filter(node -> node.isInSyncWith(primary) && now.stays(node) && !isOnCordoned(node))
                            .max(Comparator.comparingLong(
                                            (Node node) -> node.state().offset())
                                    .thenComparing(Node::id, Comparator.reverseOrder()))
                            .ifPresent(heir -> leaving.put(primary, heir)));
        }
        return leaving;
    }

    private static boolean isOnCordoned(Node node) {
        return node.pod().machine().filter(Machine::cordoned).isPresent();
    }

    private static void plan(Situation now, Place place, Draft draft) {
        String pod = now.desired().pod(place);
        Optional<Node> heir = member(now, place);
        Optional<Node> primary = now.primary(place.shard());
        if (heir.isEmpty() || primary.isEmpty() || goesOn(now, place.shard())) {
            draft.waiting("HandingOver", "Shard " + place.shard() + " is being handed over to " + pod);
            return;
        }
        Optional<String> hindrance = draft.hasSteps()
                ? Optional.of("something else is done first")
                : hindrance(now, heir.get(), primary.get());
        if (hindrance.isPresent()) {
            draft.waiting("HandoverAwaited", pod + " is to serve shard " + place.shard() + ", but " + hindrance.get());
        } else {
            draft.add(new HandOver(
                    place,
                    primary.get().id(),
                    "a user asks for it; " + now.name(primary.get()) + " hands over without losing a write"));
        }
    }

    private static Optional<String> hindrance(Situation now, Node heir, Node primary) {
        if (Takeover.isAnyToldLately(now)
                || IntStream.range(0, now.desired().shards()).anyMatch(shard -> isHandingOver(now, shard))) {
            return Optional.of("every shard has to have a primary first");
        }
        if (!Takeover.isElectionLongAgo(now, heir.shard(), primary.id()) || Takeover.isAttemptRemembered(now, heir)) {
            return Optional.of("the nodes still remember the last election in this shard, four node timeouts long");
        }
        if (primary.state().offset() - heir.state().offset() > CLOSE) {
            return Optional.of("it is more than 1 MiB behind " + now.name(primary));
        }
        return isElectable(now, heir)
                ? Optional.empty()
                : Optional.of("most primaries have to be in touch with it to elect it");
    }

    private static Optional<Answer> answer(Situation now, Order order) {
        String pod = order.pod();
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
        if (goesOn(now, shard) || heir.filter(node -> node.state().ownsSlots()).isPresent()) {
            return Optional.empty();
        }
        if (heir.isEmpty()) {
            return refused(pod + " does not answer");
        }
        if (primary.isEmpty()) {
            return refused("nobody serves shard " + shard + " at the moment who could hand over to " + pod);
        }
        if (wasTold(now, primary.get().id(), place.get())) {
            return refused(now.name(primary.get()) + " was to hand over to " + pod
                    + ", which was not elected: the logs of the two say why");
        }
        if (!heir.get().isInSyncWith(primary.get())) {
            return refused(pod + " is not in sync with " + now.name(primary.get()));
        }
        if (isOnCordoned(heir.get())) {
            return refused("the machine of " + pod + " is cordoned");
        }
        if (!now.stays(heir.get())) {
            return refused(pod + " is about to go");
        }
        return order.since().compareTo(TOO_LONG) < 0
                ? Optional.empty()
                : refused("it could not be done within a minute: "
                        + hindrance(now, heir.get(), primary.get()).orElse("something else was always done first"));
    }

    private static Optional<Answer> refused(String why) {
        return Optional.of(new Answer(false, why));
    }

    private static Optional<Place> place(Situation now, String pod) {
        return now.desired().places().stream()
                .filter(place -> now.desired().pod(place).equals(pod))
                .findFirst();
    }

    private static Optional<Node> member(Situation now, Place place) {
        return now.members().stream().filter(node -> node.place().equals(place)).findFirst();
    }

    /** Whether somebody was told a moment ago to serve in the place of a member of the shard, or of whom one follows. */
    private static boolean goesOn(Situation now, int shard) {
        return now.members(shard).stream()
                .flatMap(node -> Stream.concat(Stream.of(node.id()), node.state().primary().stream()))
                .flatMap(id -> inThisReign(now, id).stream())
                .anyMatch(attempt ->
                        attempt.at().plus(UNDER_WAY).isAfter(now.seen().at()));
    }

    /** Whether nobody serves the shard, or somebody was told a moment ago to serve in the place of who does. */
    private static boolean isHandingOver(Situation now, int shard) {
        List<Node> owners = now.owners(shard);
        return owners.isEmpty()
                || owners.stream()
                        .flatMap(owner -> inThisReign(now, owner.id()).stream())
                        .anyMatch(attempt ->
                                attempt.at().plus(UNDER_WAY).isAfter(now.seen().at()));
    }

    /** Whether the one at this place was told lately to serve in its place, and it went on. */
    private static boolean wasTold(Situation now, NodeId primary, Place heir) {
        return inThisReign(now, primary)
                .filter(attempt -> attempt.heir().equals(heir)
                        && attempt.at().plus(OVER).isAfter(now.seen().at()))
                .isPresent();
    }

    /** Whom somebody told to serve in its place since it serves itself. */
    private static Optional<Attempt> inThisReign(Situation now, NodeId primary) {
        Instant since = now.seen().electedAt().getOrDefault(primary, Instant.EPOCH);
        return Optional.ofNullable(now.seen().told().get(primary))
                .filter(attempt -> !attempt.at().isBefore(since));
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
