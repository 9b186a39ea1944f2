package io.slotkeeper;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaMethod;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinitionVersion;
import io.fabric8.kubernetes.api.model.apiextensions.v1.JSONSchemaProps;
import io.slotkeeper.api.Crd;
import io.slotkeeper.testkit.Shows;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;

/** Every field of the API has an effect that a test on the product shows; see {@link Shows}. */
@Tag("unit")
class ShownFieldsTest {
    private static final List<JavaMethod> SHOWING = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.ONLY_INCLUDE_TESTS).importPackages("io.slotkeeper").stream()
                    .flatMap(type -> type.getMethods().stream())
                    .filter(method -> method.isAnnotatedWith(Shows.class))
                    .toList();

    @Test
    void everyFieldHasATestThatShowsItsEffect() {
        Set<String> unseen = new TreeSet<>(fields());
        unseen.removeAll(shown());
        assertThat(unseen)
                .as("fields of the API whose effect no test shows (@Shows)")
                .isEmpty();
    }

    @Test
    void everyFieldThatATestShowsIsThere() {
        Set<String> unknown = new TreeSet<>(shown());
        unknown.removeAll(fields());
        assertThat(unknown)
                .as("fields that tests show (@Shows) and the API does not have")
                .isEmpty();
    }

    @Test
    void anEffectIsShownByATestOnPods() {
        assertThat(SHOWING).allSatisfy(method -> {
            assertThat(method.isAnnotatedWith(Test.class) || method.isAnnotatedWith(ParameterizedTest.class))
                    .as(method.getFullName() + " is a test")
                    .isTrue();
            assertThat(tag(method.getOwner())).as(method.getFullName()).isEqualTo("kube");
        });
    }

    private static String tag(JavaClass type) {
        return type.isAnnotatedWith(Tag.class)
                ? type.getAnnotationOfType(Tag.class).value()
                : "";
    }

    private static Set<String> shown() {
        return SHOWING.stream()
                .flatMap(method ->
                        Arrays.stream(method.getAnnotationOfType(Shows.class).value()))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static Set<String> fields() {
        CustomResourceDefinitionVersion version =
                Crd.committed().getSpec().getVersions().getFirst();
        Map<String, JSONSchemaProps> top =
                version.getSchema().getOpenAPIV3Schema().getProperties();
        return Stream.of("spec", "status")
                .flatMap(name -> leaves(name, top.get(name)))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    /** A list's fields are those of its items. */
    private static Stream<String> leaves(String path, JSONSchemaProps schema) {
        if (schema.getItems() != null) {
            return leaves(path, schema.getItems().getSchema());
        }
        Map<String, JSONSchemaProps> children = schema.getProperties();
        return children == null || children.isEmpty()
                ? Stream.of(path)
                : children.entrySet().stream().flatMap(child -> leaves(path + "." + child.getKey(), child.getValue()));
    }
}
