package io.slotkeeper.plan;

import io.slotkeeper.topology.NodeId;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Answering nodes that know each other, or know the same third one; {@code ids} are theirs and those of all they know. */
record Group(List<Node> nodes, Set<NodeId> ids, Claims claims) {
    /** Every node's group, the one that owns the most slots first, then the larger one, then the one with the first pod. */
    static List<Group> among(List<Node> nodes) {
        List<Group> groups = new ArrayList<>();
        for (Node node : nodes) {
            List<Node> together = new ArrayList<>();
            Set<NodeId> ids = new HashSet<>(node.view().keySet());
            ids.add(node.id());
            groups.removeIf(group -> {
                boolean related = !Collections.disjoint(group.ids, ids);
                if (related) {
                    together.addAll(group.nodes);
                    ids.addAll(group.ids);
                }
                return related;
            });
            together.add(node);
            groups.add(new Group(together, ids, new Claims(Map.of())));
        }
        return groups.stream()
                .map(group -> new Group(
                        group.nodes.stream()
                                .sorted(Comparator.comparing(Node::place))
                                .toList(),
                        group.ids,
                        Claims.in(group.nodes)))
                .sorted(Comparator.comparingInt(Group::ownedSlots)
                        .thenComparingInt(group -> group.nodes.size())
                        .reversed()
                        .thenComparing(group -> group.nodes.getFirst().place()))
                .toList();
    }

    boolean ownsSlots() {
        return ownedSlots() > 0;
    }

    private int ownedSlots() {
        return slotsServedBy(nodes);
    }

    /** How many slots these nodes serve by their own word. */
    static int slotsServedBy(List<Node> nodes) {
        return nodes.stream()
                .filter(node -> node.state().ownsSlots())
                .mapToInt(node -> node.state().slots().size())
                .sum();
    }
}
