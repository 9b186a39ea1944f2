package io.slotkeeper.engine;

import io.slotkeeper.topology.NodeId;
import io.slotkeeper.topology.SlotRange;
import io.slotkeeper.topology.SlotSet;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** One shard of CLUSTER SHARDS; the id is there only on engines that print it. */
public record ClusterShard(Optional<String> id, SlotSet slots, List<Member> members) {
    public ClusterShard {
        members = List.copyOf(members);
    }

    static List<ClusterShard> parseAll(Reply reply) {
        return reply.asItems().stream().map(ClusterShard::parse).toList();
    }

    private static ClusterShard parse(Reply reply) {
        Map<String, Reply> fields = reply.asFields();
        return new ClusterShard(
                text(fields, "id"),
                slots(items(fields, "slots")),
                items(fields, "nodes").stream().map(ClusterShard::member).toList());
    }

    private static SlotSet slots(List<Reply> bounds) {
        List<SlotRange> ranges = new ArrayList<>();
        for (int i = 0; i + 1 < bounds.size(); i += 2) {
            ranges.add(new SlotRange(
                    Math.toIntExact(bounds.get(i).asNumber()),
                    Math.toIntExact(bounds.get(i + 1).asNumber())));
        }
        return new SlotSet(ranges);
    }

    private static Member member(Reply reply) {
        Map<String, Reply> fields = reply.asFields();
        return new Member(
                new NodeId(text(fields, "id").orElse("")),
                text(fields, "ip").orElse(""),
                text(fields, "hostname"),
                text(fields, "role").orElse(""),
                text(fields, "replication-offset").map(Long::valueOf).orElse(0L),
                text(fields, "health").orElse(""));
    }

    private static List<Reply> items(Map<String, Reply> fields, String name) {
        Reply reply = fields.get(name);
        return reply == null ? List.of() : reply.asItems();
    }

    private static Optional<String> text(Map<String, Reply> fields, String name) {
        return Optional.ofNullable(fields.get(name)).map(Reply::asText);
    }

    /** A node of the shard; health is online, loading or fail. */
    public record Member(NodeId id, String ip, Optional<String> hostname, String role, long offset, String health) {}
}
