package io.slotkeeper.engine;

import java.util.Comparator;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Which engine, in which version; versions of different families have no order. */
public record EngineVersion(Family family, int major, int minor, int patch) {
    private static final Pattern NUMBERS = Pattern.compile("(\\d{1,5})\\.(\\d{1,5})(?:\\.(\\d{1,5}))?.*");
    private static final Comparator<EngineVersion> BY_NUMBERS = Comparator.comparingInt(EngineVersion::major)
            .thenComparingInt(EngineVersion::minor)
            .thenComparingInt(EngineVersion::patch);

    /** Whose engine it is. */
    public enum Family {
        REDIS,
        VALKEY
    }

    /** Reads {@code 9.1.2} or {@code 8.0}; what follows the numbers, such as -rc1, does not count. */
    public static EngineVersion parse(Family family, String text) {
        Matcher matcher = NUMBERS.matcher(text);
        if (!matcher.matches()) {
            throw new IllegalArgumentException("'" + text + "' is not a version such as 8.0.2");
        }
        String patch = matcher.group(3);
        return new EngineVersion(
                family,
                Integer.parseInt(matcher.group(1)),
                Integer.parseInt(matcher.group(2)),
                patch == null ? 0 : Integer.parseInt(patch));
    }

    /** Whether it is of this family and of this version or a later one. */
    public boolean isAtLeast(Family sameFamily, int major, int minor, int patch) {
        return family == sameFamily && BY_NUMBERS.compare(this, new EngineVersion(family, major, minor, patch)) >= 0;
    }

    @Override
    public String toString() {
        return family.name().toLowerCase(Locale.ROOT) + " " + major + "." + minor + "." + patch;
    }
}
