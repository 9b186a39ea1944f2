package io.slotkeeper.plan;

import io.slotkeeper.plan.NodeState.Link;
import io.slotkeeper.plan.NodeState.Peer;
import io.slotkeeper.plan.Step.Follow;
import io.slotkeeper.plan.Step.OpenReplication;
import io.slotkeeper.topology.Address;
import io.slotkeeper.topology.NodeId;
import java.util.Optional;

/**
 * Has every node of a shard that does not own its slots follow the one that does: fresh nodes, replicas of the wrong node,
 * replicas of a replica, former primaries that were left with nothing, and replicas that look for their primary where it no
 * longer is (Redis 7 and 8 keep the old address for ever; saying the same again makes them look anew).
 *
 * <p>Following throws away what the node holds, so it must hold nothing that its primary lacks. It owns no slot in anyone's
 * view; and it has no key, or is the copy of a copy of its primary, or is in sync with a primary that lives and keeps those keys, or
 * with its replica, be it only that this one has the address by now where it fetches. Everything else stays as it is, and a person is told.
 */
final class Following {
    private Following() {}

    static void plan(Situation now, Draft draft) {
        for (int shard = 0; shard < now.desired().shards(); shard++) {
            Optional<Node> primary = now.primary(shard);
            for (Node node : now.members(shard)) {
                if (primary.isPresent() && !primary.get().is(node) && now.stays(node)) {
                    attach(now, node, primary.get(), draft);
                }
                openReplication(node, draft);
            }
        }
    }

    private static void attach(Situation now, Node node, Node primary, Draft draft) {
        Optional<String> wrong = whatIsWrong(now, node, primary);
        // An engine follows only whom it knows as a primary, and looks where it believes that one to be. A replica has
        // to know
        // besides that this one serves: what it was told by an operator of yesterday would undo a failover.
        boolean able = node.knowsWhereIs(primary)
                && node.sees(primary.id())
                        .filter(peer -> peer.primary().isEmpty())
                        .filter(peer ->
                                !node.state().isReplica() || !peer.slots().isEmpty())
                        .isPresent();
        if (wrong.isEmpty() || !now.claims().of(node.id()).isEmpty()) {
            return;
        }
        Optional<String> misleads = now.misleads(node);
        if (misleads.isPresent()) {
            draft.waiting("AddressTaken", misleads.get());
        } else if (!losesNothing(now, node, primary)) {
            draft.stuck(
                    "KeysInTheWay",
                    now.name(node) + " holds " + node.state().keys() + " keys that " + now.name(primary)
                            + " may not have, so it is not made its replica (" + wrong.get()
                            + "). If they are not needed, delete the pod and its claim");
        } else if (able) {
            draft.add(new Follow(node.place(), primary.id(), wrong.get()));
        }
    }

    private static Optional<String> whatIsWrong(Situation now, Node node, Node primary) {
        String name = now.name(primary);
        if (node.follows(primary)) {
            Optional<Address> looks = node.state().link().map(Link::address);
            return looks.filter(where -> !where.equals(primary.address()))
                    .map(where -> "it follows " + name + ", but looks for it at " + where.host() + " instead of "
                            + primary.address().host());
        }
        return Optional.of(node.state()
                .primary()
                .map(other -> "it follows " + now.name(other) + ", but " + name + " serves its shard")
                .orElse("it has no slots, and " + name + " serves its shard"));
    }

    private static boolean losesNothing(Situation now, Node node, Node primary) {
        if (node.follows(primary) || now.isKeptElsewhere(node)) {
            return true;
        }
        Optional<NodeId> source = node.state().primary();
        return source.flatMap(node::sees)
                        .flatMap(Peer::primary)
                        .filter(primary.id()::equals)
                        .isPresent()
                || source.map(now.byId()::get)
                        .filter(other -> other.follows(primary))
                        .isPresent();
    }

    /** Whoever has a role may be copied from: the fence closes only nodes that might empty others. */
    private static void openReplication(Node node, Draft draft) {
        boolean hasRole = node.state().ownsSlots() || node.state().isReplica();
        if (hasRole && !node.state().replicationOpen()) {
            String role = node.state().isReplica() ? "it is a replica" : "it owns slots";
            draft.add(new OpenReplication(node.place(), role + ", so others may copy from it"));
        }
    }
}
