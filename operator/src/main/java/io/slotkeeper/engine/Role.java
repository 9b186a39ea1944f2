package io.slotkeeper.engine;

import io.slotkeeper.topology.Address;
import java.util.List;

/** The answer of ROLE. */
public sealed interface Role {
    /** A primary, how far it has written, and who follows. */
    record Primary(long offset, List<Follower> followers) implements Role {
        public Primary {
            followers = List.copyOf(followers);
        }
    }

    /** A replica, of whom, how the link is (connected, connect, connecting, sync, handshake), and how far it has read. */
    record Replica(Address primary, String link, long offset) implements Role {}

    /** A replica as its primary knows it. */
    record Follower(Address address, long confirmedOffset) {}

    static Role parse(Reply reply) {
        List<Reply> items = reply.asItems();
        String kind = items.get(0).asText();
        return switch (kind) {
            case "master", "primary" ->
                new Primary(
                        items.get(1).asNumber(),
                        items.get(2).asItems().stream().map(Role::follower).toList());
            case "slave", "replica" ->
                new Replica(
                        new Address(
                                items.get(1).asText(),
                                Math.toIntExact(items.get(2).asNumber())),
                        items.get(3).asText(),
                        items.get(4).asNumber());
            default -> throw new UnexpectedReply("a role called '" + kind + "'");
        };
    }

    private static Follower follower(Reply reply) {
        List<Reply> items = reply.asItems();
        Address address =
                new Address(items.get(0).asText(), Math.toIntExact(items.get(1).asNumber()));
        return new Follower(address, items.get(2).asNumber());
    }
}
