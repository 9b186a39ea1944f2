package io.slotkeeper.engine;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** Lines of {@code name:value} as INFO and CLUSTER INFO print them; what this version of the engine leaves out is absent. */
record Fields(Map<String, String> values) {
    static Fields parse(String text) {
        Map<String, String> values = new LinkedHashMap<>();
        text.lines().forEach(line -> {
            int colon = line.indexOf(':');
            if (colon > 0 && line.charAt(0) != '#') {
                values.put(line.substring(0, colon), line.substring(colon + 1).strip());
            }
        });
        return new Fields(Map.copyOf(values));
    }

    Optional<String> text(String name) {
        return Optional.ofNullable(values.get(name));
    }

    String requiredText(String name) {
        return text(name).orElseThrow(() -> new UnexpectedReply("no field '" + name + "' in it"));
    }

    long number(String name, long otherwise) {
        return text(name).map(value -> parseNumber(name, value)).orElse(otherwise);
    }

    long requiredNumber(String name) {
        return parseNumber(name, requiredText(name));
    }

    /** Whether the field is there and says 1. */
    boolean flag(String name) {
        return number(name, 0) == 1;
    }

    /** Whether the field says ok; one that is missing has nothing to complain about. */
    boolean ok(String name) {
        return text(name).map("ok"::equals).orElse(true);
    }

    /** A number of seconds; engines print -1 for "never". */
    Optional<Duration> seconds(String name) {
        long seconds = number(name, -1);
        return seconds < 0 ? Optional.empty() : Optional.of(Duration.ofSeconds(seconds));
    }

    private static long parseNumber(String name, String value) {
        try {
            return Long.parseLong(value);
        } catch (NumberFormatException e) {
            throw new UnexpectedReply("field '" + name + "' is no number: '" + value + "'");
        }
    }
}
