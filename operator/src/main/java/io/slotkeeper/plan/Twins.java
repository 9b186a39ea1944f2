package io.slotkeeper.plan;

import io.slotkeeper.topology.NodeId;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * Pods that answered with one and the same id. Mostly one of them is being deleted and the other has its address already, so
 * that the same node was asked twice; then it is the one that stays. Otherwise a volume was copied: which copy is the right
 * one is for a person to say, and neither is touched.
 */
record Twins(List<Node> others, Map<NodeId, List<Node>> unresolved) {
    static Twins among(List<Node> answering) {
        Map<NodeId, List<Node>> byId = new TreeMap<>();
        for (Node node : answering) {
            byId.merge(node.id(), List.of(node), Twins::theOnesThatStay);
        }
        Map<NodeId, List<Node>> unresolved = new TreeMap<>(byId);
        unresolved.values().removeIf(nodes -> nodes.size() == 1);
        List<Node> others = answering.stream()
                .filter(node -> byId.getOrDefault(node.id(), List.of()).equals(List.of(node)))
                .toList();
        return new Twins(others, unresolved);
    }

    private static List<Node> theOnesThatStay(List<Node> some, List<Node> more) {
        List<Node> all = Stream.concat(some.stream(), more.stream()).toList();
        List<Node> staying = all.stream().filter(node -> !node.isLeaving()).toList();
        return staying.isEmpty() ? all : staying;
    }
}
