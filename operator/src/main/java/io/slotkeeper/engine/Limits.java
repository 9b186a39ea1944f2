package io.slotkeeper.engine;

/** How much one reply may bring before the connection is given up: bytes, list elements in total, lists inside lists. */
public record Limits(int bytes, int elements, int depth) {
    /** Room for every answer the operator asks for on a cluster of a thousand nodes. */
    public static final Limits DEFAULT = new Limits(64 << 20, 1 << 20, 16);

    public Limits {
        if (bytes < 1 || elements < 1 || depth < 1) {
            throw new IllegalArgumentException(
                    "limits of a reply are at least 1: " + bytes + ", " + elements + ", " + depth);
        }
    }
}
