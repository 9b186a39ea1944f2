package io.slotkeeper.plan;

import io.slotkeeper.plan.Step.Forget;
import io.slotkeeper.topology.NodeId;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * Has members forget nodes that are gone for good: the former self of a pod that came back with a new id. All members in one
 * pass, because an engine hears of the gone one again from whoever still knows it, and keeps it out for one minute only.
 *
 * <p>Nobody is forgotten before every pod has answered and everybody knows where everybody is: until then a strange id may be
 * one of ours that is merely lost from sight, and the ban would keep it out. Nor is anyone forgotten who is heard (a process may outlive its
 * pod), who owns slots in anyone's view, or whom a node still follows. One exception: where no pod of a shard holds
 * anything and nothing comes back to it, the slots of a gone node are forgotten with it, so that they can be given out again.
 */
final class Forgetting {
    private Forgetting() {}

    static void plan(Situation now, Draft draft) {
        if (!now.unseen().isEmpty() || !Meeting.everybodyKnowsEverybody(now)) {
            return;
        }
        for (Stranger gone : now.strangers()) {
            boolean empty = gone.kind() == Stranger.Kind.LEFTOVER && !isFollowed(now, gone.id());
            if (empty && now.isHeard(gone.id())) {
                draft.waiting(
                        "EndAwaited",
                        gone.name()
                                + " is in none of the pods, but others are in touch with it: it is forgotten once its"
                                + " process has ended");
            } else if (empty || isWorthNothing(now, gone)) {
                String why = gone.name() + " is in none of the pods, which all answered"
                        + (empty ? "" : "; nothing that was in its slots " + gone.slots() + " can come back");
                for (Node node : now.members()) {
                    // An engine refuses to forget its own primary; such a replica is replaced, see Pods.
                    if (node.sees(gone.id()).isPresent() && !node.follows(gone.id())) {
                        draft.add(new Forget(node.place(), gone.id(), why));
                    }
                }
            }
        }
    }

    private static boolean isFollowed(Situation now, NodeId id) {
        return now.nodes().stream().anyMatch(node -> node.follows(id));
    }

    /**
     * Whether it is gone, even by the doubt of who hears it last, with slots of shards in which nothing is left, to which nothing comes back, and where
     * nobody takes its place; nor may anybody do so who is heard and in none of the pods.
     */
    static boolean isWorthNothing(Situation now, Stranger gone) {
        return gone.kind() == Stranger.Kind.LOST
                && !now.isHeard(gone.id())
                && now.strangers().stream()
                        .noneMatch(other -> now.isHeard(other.id()) && isFollower(now, other.id(), gone.id()))
                && IntStream.range(0, now.desired().shards())
                        .filter(shard -> now.share(shard).intersects(gone.slots()))
                        .allMatch(shard ->
                                isEmpty(now, shard) && now.heirs(shard, gone).isEmpty());
    }

    private static boolean isFollower(Situation now, NodeId stranger, NodeId primary) {
        return now.members().stream()
                .flatMap(node -> node.sees(stranger).stream())
                .anyMatch(peer -> peer.primary().equals(Optional.of(primary)));
    }

    private static boolean isEmpty(Situation now, int shard) {
        return now.seen().formedBefore()
                ? now.nothingIsLeftOf(shard)
                : now.nothingComesBackTo(shard)
                        && now.nodes().stream()
                                .filter(node -> node.shard() == shard)
                                .allMatch(Node::holdsNothing);
    }
}
