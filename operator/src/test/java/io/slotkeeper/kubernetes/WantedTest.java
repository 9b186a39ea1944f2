package io.slotkeeper.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.HasMetadata;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What is compared once and not again. */
@Tag("unit")
class WantedTest {
    private static final ConfigMap OBJECT = object("a");

    private final Wanted wanted = new Wanted();

    @Test
    void aVersionThatWasRightIsNotComparedAgainUntilThereIsAnother() {
        assertThat(wanted.isMet(OBJECT, found("1", "b"))).isFalse();
        assertThat(wanted.isMet(OBJECT, found("1", "a"))).isTrue();
        assertThat(wanted.isMet(OBJECT, found("1", "b"))).as("not looked at").isTrue();

        assertThat(wanted.isMet(OBJECT, found("2", "b"))).isFalse();
        assertThat(wanted.isMet(OBJECT, found("3", "a"))).isTrue();
    }

    @Test
    void anObjectThatWasMadeAnewIsCompared() {
        assertThat(wanted.isMet(OBJECT, found("1", "a"))).isTrue();

        assertThat(wanted.isMet(object("b"), found("1", "a"))).isFalse();
    }

    @Test
    void objectsAreMadeOnceForEachBlueprint() {
        wanted.of(blueprint("shards: 1"));
        HasMetadata first = wanted.shards().getFirst();
        assertThat(wanted.isMet(OBJECT, found("1", "a"))).isTrue();

        wanted.of(blueprint("shards: 1"));
        assertThat(wanted.shards().getFirst()).isSameAs(first);

        wanted.of(blueprint("{shards: 1, pod: {labels: {team: x}}}"));
        assertThat(wanted.shards().getFirst()).isNotSameAs(first);
        assertThat(wanted.isMet(OBJECT, found("1", "b"))).isFalse();
    }

    private static Blueprint blueprint(String spec) {
        return Examples.blueprint(Examples.drawn(spec));
    }

    private static ConfigMap object(String value) {
        return new ConfigMapBuilder()
                .withNewMetadata()
                .withName("cart")
                .addToLabels("app", "cart")
                .endMetadata()
                .addToData("key", value)
                .build();
    }

    private static ConfigMap found(String version, String value) {
        return new ConfigMapBuilder(object(value))
                .editMetadata()
                .withResourceVersion(version)
                .addNewManagedField()
                .withManager(ApiServer.FIELD_MANAGER)
                .withOperation("Apply")
                .withNewFieldsV1()
                .addToAdditionalProperties("f:metadata", Map.of("f:labels", Map.of("f:app", Map.of())))
                .addToAdditionalProperties("f:data", Map.of("f:key", Map.of()))
                .endFieldsV1()
                .endManagedField()
                .endMetadata()
                .build();
    }
}
