package io.slotkeeper.engine;

import io.slotkeeper.topology.Address;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a process says of its replication. Offsets of two nodes may be compared when their ids are the same, or when the
 * second id of one, up to {@code secondOffset}, is the first of the other.
 */
public record Replication(
        Optional<PrimaryLink> primary,
        List<ReplicaLink> replicas,
        int connectedReplicas,
        String id,
        String secondId,
        long offset,
        long secondOffset) {
    public Replication {
        replicas = List.copyOf(replicas);
    }

    static Replication of(Fields fields) {
        String role = fields.requiredText("role");
        boolean replica = role.equals("slave") || role.equals("replica");
        List<ReplicaLink> replicas = new ArrayList<>();
        for (int i = 0; fields.text("slave" + i).isPresent(); i++) {
            replicas.add(ReplicaLink.of(commaSeparated(fields.requiredText("slave" + i))));
        }
        return new Replication(
                replica ? Optional.of(PrimaryLink.of(fields)) : Optional.empty(),
                replicas,
                Math.toIntExact(fields.number("connected_slaves", 0)),
                fields.text("master_replid").orElse(""),
                fields.text("master_replid2").orElse(""),
                fields.number("master_repl_offset", 0),
                fields.number("second_repl_offset", -1));
    }

    /** Whether this node is a replica, if only by intent: its link may be down. */
    public boolean isReplica() {
        return primary.isPresent();
    }

    static Map<String, String> commaSeparated(String text) {
        Map<String, String> parts = new LinkedHashMap<>();
        for (String part : text.split(",", -1)) {
            int equals = part.indexOf('=');
            if (equals > 0) {
                parts.put(part.substring(0, equals), part.substring(equals + 1));
            }
        }
        return parts;
    }

    /**
     * A replica's link to its primary. {@code downFor} is empty while the link is up, and also when it has never been up;
     * {@code readOffset} may be ahead of {@code appliedOffset} by what has arrived but is not yet carried out.
     */
    public record PrimaryLink(
            Address address,
            boolean up,
            Optional<Duration> downFor,
            boolean firstSyncGoingOn,
            Optional<Duration> lastHeard,
            long readOffset,
            long appliedOffset) {
        static PrimaryLink of(Fields fields) {
            return new PrimaryLink(
                    new Address(
                            fields.requiredText("master_host"), Math.toIntExact(fields.requiredNumber("master_port"))),
                    fields.requiredText("master_link_status").equals("up"),
                    fields.seconds("master_link_down_since_seconds"),
                    fields.flag("master_sync_in_progress"),
                    fields.seconds("master_last_io_seconds_ago"),
                    fields.number("slave_read_repl_offset", 0),
                    fields.number("slave_repl_offset", 0));
        }
    }

    /** A replica as its primary knows it; {@code state} is online once the first sync is done. */
    public record ReplicaLink(Address address, String state, long confirmedOffset, Duration lastHeard) {
        static ReplicaLink of(Map<String, String> parts) {
            return new ReplicaLink(
                    new Address(parts.getOrDefault("ip", "?"), Integer.parseInt(parts.getOrDefault("port", "0"))),
                    parts.getOrDefault("state", "?"),
                    Long.parseLong(parts.getOrDefault("offset", "0")),
                    Duration.ofSeconds(Math.max(0, Long.parseLong(parts.getOrDefault("lag", "0")))));
        }

        /** Whether the first sync is done. */
        public boolean isOnline() {
            return state.equals("online");
        }
    }
}
