package io.slotkeeper.simulation;

import java.util.List;

/** Everything that is random in a history comes from here, and follows from the seed. */
final class Dice {
    private long state;

    /** The seed is mixed before it counts: neighbours would otherwise throw the same dice, one throw apart. */
    Dice(long seed) {
        state = mixed(mixed(seed) + 0x632BE59BD9B4E019L);
    }

    private long next() {
        state += 0x9E3779B97F4A7C15L;
        return mixed(state);
    }

    private static long mixed(long value) {
        long mixed = (value ^ (value >>> 30)) * 0xBF58476D1CE4E5B9L;
        mixed = (mixed ^ (mixed >>> 27)) * 0x94D049BB133111EBL;
        return mixed ^ (mixed >>> 31);
    }

    /** From 0 up to, not including, the bound. */
    int below(int bound) {
        return (int) Long.remainderUnsigned(next(), bound);
    }

    /** Both ends included. */
    int between(int least, int most) {
        return least + below(most - least + 1);
    }

    boolean oneIn(int times) {
        return below(times) == 0;
    }

    <T> T oneOf(List<T> choices) {
        return choices.get(below(choices.size()));
    }

    <T> void shuffle(List<T> list) {
        for (int i = list.size() - 1; i > 0; i--) {
            int j = below(i + 1);
            T kept = list.get(i);
            list.set(i, list.get(j));
            list.set(j, kept);
        }
    }

    /** Forty hexadecimal digits, as an engine makes up for itself. */
    String nodeId() {
        return "%016x%016x%08x".formatted(next(), next(), (int) next());
    }
}
