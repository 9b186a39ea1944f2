package io.slotkeeper.simulation;

import io.slotkeeper.topology.SlotSet;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntConsumer;

/**
 * The 16384 slots in as few pieces as were ever told apart, so that who owns what is a handful of numbers. A set of slots is a
 * mask over the pieces; a set that cuts a piece splits it.
 */
final class SlotPieces {
    /** As many pieces as a mask has bits. */
    static final int MOST = 64;

    private final List<SlotSet> pieces = new ArrayList<>(List.of(SlotSet.all()));
    private final Map<SlotSet, Long> masks = new HashMap<>();
    private final Map<Long, SlotSet> sets = new HashMap<>();

    int count() {
        return pieces.size();
    }

    /** The mask of these slots; {@code split} is told of each piece that had to be split. */
    long mask(SlotSet slots, Split split) {
        Long known = masks.get(slots);
        if (known != null) {
            return known;
        }
        long mask = 0;
        for (int i = pieces.size() - 1; i >= 0; i--) {
            SlotSet piece = pieces.get(i);
            SlotSet inside = piece.intersection(slots);
            if (inside.isEmpty()) {
                continue;
            }
            mask |= 1L << i;
            SlotSet outside = piece.minus(slots);
            if (!outside.isEmpty()) {
                pieces.set(i, inside);
                pieces.add(outside);
                masks.clear();
                sets.clear();
                split.happened(i, pieces.size() - 1);
            }
        }
        masks.put(slots, mask);
        return mask;
    }

    SlotSet slots(long mask) {
        SlotSet known = sets.get(mask);
        if (known == null) {
            known = SlotSet.none();
            for (int i = 0; i < pieces.size(); i++) {
                if ((mask & 1L << i) != 0) {
                    known = known.union(pieces.get(i));
                }
            }
            sets.put(mask, known);
        }
        return known;
    }

    /** The piece this slot is in. */
    int pieceOf(int slot) {
        for (int i = 0; i < pieces.size(); i++) {
            if (pieces.get(i).contains(slot)) {
                return i;
            }
        }
        throw new IllegalArgumentException("there is no slot " + slot);
    }

    /** A slot of this piece, for a write. */
    int someSlot(int piece) {
        return pieces.get(piece).ranges().getFirst().first();
    }

    static void each(long mask, IntConsumer action) {
        for (long rest = mask; rest != 0; rest &= rest - 1) {
            action.accept(Long.numberOfTrailingZeros(rest));
        }
    }

    /** A piece was split: the new one belongs to whomever the old one does. */
    interface Split {
        void happened(int old, int added);
    }
}
