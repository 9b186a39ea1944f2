package io.slotkeeper.simulation;

import io.slotkeeper.plan.LiveSettings;
import io.slotkeeper.topology.NodeId;
import io.slotkeeper.topology.Place;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One engine: what its nodes.conf says, what it holds, and what its process is doing. Other nodes are numbers, their index in
 * the world, because a history compares them millions of times. Commands are in {@link Commands}, the bus in {@link Bus}.
 */
final class Node {
    static final int NOBODY = -1;
    static final long NEVER = 0;

    /** What the engine's process is doing; only the first two are heard on the bus, only {@code SERVING} by clients. */
    enum Life {
        SERVING,
        /** Held back by the fence: votes, and learns who took its slots. */
        VOTING,
        LOADING,
        FROZEN,
        NONE
    }

    final int index;
    final NodeId id;
    /** Whose passwords it accepts: 0 is the cluster that is planned for. */
    final int cluster;

    /** Where it lives for as long as its disk does. */
    final Place home;

    // What nodes.conf says.
    final List<Peer> peers = new ArrayList<>();
    private Peer[] peerByIndex = new Peer[16];
    final List<Handshake> handshakes = new ArrayList<>();
    final int[] owner = new int[SlotPieces.MOST];
    final Map<Integer, Long> banned = new HashMap<>();
    int primary = NOBODY;
    long epoch;
    long currentEpoch;
    long votedIn;
    /** Whose place its last votes were about, and when; an engine forgets it when it stops. */
    final Map<Integer, Long> votedAbout = new HashMap<>();

    // What it holds: each write of the history is a bit. `disk` is what a crash leaves.
    final BitSet data = new BitSet();
    final BitSet disk = new BitSet();
    /** Of which stream of writes its data is a part; two nodes of one stream need no full copy of each other. */
    int stream;

    long offset;
    /** The stream it was part of before it was promoted, and how far it had come then. */
    int formerStream;

    long formerOffset;
    /** It stopped after saving everything. */
    boolean clean = true;
    /** Which replicas were in sync when its process died: what the witness wrote down. */
    final List<Node> account = new ArrayList<>();
    /** Which replicas had no reason to believe that they were not: a network that is cut is noticed late. */
    final List<Node> unaware = new ArrayList<>();
    /** When its process died the last time, and when it last stood still. */
    long endedAt = NEVER;
    /** When it last took the place of its primary, and when an operator last had it ask for votes. */
    long promotedAt = NEVER;

    long toldAt = NEVER;

    long frozenAt;
    /** There is a container or a volume that this node lives in. */
    boolean exists = true;

    /** Its pod was taken for gone, and its process lives on. */
    boolean forsaken;

    // What its process is doing.
    Life life = Life.NONE;
    int address = NOBODY;
    long processStarted;
    int timeout;
    boolean fullCoverage;
    int replicasToWrite;
    boolean replicationOpen;
    boolean ok;
    long minoritySince;
    long electionAt;

    // A replica's link to its primary: the address is where it looks, whatever the bus says.
    int linkAddress = NOBODY;
    boolean linkUp;
    /** The first copy over this link is there. */
    boolean copied;

    long syncedAt;
    /** When something came over the link the last time. */
    long linkHeard;
    /** When the link was last known to be up; an engine forgets it when it stops. */
    long linkLost = NEVER;

    boolean slow;
    /** Whether the plan made it follow its primary, and nothing in the world did. */
    boolean followsByPlan;

    Node(int index, NodeId id, int cluster, Place home) {
        this.index = index;
        this.id = id;
        this.cluster = cluster;
        this.home = home;
        Arrays.fill(owner, NOBODY);
    }

    /** Another node as this one sees it. */
    static final class Peer {
        final int node;
        int address;
        int primary = NOBODY;
        long epoch;
        long heard;
        boolean suspected;
        boolean failed;
        long failedAt;
        /** When which others last said that they suspect it. */
        final Map<Integer, Long> reports = new HashMap<>(4);

        Peer(int node, int address, long now) {
            this.node = node;
            this.address = address;
            this.heard = now;
        }
    }

    /** Somebody at this address was greeted and has not answered yet; its name is made up. */
    record Handshake(int address, boolean meet, long until, NodeId madeUp) {}

    /** What nodes.conf says besides roles does not count: who it knows. */
    boolean hasRole() {
        return isReplica() || claims() != 0;
    }

    boolean isReplica() {
        return primary != NOBODY;
    }

    boolean serves() {
        return life == Life.SERVING;
    }

    boolean isOnBus() {
        return life == Life.SERVING || life == Life.VOTING;
    }

    @Nullable
    Peer peer(int node) {
        return node >= 0 && node < peerByIndex.length ? peerByIndex[node] : null;
    }

    boolean knows(int node) {
        return node == index || peer(node) != null;
    }

    Peer add(int node, int where, long now) {
        if (node >= peerByIndex.length) {
            peerByIndex = Arrays.copyOf(peerByIndex, Math.max(node + 1, peerByIndex.length * 2));
        }
        Peer peer = new Peer(node, where, now);
        peerByIndex[node] = peer;
        peers.add(peer);
        return peer;
    }

    void drop(int node) {
        Peer peer = peer(node);
        if (peer != null) {
            peers.remove(peer);
            peerByIndex[node] = null;
            for (int i = 0; i < owner.length; i++) {
                if (owner[i] == node) {
                    owner[i] = NOBODY;
                }
            }
        }
    }

    /** The pieces of the slots that belong to this node, as it sees it. */
    long slotsOf(int node) {
        long mask = 0;
        for (int i = 0; i < owner.length; i++) {
            if (owner[i] == node) {
                mask |= 1L << i;
            }
        }
        return mask;
    }

    /** The pieces of the slots that it serves by its own word. */
    long claims() {
        return isReplica() ? 0 : slotsOf(index);
    }

    long epochOf(int node) {
        if (node == index) {
            return epoch;
        }
        Peer peer = peer(node);
        return peer == null ? 0 : peer.epoch;
    }

    boolean inSync() {
        return linkUp && copied;
    }

    LiveSettings settings() {
        return Wish.settings(timeout, fullCoverage, replicasToWrite);
    }

    /** What CONFIG SET does; an engine refuses what it does not know. */
    boolean set(String setting, String value) {
        switch (setting) {
            case Wish.NODE_TIMEOUT -> timeout = Integer.parseInt(value);
            case Wish.FULL_COVERAGE -> fullCoverage = value.equals("yes");
            case Wish.REPLICAS_TO_WRITE -> replicasToWrite = Integer.parseInt(value);
            default -> {
                return false;
            }
        }
        return true;
    }

    /** Its primary counts it as in sync, which hears of it once a second. */
    boolean isInSyncWith(Node source, long now) {
        return primary == source.index && serves() && inSync() && now - linkHeard <= 2_000;
    }

    @Override
    public String toString() {
        return (cluster == 0 ? "" : "stranger ") + home + "(" + id.shortened() + ")";
    }
}
