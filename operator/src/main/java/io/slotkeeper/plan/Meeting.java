package io.slotkeeper.plan;

import io.slotkeeper.plan.NodeState.Peer;
import io.slotkeeper.plan.Step.Meet;
import io.slotkeeper.topology.Address;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BiPredicate;

/**
 * Introduces members to each other: those who do not know each other yet (forming, joining), and those who look for each
 * other at an address that is no longer true (healing; when most addresses changed at once, engines never find together again
 * by themselves). Always everybody to everybody and in both directions: introductions through one node in the middle take
 * many seconds to spread, and on Redis 7 leave replicas stuck.
 *
 * <p>Only members are introduced, see {@link Admission}. Who is known at the right address but counts as failed, or has no
 * link, is left to the engines, which try to connect ten times a second; an introduction would add nothing. While one node
 * is already introducing itself to an address, it is not told to do so again.
 */
final class Meeting {
    private Meeting() {}

    static void plan(Situation now, Forming forming, Draft draft) {
        for (Node node : now.members()) {
            List<Address> others = new ArrayList<>();
            List<String> unknown = new ArrayList<>();
            List<String> moved = new ArrayList<>();
            for (Node other : now.members()) {
                if (other.is(node) || !areIntroduced(now, forming, node, other)) {
                    continue;
                }
                Optional<Peer> peer = node.sees(other.id());
                if (peer.isEmpty()) {
                    unknown.add(now.name(other));
                } else {
                    moved.add(now.name(other)
                            + peer.get()
                                    .address()
                                    .map(old -> " at " + old.host())
                                    .orElse(" without an address"));
                }
                if (!node.greeted().contains(other.address())) {
                    others.add(other.address());
                }
            }
            if (!others.isEmpty()) {
                boolean knowsNobody = unknown.size() == now.members().size() - 1;
                draft.add(new Meet(
                        node.place(), others, knowsNobody ? "it knows none of the others" : reason(unknown, moved)));
            }
        }
    }

    private static boolean areIntroduced(Situation now, Forming forming, Node node, Node other) {
        return !node.knowsWhereIs(other)
                && now.stays(node)
                && now.stays(other)
                && !forming.holdsBack(node)
                && !forming.holdsBack(other);
    }

    private static String reason(List<String> unknown, List<String> moved) {
        List<String> parts = new ArrayList<>();
        if (!unknown.isEmpty()) {
            parts.add("it does not know " + Draft.list(unknown));
        }
        if (!moved.isEmpty()) {
            parts.add("it looks for " + Draft.list(moved) + ", where that is no longer");
        }
        return String.join("; ", parts);
    }

    /** Whether everybody knows where everybody is. */
    static boolean everybodyKnowsEverybody(Situation now) {
        return allPairs(now, Node::knowsWhereIs);
    }

    /** Whether everybody is in touch with everybody and suspects nobody. */
    static boolean everybodyReachesEverybody(Situation now) {
        return allPairs(now, Node::reaches);
    }

    private static boolean allPairs(Situation now, BiPredicate<Node, Node> test) {
        for (Node node : now.members()) {
            for (Node other : now.members()) {
                if (!node.is(other) && !test.test(node, other)) {
                    return false;
                }
            }
        }
        return true;
    }
}
