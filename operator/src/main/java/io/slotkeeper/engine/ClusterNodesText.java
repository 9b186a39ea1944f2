package io.slotkeeper.engine;

import io.slotkeeper.engine.ClusterNode.Flag;
import io.slotkeeper.engine.ClusterNode.OpenSlot;
import io.slotkeeper.topology.Address;
import io.slotkeeper.topology.NodeId;
import io.slotkeeper.topology.SlotRange;
import io.slotkeeper.topology.SlotSet;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * Reads the lines {@code <id> <ip:port@bus[,hostname[,name=value]*]> <flags> <primary|-> <ping> <pong> <epoch> <link>
 * [<slot>]*}. Flags and auxiliary fields of later versions are kept; a line that lacks its first eight words is an error,
 * because a node that is overlooked is worse than a node that cannot be read.
 */
final class ClusterNodesText {
    private ClusterNodesText() {}

    static List<ClusterNode> parse(String text) {
        return text.lines()
                .filter(line -> !line.isBlank() && !line.startsWith("vars "))
                .map(ClusterNodesText::parseLine)
                .toList();
    }

    private static ClusterNode parseLine(String line) {
        String[] words = line.strip().split(" +", -1);
        if (words.length < 8) {
            throw new UnexpectedReply("a line of CLUSTER NODES with " + words.length + " words: '" + line + "'");
        }
        Endpoint endpoint = Endpoint.parse(words[1]);
        Set<Flag> flags = EnumSet.noneOf(Flag.class);
        Set<String> unknownFlags = new TreeSet<>();
        for (String word : words[2].split(",", -1)) {
            Flag.of(word).ifPresentOrElse(flags::add, () -> {
                if (!word.isEmpty() && !word.equals("noflags")) {
                    unknownFlags.add(word);
                }
            });
        }
        List<SlotRange> slots = new ArrayList<>();
        List<OpenSlot> open = new ArrayList<>();
        for (int i = 8; i < words.length; i++) {
            if (words[i].startsWith("[")) {
                open.add(openSlot(words[i]));
            } else {
                slots.add(SlotRange.parse(words[i]));
            }
        }
        return new ClusterNode(
                new NodeId(words[0]),
                endpoint.address(),
                endpoint.busPort(),
                endpoint.hostname(),
                endpoint.auxiliary(),
                flags,
                unknownFlags,
                words[3].equals("-") ? Optional.empty() : Optional.of(new NodeId(words[3])),
                Long.parseLong(words[4]),
                Long.parseLong(words[5]),
                Long.parseLong(words[6]),
                words[7].equals("connected"),
                new SlotSet(slots),
                open);
    }

    /** {@code [77->-id]}: 77 goes to id; {@code [93-<-id]}: 93 comes from id. */
    private static OpenSlot openSlot(String word) {
        int end = word.endsWith("]") ? word.length() - 1 : word.length();
        int arrow = word.indexOf("->-");
        OpenSlot.Direction direction = OpenSlot.Direction.MIGRATING;
        if (arrow < 0) {
            arrow = word.indexOf("-<-");
            direction = OpenSlot.Direction.IMPORTING;
        }
        if (arrow < 0) {
            throw new UnexpectedReply("an open slot without arrow: '" + word + "'");
        }
        return new OpenSlot(
                Integer.parseInt(word.substring(1, arrow)), direction, new NodeId(word.substring(arrow + 3, end)));
    }

    /** The second word of a line. */
    private record Endpoint(
            Optional<Address> address, int busPort, Optional<String> hostname, Map<String, String> auxiliary) {
        static Endpoint parse(String word) {
            String[] parts = word.split(",", -1);
            int at = parts[0].indexOf('@');
            String where = at < 0 ? parts[0] : parts[0].substring(0, at);
            int colon = where.lastIndexOf(':');
            if (colon < 0) {
                throw new UnexpectedReply("an address without port: '" + word + "'");
            }
            int port = Integer.parseInt(where.substring(colon + 1));
            // A node that nobody knows the address of is printed as :0@0.
            Optional<Address> address =
                    colon == 0 ? Optional.empty() : Optional.of(new Address(where.substring(0, colon), port));
            Optional<String> hostname =
                    parts.length > 1 && !parts[1].isEmpty() ? Optional.of(parts[1]) : Optional.empty();
            Map<String, String> auxiliary = new LinkedHashMap<>();
            for (int i = 2; i < parts.length; i++) {
                int equals = parts[i].indexOf('=');
                if (equals > 0) {
                    auxiliary.put(parts[i].substring(0, equals), parts[i].substring(equals + 1));
                }
            }
            int busPort = at < 0 ? port + 10_000 : Integer.parseInt(parts[0].substring(at + 1));
            return new Endpoint(address, busPort, hostname, auxiliary);
        }
    }
}
