package io.slotkeeper.topology;

import java.util.regex.Pattern;

/** The name a node gave itself when it first started: 40 lower-case hexadecimal digits, kept in its nodes.conf. */
public record NodeId(String value) implements Comparable<NodeId> {
    private static final Pattern FORTY_HEX_DIGITS = Pattern.compile("[0-9a-f]{40}");

    public NodeId {
        if (!FORTY_HEX_DIGITS.matcher(value).matches()) {
            throw new IllegalArgumentException("'" + value + "' is not a node id: 40 hexadecimal digits");
        }
    }

    /** The first eight digits, for people. */
    public String shortened() {
        return value.substring(0, 8);
    }

    @Override
    public int compareTo(NodeId other) {
        return value.compareTo(other.value);
    }

    @Override
    public String toString() {
        return value;
    }
}
