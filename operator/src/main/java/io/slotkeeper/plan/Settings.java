package io.slotkeeper.plan;

import io.slotkeeper.plan.NodeState.Health;
import io.slotkeeper.plan.Step.Configure;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * Keeps the nodes' settings as the user wants them, live, and lends them a short node timeout while a cluster finds together:
 * an engine waits up to five seconds by that measure before it trusts a majority it has just met (0.5 s instead of 5 s).
 *
 * <p>A short timeout in daily work would fail over at every hiccup, so it is lent under narrow conditions only: every pod has
 * answered and is proved to be ours, so that haste can reach its end; the cluster is being formed, or most of its primaries
 * are lost from sight; it is not settled yet; and the youngest node started less than a minute ago, so that a cluster which
 * cannot settle (a bus port that is blocked, say) gets its own timeout back all the same. Nothing is remembered: whatever
 * else a node has is put back in the next pass, also by an operator that knows nothing of the one that died. Whether replicas
 * are in sync plays no part: a first copy of much data takes minutes and is not made faster by it.
 */
final class Settings {
    private static final Duration SHORT = Duration.ofMillis(500);

    /** Each node asks every other one after itself twice within its timeout: sixty of them would have no time for anything else. */
    private static final Duration SHORT_FOR_MANY = Duration.ofSeconds(2);

    private static final int MANY = 24;
    private static final Duration AT_MOST = Duration.ofMinutes(1);

    private Settings() {}

    static void plan(Situation now, Draft draft) {
        takeBackFromOutsiders(now, draft);
        boolean inHaste = isInHaste(now);
        LiveSettings wanted = inHaste
                ? now.desired().settings().with(lent(now))
                : now.desired().settings();
        now.members().stream()
                .filter(now::stays)
                .forEach(node -> wanted.values().forEach((setting, value) -> {
                    String has = node.state().settings().values().getOrDefault(setting, "nothing");
                    if (!has.equals(value)
                            && !(setting.equals(LiveSettings.REPLICAS_TO_WRITE) && lacks(now, node.shard(), value))) {
                        String why = inHaste && setting.equals(LiveSettings.NODE_TIMEOUT)
                                ? "a node timeout of " + value
                                        + " ms for the moment, so that the nodes find together fast"
                                : setting + " is to be " + value + "; the node had " + has;
                        draft.add(new Configure(node.place(), setting, value, why));
                    }
                }));
    }

    /** Whoever asks for more replicas and wants all of them at every write would stop the writes until they are there. */
    private static boolean lacks(Situation now, int shard, String replicas) {
        long inSync = now.primary(shard).stream()
                .flatMap(primary -> now.members(shard).stream().filter(node -> node.isInSyncWith(primary)))
                .count();
        return inSync < Long.parseLong(replicas);
    }

    /** Whoever was a member when the short timeout was lent, and is none any more. */
    private static void takeBackFromOutsiders(Situation now, Draft draft) {
        now.nodes().stream()
                .filter(node -> !now.members().contains(node) && wasLentOne(now, node))
                .forEach(node -> draft.add(takingBack(now, node, "when it was still in touch with the cluster")));
    }

    /** Nothing goes on while a cluster is paused, so there is nothing for which anybody would need a short one. */
    static List<Step> takingBackAll(Situation now) {
        return now.nodes().stream()
                .filter(node -> wasLentOne(now, node))
                .map(node -> takingBack(now, node, "before the cluster was paused"))
                .toList();
    }

    private static boolean wasLentOne(Situation now, Node node) {
        return now.stays(node)
                && List.of(SHORT, SHORT_FOR_MANY)
                        .contains(node.state().settings().nodeTimeout())
                && !node.state().settings().nodeTimeout().equals(now.desired().nodeTimeout());
    }

    private static Step takingBack(Situation now, Node node, String lentWhen) {
        return new Configure(
                node.place(),
                LiveSettings.NODE_TIMEOUT,
                Long.toString(now.desired().nodeTimeout().toMillis()),
                "it was lent " + node.state().settings().nodeTimeout().toMillis() + " ms " + lentWhen);
    }

    private static boolean isInHaste(Situation now) {
        return now.desired().nodeTimeout().compareTo(lent(now)) > 0
                && everyPlaceIsTaken(now)
                && (!now.seen().formedBefore() || now.startsFromNothing() || mostPrimariesAreLostFromSight(now))
                && !Verdict.of(now).settled()
                && youngestStart(now)
                        .filter(start -> start.plus(AT_MOST).isAfter(now.seen().at()))
                        .isPresent();
    }

    private static Duration lent(Situation now) {
        return now.desired().places().size() > MANY ? SHORT_FOR_MANY : SHORT;
    }

    static boolean everyPlaceIsTaken(Situation now) {
        return now.desired().places().stream()
                .allMatch(place ->
                        now.members().stream().anyMatch(node -> node.place().equals(place) && now.stays(node)));
    }

    /** Engines heal the address of one node within moments, but of most primaries at once never. */
    private static boolean mostPrimariesAreLostFromSight(Situation now) {
        List<Node> primaries =
                now.members().stream().filter(node -> node.state().ownsSlots()).toList();
        long lost = primaries.stream()
                .filter(primary -> isLostFromSight(now, primary))
                .count();
        return 2 * lost > primaries.size();
    }

    /** Whether most of those who know it look for it elsewhere, or believe that it is dead. */
    private static boolean isLostFromSight(Situation now, Node primary) {
        List<Node> acquainted = now.members().stream()
                .filter(node -> node.sees(primary.id()).isPresent())
                .toList();
        long lost = acquainted.stream()
                .filter(node -> !node.knowsWhereIs(primary)
                        || node.sees(primary.id())
                                .filter(peer -> peer.health() == Health.FAILED)
                                .isPresent())
                .count();
        return 2 * lost > acquainted.size();
    }

    private static Optional<Instant> youngestStart(Situation now) {
        return now.members().stream()
                .flatMap(node -> node.pod().startedAt().stream())
                .max(Instant::compareTo);
    }
}
