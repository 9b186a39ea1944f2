package io.slotkeeper.engine;

import static io.slotkeeper.engine.Cluster.cluster;

import io.slotkeeper.topology.Address;
import io.slotkeeper.topology.NodeId;
import io.slotkeeper.topology.SlotRange;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Commands that move a slot the classic way, key by key, and that look into slots. */
public final class Slots {
    private Slots() {}

    /** First step, on the receiver: accept keys of this slot from its owner. */
    public static Command<Done> setImporting(int slot, NodeId from) {
        return setSlot(slot, "IMPORTING", from);
    }

    /** Second step, on the owner: answer ASK for keys that are gone already. */
    public static Command<Done> setMigrating(int slot, NodeId to) {
        return setSlot(slot, "MIGRATING", to);
    }

    /** Last step, on the receiver first: the slot has a new owner. */
    public static Command<Done> setOwner(int slot, NodeId owner) {
        return setSlot(slot, "NODE", owner);
    }

    /** Calls a half-done move off; keys stay where they are. */
    public static Command<Done> setStable(int slot) {
        return cluster("SETSLOT " + slot + " STABLE", Reply::asOk, "SETSLOT", Integer.toString(slot), "STABLE");
    }

    /** Up to so many keys of a slot. */
    public static Command<List<byte[]>> keys(int slot, int atMost) {
        return cluster(
                "GETKEYSINSLOT " + slot,
                reply -> reply.asItems().stream().map(Reply::asBytes).toList(),
                "GETKEYSINSLOT",
                Integer.toString(slot),
                Integer.toString(atMost));
    }

    /** How many keys a slot has on this node. */
    public static Command<Long> countKeys(int slot) {
        return cluster("COUNTKEYSINSLOT " + slot, Reply::asNumber, "COUNTKEYSINSLOT", Integer.toString(slot));
    }

    /** What the slots of a range hold and cost, as far as the engine counts it: see {@link Capabilities#slotStatistics}. */
    public static Command<Map<Integer, SlotStatistics>> statistics(SlotRange range) {
        return cluster(
                "SLOT-STATS " + range,
                Slots::statistics,
                "SLOT-STATS",
                "SLOTSRANGE",
                Integer.toString(range.first()),
                Integer.toString(range.last()));
    }

    /**
     * Moves keys of one slot to another node; answers false when none of them was there any more. Both nodes stand still
     * for the time it takes, and the node that sends gives up after the timeout.
     */
    public static Command<Boolean> migrate(
            Address to,
            int database,
            List<byte[]> keys,
            Duration timeout,
            boolean replace,
            Optional<Access.User> user) {
        List<String> options = new ArrayList<>(List.of(
                "MIGRATE",
                to.host(),
                Integer.toString(to.port()),
                "",
                Integer.toString(database),
                Long.toString(timeout.toMillis())));
        if (replace) {
            options.add("REPLACE");
        }
        user.ifPresent(who -> options.addAll(List.of("AUTH2", who.name(), who.password())));
        options.add("KEYS");
        List<byte[]> words = new ArrayList<>(Command.bytes(options));
        words.addAll(keys);
        String name = "MIGRATE of " + keys.size() + " keys to " + to;
        return new Command<>(
                name,
                words,
                Slots::whetherMoved,
                user.map(who -> List.of(who.password())).orElse(List.of()));
    }

    private static Command<Done> setSlot(int slot, String what, NodeId node) {
        return cluster(
                "SETSLOT " + slot + " " + what + " " + node,
                Reply::asOk,
                "SETSLOT",
                Integer.toString(slot),
                what,
                node.value());
    }

    private static boolean whetherMoved(Reply reply) {
        return switch (reply.asText()) {
            case "OK" -> true;
            case "NOKEY" -> false;
            default -> throw new UnexpectedReply("OK or NOKEY", reply);
        };
    }

    private static Map<Integer, SlotStatistics> statistics(Reply reply) {
        Map<Integer, SlotStatistics> statistics = new TreeMap<>();
        for (Reply item : reply.asItems()) {
            List<Reply> pair = item.asItems();
            Map<String, Long> figures = new TreeMap<>();
            pair.get(1).asFields().forEach((name, value) -> figures.put(name, value.asNumber()));
            statistics.put(Math.toIntExact(pair.get(0).asNumber()), new SlotStatistics(figures));
        }
        return statistics;
    }

    /** What an engine counts for one slot. */
    public record SlotStatistics(Map<String, Long> figures) {
        public SlotStatistics {
            figures = Map.copyOf(figures);
        }

        /** How many keys the slot has. */
        public long keys() {
            return figures.getOrDefault("key-count", 0L);
        }
    }
}
