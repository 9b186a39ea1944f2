package io.slotkeeper.simulation;

import java.util.BitSet;

/**
 * The ledger of the history: which writes were acknowledged, and which of them the faults themselves have lost (the tail that no
 * replica had when its primary died, a disk that was taken away). Whatever else is missing is somebody's fault.
 */
final class Losses {
    private final World world;
    private final BitSet acknowledged = new BitSet();
    private final BitSet lostByFaults = new BitSet();
    private final BitSet[] byPiece = new BitSet[SlotPieces.MOST];
    private int[] slotOf = new int[256];
    private int writes;
    private int piecesSeen = 1;

    Losses(World world) {
        this.world = world;
    }

    void acknowledge(Node node, int piece) {
        int write = writes++;
        if (write == slotOf.length) {
            slotOf = java.util.Arrays.copyOf(slotOf, write * 2);
        }
        slotOf[write] = world.pieces.someSlot(piece);
        acknowledged.set(write);
        ofPiece(piece).set(write);
        node.data.set(write);
        node.offset += 100;
    }

    int writes() {
        return writes;
    }

    int lost() {
        return lostByFaults.cardinality();
    }

    private BitSet ofPiece(int piece) {
        if (piecesSeen != world.pieces.count()) {
            // A piece was split: sort the writes anew.
            java.util.Arrays.fill(byPiece, null);
            piecesSeen = world.pieces.count();
            for (int write = 0; write < writes; write++) {
                set(world.pieces.pieceOf(slotOf[write])).set(write);
            }
        }
        return set(piece);
    }

    private BitSet set(int piece) {
        BitSet set = byPiece[piece];
        if (set == null) {
            set = new BitSet();
            byPiece[piece] = set;
        }
        return set;
    }

    /** The acknowledged writes in these pieces that no fault has lost. */
    BitSet dueIn(long mask) {
        BitSet due = writtenIn(mask);
        due.andNot(lostByFaults);
        return due;
    }

    /** The acknowledged writes in these pieces, given up or not. */
    BitSet writtenIn(long mask) {
        BitSet written = new BitSet();
        SlotPieces.each(mask, piece -> written.or(ofPiece(piece)));
        return written;
    }

    /** From now on this node serves these pieces, by what happened in the world: what it lacks is lost. */
    void servedByFate(Node node, long mask) {
        if (node.cluster != 0) {
            return;
        }
        BitSet missing = dueIn(mask);
        missing.andNot(node.data);
        lose(missing, node, "does not have them when it begins to serve");
    }

    /** This node's data goes away, by what happened in the world: what nobody else holds is lost. */
    void takenByFate(BitSet gone, Node node, String how) {
        if (node.cluster == 0) {
            lose(onlyIn(gone, node), node, how);
        }
    }

    /** Which of these acknowledged writes are not lost yet, and held by nobody but this node. */
    BitSet onlyIn(BitSet some, Node node) {
        BitSet only = new BitSet();
        only.or(some);
        only.andNot(lostByFaults);
        if (!only.isEmpty()) {
            only.andNot(world.heldByOthers(node));
        }
        return only;
    }

    /** The user gives everything up. */
    void forgive() {
        lostByFaults.or(acknowledged);
    }

    private void lose(BitSet writes, Node node, String how) {
        if (!writes.isEmpty()) {
            lostByFaults.or(writes);
            world.tell(() -> "  " + writes.cardinality() + " writes are lost by fate: " + node + " " + how);
        }
    }
}
