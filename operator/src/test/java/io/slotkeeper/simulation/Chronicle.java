package io.slotkeeper.simulation;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/** What happened, for a person to read; kept only when a history is replayed, since most are never read. */
final class Chronicle {
    private final boolean kept;
    private final List<String> lines = new ArrayList<>();

    Chronicle(boolean kept) {
        this.kept = kept;
    }

    void add(long now, Supplier<String> line) {
        if (kept) {
            lines.add("%8.1f s  %s".formatted((now - 1_000_000) / 1000.0, line.get()));
        }
    }

    /** The last so many lines. */
    String end(int count) {
        return String.join("\n", lines.subList(Math.max(0, lines.size() - count), lines.size()));
    }
}
