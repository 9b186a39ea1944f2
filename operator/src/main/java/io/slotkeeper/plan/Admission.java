package io.slotkeeper.plan;

import io.slotkeeper.plan.Plan.Obstacle;
import io.slotkeeper.topology.HashSlot;
import io.slotkeeper.topology.SlotSet;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * Which answering nodes are proved to be ours. One wrong MEET merges two clusters within seconds and wipes one of them, so
 * only members are ever introduced to each other.
 *
 * <p>All nodes in here accepted our password. Nodes that know each other, or know the same third one, are one group:
 * introducing them to each other again adds nobody. The group that owns the most slots is the cluster. Another group joins it
 * only if nothing can be lost by it: its nodes are blank, own nothing but slots of their own shard that nobody in the cluster
 * owns, or follow such a node, and they know no nodes with slots beyond that. That is all that a fresh pod or an operator that
 * was killed half-way can leave behind. Everything else stays out, and a person is told.
 *
 * <p>While the cluster itself is in doubt nobody joins it: while the greater part of the slots is owned by nodes that did not
 * answer or in a group that stays out. One volume of a time long past, seen alone for a moment, would otherwise gather the
 * fresh nodes of the real cluster around itself.
 */
record Admission(List<Node> members, Claims claims, List<Obstacle> obstacles) {
    static Admission of(
            Desired desired, List<Node> nodes, List<Stranger> strangers, Twins twins, boolean everybodyAnswered) {
        List<Node> members = new ArrayList<>();
        List<Obstacle> obstacles = new ArrayList<>();
        twins.unresolved()
                .forEach((id, same) -> obstacles.add(stuck(
                        "SameIdTwice",
                        names(desired, same) + " all say that they are node " + id.shortened()
                                + ": a volume was copied. Delete the pod and the claim of the copy")));
        SlotSet taken = SlotSet.none();
        boolean inDoubt = false;
        for (Group group : Group.among(nodes)) {
            if (inDoubt && !group.ownsSlots()) {
                continue;
            }
            Optional<Obstacle> objection = objection(desired, group, strangers, taken, members.isEmpty());
            if (objection.isPresent()) {
                obstacles.add(objection.get());
                inDoubt |= group.ownsSlots() && 2 * Group.slotsServedBy(members) <= HashSlot.COUNT;
            } else {
                inDoubt |= members.isEmpty() && !everybodyAnswered && isMinority(group, strangers);
                members.addAll(group.nodes());
                taken = taken.union(group.claims().all());
            }
        }
        members.sort(Comparator.comparing(Node::place));
        return new Admission(List.copyOf(members), Claims.in(members), List.copyOf(obstacles));
    }

    /** Whether others, who are not here, own at least as much in its own view. */
    private static boolean isMinority(Group group, List<Stranger> strangers) {
        return 2 * Group.slotsServedBy(group.nodes()) <= HashSlot.COUNT
                && strangers.stream()
                        .anyMatch(stranger ->
                                !stranger.slots().isEmpty() && group.ids().contains(stranger.id()));
    }

    private static Optional<Obstacle> objection(
            Desired desired, Group group, List<Stranger> strangers, SlotSet taken, boolean isTheCluster) {
        String names = names(desired, group.nodes());
        for (Stranger stranger : strangers) {
            if (stranger.kind() == Stranger.Kind.FOREIGN && group.ids().contains(stranger.id())) {
                return Optional.of(stuck(
                        "ForeignNode",
                        stranger.name() + " owns the slots " + stranger.slots()
                                + " and is in none of this cluster's pods,"
                                + " but known to " + names
                                + ", so these are introduced to nobody. Either two clusters were"
                                + " merged: stop the nodes of the other one, and find out who introduced them. Or its pod was"
                                + " taken for gone and its process lives on: switch its machine off"));
            }
        }
        // Nodes that know each other vouch for each other: after a slot was moved by hand, shares are no longer the
        // first ones.
        if (isTheCluster && group.nodes().size() > 1) {
            return Optional.empty();
        }
        for (Node node : group.nodes()) {
            String name = desired.pod(node.place());
            SlotSet beyond = node.state().slots().minus(InitialShare.of(node.shard(), desired.shards()));
            if (!beyond.isEmpty()) {
                return Optional.of(stuck(
                        "SlotsOfAnotherShard",
                        name + " claims the slots " + beyond + ", which are not its shard's, and nobody confirms it."
                                + " Make sure that its volume belongs to this cluster and this pod"));
            }
            if (!node.state().isReplica() && !node.state().ownsSlots() && !node.isBlank()) {
                return Optional.of(stuck(
                        "KeysInTheWay",
                        name + " holds " + node.state().keys() + " keys, but no slots, and no other node knows it."
                                + " If nothing in it is needed, delete the pod and its claim"));
            }
        }
        if (isTheCluster) {
            return Optional.empty();
        }
        for (Stranger stranger : strangers) {
            boolean matters = !stranger.slots().isEmpty() || isFollowed(stranger, group);
            if (group.ids().contains(stranger.id()) && stranger.kind() != Stranger.Kind.HIDDEN && matters) {
                return Optional.of(stuck(
                        "UnknownCluster",
                        names + " used to belong to a cluster with " + stranger.name() + ", which no other node knows."
                                + " If nothing in it is needed, delete the pod and its claim"));
            }
        }
        SlotSet conflict = group.claims().all().intersection(taken);
        if (!conflict.isEmpty()) {
            return Optional.of(stuck(
                    "SlotConflict",
                    "The slots " + conflict + " are owned in the view of " + names
                            + " and in that of other nodes, which"
                            + " do not know each other. Decide which data is right, then delete the pod and the claim of"
                            + " the other"));
        }
        return Optional.empty();
    }

    private static boolean isFollowed(Stranger stranger, Group group) {
        return group.nodes().stream().anyMatch(node -> node.follows(stranger.id()));
    }

    private static String names(Desired desired, List<Node> nodes) {
        return Draft.list(nodes.stream().map(node -> desired.pod(node.place())).toList());
    }

    private static Obstacle stuck(String reason, String message) {
        return new Obstacle(Obstacle.Kind.STUCK, reason, message);
    }
}
