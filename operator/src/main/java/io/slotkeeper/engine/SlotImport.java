package io.slotkeeper.engine;

import static io.slotkeeper.engine.Cluster.cluster;

import io.slotkeeper.topology.NodeId;
import io.slotkeeper.topology.SlotSet;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Commands by which Redis' receiver of slots fetches them at once: see {@link Capabilities.SlotMoving#BY_DESTINATION}. */
public final class SlotImport {
    private SlotImport() {}

    /** Starts to fetch slots, which must all have the same owner; answers the id of the task. One task at a time per node. */
    public static Command<String> start(SlotSet slots) {
        List<String> words = new ArrayList<>(List.of("MIGRATION", "IMPORT"));
        Cluster.addRanges(words, slots);
        return cluster("MIGRATION IMPORT " + slots, Reply::asText, words);
    }

    /** All tasks of this node, those of the past included. */
    public static Command<List<Task>> tasks() {
        return cluster("MIGRATION STATUS ALL", SlotImport::tasks, "MIGRATION", "STATUS", "ALL");
    }

    /** The task of this id; an empty list when the node has forgotten it. */
    public static Command<List<Task>> task(String id) {
        return cluster("MIGRATION STATUS " + id, SlotImport::tasks, "MIGRATION", "STATUS", "ID", id);
    }

    /** Calls the task off, on the node that started it; answers how many it was. */
    public static Command<Integer> cancel(String id) {
        return cluster(
                "MIGRATION CANCEL " + id, reply -> Math.toIntExact(reply.asNumber()), "MIGRATION", "CANCEL", "ID", id);
    }

    /** Calls every task of this node off; answers how many there were. */
    public static Command<Integer> cancelAll() {
        return cluster(
                "MIGRATION CANCEL ALL", reply -> Math.toIntExact(reply.asNumber()), "MIGRATION", "CANCEL", "ALL");
    }

    private static List<Task> tasks(Reply reply) {
        return reply.asItems().stream().map(SlotImport::task).toList();
    }

    private static Task task(Reply reply) {
        Map<String, Reply> fields = reply.asFields();
        return new Task(
                text(fields, "id"),
                text(fields, "operation"),
                SlotSet.parse(text(fields, "slots")),
                new NodeId(text(fields, "source")),
                new NodeId(text(fields, "dest")),
                text(fields, "state"),
                text(fields, "last_error"));
    }

    private static String text(Map<String, Reply> fields, String name) {
        Reply reply = fields.get(name);
        return reply == null ? "" : reply.asText();
    }

    /** One task as one of its two ends sees it; operation is import or migrate. */
    public record Task(
            String id,
            String operation,
            SlotSet slots,
            NodeId source,
            NodeId receiver,
            String state,
            String lastError) {
        private static final Set<String> FINAL = Set.of("completed", "failed", "canceled", "cancelled");

        /** Whether it is over; a state that nobody has heard of is one that goes on. */
        public boolean isOver() {
            return FINAL.contains(state);
        }

        /** Whether the slots have a new owner. */
        public boolean succeeded() {
            return state.equals("completed");
        }
    }
}
