package io.slotkeeper.engine;

import static io.slotkeeper.engine.Cluster.cluster;

import io.slotkeeper.topology.NodeId;
import io.slotkeeper.topology.SlotSet;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Commands by which Valkey's owner of slots hands them over at once: see {@link Capabilities.SlotMoving#BY_SOURCE}. */
public final class SlotExport {
    private SlotExport() {}

    /**
     * Starts to hand slots over, each set to its receiver; OK says only that it begins. A receiver that is a replica is not
     * refused but fails later.
     */
    public static Command<Done> start(Map<NodeId, SlotSet> slotsByReceiver) {
        List<String> words = new ArrayList<>(List.of("MIGRATESLOTS"));
        slotsByReceiver.forEach((receiver, slots) -> {
            words.add("SLOTSRANGE");
            Cluster.addRanges(words, slots);
            words.addAll(List.of("NODE", receiver.value()));
        });
        return cluster("MIGRATESLOTS", Reply::asOk, words);
    }

    /** Calls off everything this node hands over; refused when there is nothing. */
    // CLUSTER HELP prints an ALL behind it, which Valkey 9.1 then refuses.
    public static Command<Done> cancelAll() {
        return cluster("CANCELSLOTMIGRATIONS", Reply::asOk, "CANCELSLOTMIGRATIONS");
    }

    /** What this node hands over or receives, and what it did since it started, the latest first. */
    public static Command<List<Job>> jobs() {
        return cluster(
                "GETSLOTMIGRATIONS",
                reply -> reply.asItems().stream().map(SlotExport::job).toList(),
                "GETSLOTMIGRATIONS");
    }

    private static Job job(Reply reply) {
        Map<String, Reply> fields = reply.asFields();
        return new Job(
                text(fields, "name"),
                text(fields, "operation"),
                SlotSet.parse(text(fields, "slot_ranges")),
                new NodeId(text(fields, "source_node")),
                new NodeId(text(fields, "target_node")),
                text(fields, "state"),
                text(fields, "message"));
    }

    private static String text(Map<String, Reply> fields, String name) {
        Reply reply = fields.get(name);
        return reply == null ? "" : reply.asText();
    }

    /** One hand-over as one of its two ends sees it; operation is EXPORT or IMPORT. */
    public record Job(
            String name,
            String operation,
            SlotSet slots,
            NodeId source,
            NodeId receiver,
            String state,
            String message) {
        private static final Set<String> FINAL = Set.of("success", "failed", "cancelled");

        /** Whether it is over; a state that nobody has heard of is one that goes on. */
        public boolean isOver() {
            return FINAL.contains(state);
        }

        /** Whether the slots have a new owner. */
        public boolean succeeded() {
            return state.equals("success");
        }
    }
}
