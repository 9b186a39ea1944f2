package io.slotkeeper;

import static org.assertj.core.api.Assertions.assertThat;

import io.slotkeeper.kubernetes.Obstacle;
import io.slotkeeper.plan.Step;
import io.slotkeeper.testkit.Engine;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** docs/conditions.md is read at night, with a reason in hand: it has every reason that the code gives, and no other. */
@Tag("unit")
class ConditionsPageTest {
    /** The page begins with them; Formed is the reason of one as well. */
    private static final Set<String> TYPES =
            Set.of("Ready", "Reconciling", "Stalled", "Formed", "SlotsCovered", "ReplicasInSync");

    /** In the plan, a literal of several humps is the reason of a condition. */
    private static final Pattern HUMPS = Pattern.compile("\"([A-Z][a-z]+(?:[A-Z][a-z]+)+)\"");

    private static final Pattern REASON = Pattern.compile("new Reason\\(\\s*\"([A-Za-z]+)\"");
    private static final Pattern FIRST_CELL = Pattern.compile("(?m)^\\| ([^|]+) \\|");
    private static final Pattern QUOTED = Pattern.compile("`([A-Za-z]+)`");

    @Test
    void everyReasonThatTheCodeGivesIsExplained() throws IOException {
        assertThat(onThePage()).containsAll(inTheCode());
    }

    @Test
    void noReasonIsExplainedThatTheCodeDoesNotGive() throws IOException {
        Set<String> left = onThePage();
        left.removeAll(inTheCode());
        left.removeAll(TYPES);
        assertThat(left).isEmpty();
    }

    /** The steps, what hinders the objects of a cluster, and the words of the plan and of the report. */
    private static Set<String> inTheCode() throws IOException {
        Set<String> reasons = new TreeSet<>();
        Stream.of(Step.class, Obstacle.class)
                .flatMap(type -> Arrays.stream(type.getPermittedSubclasses()))
                .map(Class::getSimpleName)
                .forEach(reasons::add);
        reasons.addAll(wordsIn("plan", HUMPS));
        reasons.addAll(wordsIn("control", REASON));
        return reasons;
    }

    private static Set<String> wordsIn(String room, Pattern pattern) throws IOException {
        try (Stream<Path> files =
                Files.walk(Engine.repository().resolve("operator/src/main/java/io/slotkeeper/" + room))) {
            return files.filter(Files::isRegularFile)
                    .flatMap(file -> words(pattern, text(file)).stream())
                    .collect(Collectors.toCollection(TreeSet::new));
        }
    }

    private static Set<String> onThePage() {
        return words(FIRST_CELL, text(Engine.repository().resolve("docs/conditions.md"))).stream()
                .flatMap(cell -> words(QUOTED, cell).stream())
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static Set<String> words(Pattern pattern, String text) {
        return pattern.matcher(text)
                .results()
                .map((MatchResult found) -> found.group(1))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException("reading " + file, e);
        }
    }
}
