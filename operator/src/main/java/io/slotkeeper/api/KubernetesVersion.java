package io.slotkeeper.api;

import java.util.Comparator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A version of Kubernetes, as far as features go by it. */
public record KubernetesVersion(int major, int minor) implements Comparable<KubernetesVersion> {
    /**
     * The oldest that the operator runs on. An older API server drops validation rules it does not know and would let through
     * what cannot be undone: rules with transitions are stable since 1.29, as are the quantities in them.
     */
    public static final KubernetesVersion OLDEST = new KubernetesVersion(1, 29);

    private static final Pattern LEADING_NUMBER = Pattern.compile("^[0-9]+");

    /** The version that an API server tells; some add a sign to the number, such as {@code 29+}. */
    public static KubernetesVersion of(String major, String minor) {
        return new KubernetesVersion(number(major), number(minor));
    }

    /** Whether the operator runs on it. */
    public boolean suffices() {
        return compareTo(OLDEST) >= 0;
    }

    @Override
    public int compareTo(KubernetesVersion other) {
        return Comparator.comparingInt(KubernetesVersion::major)
                .thenComparingInt(KubernetesVersion::minor)
                .compare(this, other);
    }

    @Override
    public String toString() {
        return major + "." + minor;
    }

    private static int number(String text) {
        Matcher number = LEADING_NUMBER.matcher(text);
        if (!number.find()) {
            throw new IllegalArgumentException("not a version of Kubernetes: " + text);
        }
        return Integer.parseInt(number.group());
    }
}
