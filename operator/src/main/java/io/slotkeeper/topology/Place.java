package io.slotkeeper.topology;

import java.util.Comparator;

/** Where a node belongs: its shard and its number in it. The pod `cart-1-0` has the place 1-0, whatever runs in it. */
public record Place(int shard, int ordinal) implements Comparable<Place> {
    private static final Comparator<Place> ORDER =
            Comparator.comparingInt(Place::shard).thenComparingInt(Place::ordinal);

    public Place {
        if (shard < 0 || ordinal < 0) {
            throw new IllegalArgumentException("a place has no negative numbers: " + shard + "-" + ordinal);
        }
    }

    @Override
    public int compareTo(Place other) {
        return ORDER.compare(this, other);
    }

    @Override
    public String toString() {
        return shard + "-" + ordinal;
    }
}
