package io.slotkeeper.topology;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Some of the 16384 slots, as the shortest ascending list of ranges: two sets with the same slots are equal. */
public record SlotSet(List<SlotRange> ranges) {
    private static final SlotSet NONE = new SlotSet(List.of());
    private static final SlotSet ALL = new SlotSet(List.of(new SlotRange(0, HashSlot.COUNT - 1)));

    public SlotSet(List<SlotRange> ranges) {
        this.ranges = joined(ranges);
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
        return intersection(other).size() == other.size();
    }

    /** Whether some slot is in both sets. */
    public boolean intersects(SlotSet other) {
        return !intersection(other).isEmpty();
    }

    /** The slots that are in this set, in the other, or in both. */
    public SlotSet union(SlotSet other) {
        return other.isEmpty() || other.equals(this)
                ? this
                : new SlotSet(
                        Stream.concat(ranges.stream(), other.ranges.stream()).toList());
    }

    /** The slots of this set that are not in the other. */
    public SlotSet minus(SlotSet other) {
        List<SlotRange> left = new ArrayList<>();
        for (SlotRange range : ranges) {
            int first = range.first();
            for (SlotRange hole : other.ranges) {
                if (hole.last() >= first && hole.first() <= range.last()) {
                    if (hole.first() > first) {
                        left.add(new SlotRange(first, hole.first() - 1));
                    }
                    first = hole.last() + 1;
                }
            }
            if (first <= range.last()) {
                left.add(new SlotRange(first, range.last()));
            }
        }
        return new SlotSet(left);
    }

    /** The slots that are in both sets. */
    public SlotSet intersection(SlotSet other) {
        List<SlotRange> both = new ArrayList<>();
        for (int mine = 0, theirs = 0; mine < ranges.size() && theirs < other.ranges.size(); ) {
            SlotRange one = ranges.get(mine);
            SlotRange two = other.ranges.get(theirs);
            int first = Math.max(one.first(), two.first());
            int last = Math.min(one.last(), two.last());
            if (first <= last) {
                both.add(new SlotRange(first, last));
            }
            if (one.last() < two.last()) {
                mine++;
            } else {
                theirs++;
            }
        }
        return new SlotSet(both);
    }

    /** The slots one by one, ascending. */
    public IntStream slots() {
        return ranges.stream().flatMapToInt(range -> IntStream.rangeClosed(range.first(), range.last()));
    }

    @Override
    public String toString() {
        return ranges.stream().map(SlotRange::toString).collect(Collectors.joining(","));
    }

    /** Sorts the ranges and joins those that touch or overlap. */
    private static List<SlotRange> joined(List<SlotRange> ranges) {
        if (isShortestAscending(ranges)) {
            return List.copyOf(ranges);
        }
        List<SlotRange> joined = new ArrayList<>();
        for (SlotRange range : ranges.stream()
                .sorted(Comparator.comparingInt(SlotRange::first))
                .toList()) {
            if (!joined.isEmpty() && joined.getLast().last() >= range.first() - 1) {
                SlotRange before = joined.removeLast();
                joined.add(new SlotRange(before.first(), Math.max(before.last(), range.last())));
            } else {
                joined.add(range);
            }
        }
        return List.copyOf(joined);
    }

    private static boolean isShortestAscending(List<SlotRange> ranges) {
        for (int i = 1; i < ranges.size(); i++) {
            if (ranges.get(i).first() <= ranges.get(i - 1).last() + 1) {
                return false;
            }
        }
        return true;
    }
}
