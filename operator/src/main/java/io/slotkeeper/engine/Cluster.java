package io.slotkeeper.engine;

import io.slotkeeper.topology.Address;
import io.slotkeeper.topology.NodeId;
import io.slotkeeper.topology.SlotSet;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/** Commands about the cluster: who belongs to it, who follows whom, who owns which slots. */
public final class Cluster {
    private Cluster() {}

    /** The node's own id. */
    public static Command<NodeId> myId() {
        return cluster("MYID", reply -> new NodeId(reply.asText()), "MYID");
    }

    /** Every node this one knows, itself included. */
    public static Command<List<ClusterNode>> nodes() {
        return cluster("NODES", reply -> ClusterNodesText.parse(reply.asText()), "NODES");
    }

    /** The state of the cluster as this node sees it. */
    public static Command<ClusterInfo> info() {
        return cluster("INFO", reply -> ClusterInfo.parse(reply.asText()), "INFO");
    }

    /** The shards as this node sees them. */
    public static Command<List<ClusterShard>> shards() {
        return cluster("SHARDS", ClusterShard::parseAll, "SHARDS");
    }

    /**
     * Makes two nodes, and with them two whole clusters, one. The host has to be an IP address: an engine refuses names.
     * OK says only that the handshake begins.
     */
    public static Command<Done> meet(Address address, int busPort) {
        return cluster(
                "MEET " + address,
                Reply::asOk,
                "MEET",
                address.host(),
                Integer.toString(address.port()),
                Integer.toString(busPort));
    }

    /** Forgets a node and does not let it in again for a minute. */
    public static Command<Done> forget(NodeId node) {
        return cluster("FORGET " + node, Reply::asOk, "FORGET", node.value());
    }

    /** Makes the node a replica of this primary; its own data goes. */
    public static Command<Done> replicate(NodeId primary) {
        return cluster("REPLICATE " + primary, Reply::asOk, "REPLICATE", primary.value());
    }

    /** Gives slots that nobody owns to this node. */
    public static Command<Done> addSlots(SlotSet slots) {
        return cluster("ADDSLOTSRANGE " + slots, Reply::asOk, withRanges("ADDSLOTSRANGE", slots));
    }

    /** Makes this node forget who owns these slots. */
    public static Command<Done> deleteSlots(SlotSet slots) {
        return cluster("DELSLOTSRANGE " + slots, Reply::asOk, withRanges("DELSLOTSRANGE", slots));
    }

    /** Sets the epoch of a node that knows nobody yet. */
    public static Command<Done> setConfigEpoch(long epoch) {
        return cluster("SET-CONFIG-EPOCH " + epoch, Reply::asOk, "SET-CONFIG-EPOCH", Long.toString(epoch));
    }

    /** Takes an epoch above all others, without asking anybody; answers BUMPED or STILL and the epoch. */
    public static Command<String> bumpEpoch() {
        return cluster("BUMPEPOCH", Reply::asText, "BUMPEPOCH");
    }

    /** Forgets all other nodes and all slots; the node keeps its id. */
    public static Command<Done> resetSoft() {
        return cluster("RESET SOFT", Reply::asOk, "RESET", "SOFT");
    }

    /** Forgets everything, its own id and its epochs too. */
    public static Command<Done> resetHard() {
        return cluster("RESET HARD", Reply::asOk, "RESET", "HARD");
    }

    /** Asks a replica to become primary; OK says only that it will try. */
    public static Command<Done> failover(Failover how) {
        return switch (how) {
            case GRACEFUL -> cluster("FAILOVER", Reply::asOk, "FAILOVER");
            case FORCE, TAKEOVER -> cluster("FAILOVER " + how, Reply::asOk, "FAILOVER", how.name());
        };
    }

    /** Writes nodes.conf to the disk now. */
    public static Command<Done> saveConfig() {
        return cluster("SAVECONFIG", Reply::asOk, "SAVECONFIG");
    }

    /** The three ways in which a replica becomes primary on demand. */
    public enum Failover {
        /** With the primary's help and without losing a write. */
        GRACEFUL,
        /** Without the primary, by the votes of the others; loses writes if the primary is alive. */
        FORCE,
        /** Without anybody. */
        TAKEOVER
    }

    static <T> Command<T> cluster(String name, Function<Reply, T> decoder, String... words) {
        return cluster(name, decoder, List.of(words));
    }

    static <T> Command<T> cluster(String name, Function<Reply, T> decoder, List<String> words) {
        List<String> all = new ArrayList<>(List.of("CLUSTER"));
        all.addAll(words);
        return Command.of("CLUSTER " + name, decoder, all);
    }

    private static List<String> withRanges(String first, SlotSet slots) {
        List<String> words = new ArrayList<>(List.of(first));
        addRanges(words, slots);
        return words;
    }

    static void addRanges(List<String> words, SlotSet slots) {
        slots.ranges().forEach(range -> {
            words.add(Integer.toString(range.first()));
            words.add(Integer.toString(range.last()));
        });
    }
}
