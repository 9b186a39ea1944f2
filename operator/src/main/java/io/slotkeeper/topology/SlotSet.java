package io.slotkeeper.topology;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collection;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Some of the 16384 slots, as the shortest ascending list of ranges: two sets with the same slots are equal. */
public record SlotSet(List<SlotRange> ranges) {
    private static final SlotSet NONE = new SlotSet(List.of());
    private static final SlotSet ALL = new SlotSet(List.of(new SlotRange(0, HashSlot.COUNT - 1)));

    public SlotSet(List<SlotRange> ranges) {
        this.ranges = rangesOf(bitsOf(ranges));
    }

    /** No slot at all. */
    public static SlotSet none() {
        return NONE;
    }

    /** Every slot there is. */
    public static SlotSet all() {
        return ALL;
    }

    /** These ranges. */
    public static SlotSet of(SlotRange... ranges) {
        return new SlotSet(List.of(ranges));
    }

    /** These slots. */
    public static SlotSet ofSlots(Collection<Integer> slots) {
        return new SlotSet(slots.stream().map(SlotRange::of).toList());
    }

    /** Reads {@code 0-5460,6000}; ranges are separated by commas or blanks, nothing at all is the empty set. */
    public static SlotSet parse(String text) {
        List<SlotRange> ranges = new ArrayList<>();
        for (String part : text.strip().split("[,\\s]+", -1)) {
            if (!part.isEmpty()) {
                ranges.add(SlotRange.parse(part));
            }
        }
        return new SlotSet(ranges);
    }

    /** How many slots are in it. */
    public int size() {
        return ranges.stream().mapToInt(SlotRange::size).sum();
    }

    /** Whether there is no slot in it. */
    public boolean isEmpty() {
        return ranges.isEmpty();
    }

    /** Whether this slot is in it. */
    public boolean contains(int slot) {
        return ranges.stream().anyMatch(range -> range.contains(slot));
    }

    /** Whether every slot of the other set is in this one. */
    public boolean containsAll(SlotSet other) {
        return other.minus(this).isEmpty();
    }

    /** The slots that are in this set, in the other, or in both. */
    public SlotSet union(SlotSet other) {
        BitSet bits = bitsOf(ranges);
        bits.or(bitsOf(other.ranges));
        return new SlotSet(rangesOf(bits));
    }

    /** The slots of this set that are not in the other. */
    public SlotSet minus(SlotSet other) {
        BitSet bits = bitsOf(ranges);
        bits.andNot(bitsOf(other.ranges));
        return new SlotSet(rangesOf(bits));
    }

    /** The slots that are in both sets. */
    public SlotSet intersection(SlotSet other) {
        BitSet bits = bitsOf(ranges);
        bits.and(bitsOf(other.ranges));
        return new SlotSet(rangesOf(bits));
    }

    /** The slots one by one, ascending. */
    public IntStream slots() {
        return ranges.stream().flatMapToInt(range -> IntStream.rangeClosed(range.first(), range.last()));
    }

    @Override
    public String toString() {
        return ranges.stream().map(SlotRange::toString).collect(Collectors.joining(","));
    }

    private static BitSet bitsOf(List<SlotRange> ranges) {
        BitSet bits = new BitSet(HashSlot.COUNT);
        ranges.forEach(range -> bits.set(range.first(), range.last() + 1));
        return bits;
    }

    private static List<SlotRange> rangesOf(BitSet bits) {
        List<SlotRange> ranges = new ArrayList<>();
        for (int first = bits.nextSetBit(0); first >= 0; ) {
            int end = bits.nextClearBit(first);
            ranges.add(new SlotRange(first, end - 1));
            first = bits.nextSetBit(end);
        }
        return List.copyOf(ranges);
    }
}
