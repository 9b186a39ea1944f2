package io.slotkeeper;

import static com.tngtech.archunit.core.domain.JavaCall.Predicates.target;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.assignableTo;
import static com.tngtech.archunit.core.domain.properties.HasName.Predicates.name;
import static com.tngtech.archunit.core.domain.properties.HasOwner.Predicates.With.owner;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.GeneralCodingRules.NO_CLASSES_SHOULD_ACCESS_STANDARD_STREAMS;
import static com.tngtech.archunit.library.GeneralCodingRules.NO_CLASSES_SHOULD_USE_JAVA_UTIL_LOGGING;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaPackage;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Holds the arrows between the packages, so that a reader finds any behaviour in two steps. */
@Tag("unit")
class ArchitectureTest {
    private static final String ROOT = "io.slotkeeper";

    /** Who may know whom of ours; a new package has to take its place in here. */
    private static final Map<String, Set<String>> MAY_KNOW = Map.of(
            "api", Set.of(),
            "topology", Set.of(),
            "plan", Set.of("topology", "api"),
            "engine", Set.of("topology"),
            "kubernetes", Set.of("api", "topology"),
            "control", Set.of("api", "topology", "plan", "engine", "kubernetes"),
            "rehearsal", Set.of());

    private static final JavaClasses MAIN = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages(ROOT);

    @Test
    void everyPackageKnowsOnlyWhomItMay() {
        MAY_KNOW.forEach((room, mayKnow) -> {
            Set<String> strangers = new TreeSet<>(MAY_KNOW.keySet());
            strangers.removeAll(mayKnow);
            strangers.remove(room);
            noClasses()
                    .that()
                    .resideInAPackage(below(room))
                    .should()
                    .dependOnClassesThat()
                    .resideInAnyPackage(
                            strangers.stream().map(ArchitectureTest::below).toArray(String[]::new))
                    .because("the rooms of the loop have one door each")
                    .allowEmptyShould(true)
                    .check(MAIN);
        });
    }

    @Test
    void everyPackageHasItsPlaceInTheTable() {
        Set<String> rooms = new TreeSet<>();
        for (JavaPackage child : MAIN.getPackage(ROOT).getSubpackages()) {
            rooms.add(child.getRelativeName());
        }
        assertThat(MAY_KNOW.keySet()).containsAll(rooms);
    }

    @Test
    void noPackagesKnowEachOtherInACircle() {
        slices().matching(ROOT + ".(*)..").should().beFreeOfCycles().check(MAIN);
    }

    @Test
    void planningAndTopologyTouchNothingOutside() {
        noClasses()
                .that()
                .resideInAnyPackage(below("plan"), below("topology"))
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("java.io..", "java.net..", "java.nio.channels..", "java.nio.file..", "io.fabric8..")
                .because("a plan is made of values alone, so that it can be run a million times")
                .check(MAIN);
    }

    @Test
    void everyPackageSaysWhatItIsForAndKnowsNoNull() {
        List<JavaPackage> packages = MAIN.getPackage(ROOT).getSubpackagesInTree().stream()
                .filter(each -> !each.getClasses().isEmpty())
                .toList();
        assertThat(packages).isNotEmpty();
        assertThat(packages)
                .allMatch(each -> each.isAnnotatedWith(NullMarked.class), "has a package-info, null-marked");
    }

    @Test
    void nobodyPrintsOrSleeps() {
        NO_CLASSES_SHOULD_ACCESS_STANDARD_STREAMS.check(MAIN);
        NO_CLASSES_SHOULD_USE_JAVA_UTIL_LOGGING.check(MAIN);
        noClasses()
                .should()
                .callMethodWhere(target(owner(assignableTo(Thread.class))).and(target(name("sleep"))))
                .because("a loop that sleeps does not see what happens meanwhile")
                .check(MAIN);
    }

    private static String below(String room) {
        return ROOT + "." + room + "..";
    }
}
