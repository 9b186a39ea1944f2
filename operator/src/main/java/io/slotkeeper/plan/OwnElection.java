package io.slotkeeper.plan;

import io.slotkeeper.plan.NodeState.Health;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/** Whether the engines find a successor by themselves, a node timeout after a primary is gone: then it only takes patience. */
final class OwnElection {
    private OwnElection() {}

    /** Those who stand for election. */
    static List<Node> candidates(Situation now, List<Node> followers) {
        return followers.stream().filter(node -> isElectable(now, node)).toList();
    }

    /**
     * Why they elect nobody, if so. Only primaries that own slots vote, most of them must, and whoever votes or stands must take the former
     * primary for failed.
     */
    static Optional<String> hindrance(Situation now, Stranger former, List<Node> candidates) {
        List<Node> voters = IntStream.range(0, now.desired().shards())
                .mapToObj(now::owners)
                .filter(owners -> !owners.isEmpty())
                .map(List::getFirst)
                .toList();
        if (candidates.isEmpty()) {
            return Optional.of("no replica was in touch with it lately enough to be elected");
        }
        if (!isMost(voters.size(), now)) {
            return Optional.of("without most of the primaries nobody can elect its replica");
        }
        return isMost(voters.stream().filter(node -> findsOut(node, former)).count(), now)
                        && candidates.stream().anyMatch(node -> findsOut(node, former))
                ? Optional.empty()
                : Optional.of("its address is lost, so that the nodes never find out that it does not answer");
    }

    private static boolean isMost(long primaries, Situation now) {
        return 2 * primaries > now.desired().shards();
    }

    /** A node takes another one for failed that does not answer, but asks only those whose address it has. */
    private static boolean findsOut(Node node, Stranger former) {
        return node.sees(former.id())
                .filter(peer -> peer.health() == Health.FAILED || peer.address().isPresent())
                .isPresent();
    }

    /** Nobody stands whose link was down for too long, or never up since its own start. */
    static boolean isElectable(Situation now, Node replica) {
        Duration longest = now.desired().nodeTimeout().multipliedBy(11).plusSeconds(10);
        return replica.state()
                .link()
                .filter(link -> link.up()
                        || link.downFor()
                                .filter(down -> down.compareTo(longest) <= 0)
                                .isPresent())
                .isPresent();
    }
}
