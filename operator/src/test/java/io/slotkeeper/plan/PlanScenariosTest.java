package io.slotkeeper.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicContainer;
import org.junit.jupiter.api.DynamicNode;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/**
 * Runs the scenarios in src/test/resources/plan: a title that is a sentence, a drawing, and below the dashes the plan that is
 * made of it. With -Dscenarios.write=true the plans in the files are written anew, to be read before they are committed.
 */
@Tag("unit")
class PlanScenariosTest {
    private static final Path FOLDER = Path.of("src/test/resources/plan");
    private static final String TITLE = "=== ";
    private static final String DASHES = "---";

    @TestFactory
    Stream<DynamicNode> everyDrawingHasItsPlan() {
        return files().stream()
                .map(file -> DynamicContainer.dynamicContainer(
                        file.getFileName().toString(),
                        read(file).stream().map(scenario -> dynamicTest(scenario.title, () -> check(file, scenario)))));
    }

    @Test
    void thereAreEnoughOfThemAndNoTitleTwice() {
        List<String> titles = files().stream()
                .flatMap(file -> read(file).stream())
                .map(Scenario::title)
                .toList();
        assertThat(titles).hasSizeGreaterThan(130).doesNotHaveDuplicates();
    }

    private static void check(Path file, Scenario scenario) {
        String actual = String.join("\n", new PrintedPlan(Drawing.of(scenario.drawing)).lines());
        if (Boolean.getBoolean("scenarios.write")) {
            rewrite(file, scenario, actual);
        } else {
            assertThat(actual)
                    .as("%s, drawn as%n%s", scenario.title, String.join("\n", scenario.drawing))
                    .isEqualTo(String.join("\n", scenario.plan));
        }
    }

    private static void rewrite(Path file, Scenario scenario, String plan) {
        try {
            List<String> lines = new ArrayList<>();
            boolean inside = false;
            boolean skipping = false;
            for (String line : Files.readAllLines(file)) {
                if (line.startsWith(TITLE)) {
                    inside = line.equals(TITLE + scenario.title);
                    if (skipping) {
                        lines.add("");
                        skipping = false;
                    }
                }
                if (!skipping) {
                    lines.add(line);
                }
                if (inside && line.equals(DASHES)) {
                    lines.add(plan);
                    skipping = true;
                }
            }
            Files.write(file, lines);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static List<Path> files() {
        try (Stream<Path> files = Files.list(FOLDER)) {
            return files.sorted().toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static List<Scenario> read(Path file) {
        List<Scenario> scenarios = new ArrayList<>();
        List<String> part = new ArrayList<>();
        try {
            for (String line : Files.readAllLines(file)) {
                if (line.startsWith(TITLE)) {
                    part = new ArrayList<>();
                    scenarios.add(new Scenario(line.substring(TITLE.length()), part, new ArrayList<>()));
                } else if (line.equals(DASHES)) {
                    part = scenarios.getLast().plan;
                } else if (!line.isBlank() && !line.startsWith("#")) {
                    part.add(line);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return scenarios;
    }

    private record Scenario(String title, List<String> drawing, List<String> plan) {}
}
