package io.slotkeeper.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.slotkeeper.testkit.Engine;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * All objects of the examples, as text. The pod templates among them are a promise: a newer operator that changes one would
 * have to replace the pods of every cluster there is.
 */
@Tag("unit")
class GoldenTest {
    private static final ObjectMapper SORTED =
            new ObjectMapper().configure(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS, true);

    @ParameterizedTest
    @ValueSource(strings = {"minimal", "development", "production"})
    void theObjectsOfAnExampleAreWhatTheyWere(String example) throws IOException {
        Blueprint blueprint = Examples.blueprint(Examples.named(example));
        List<HasMetadata> objects = new ArrayList<>(blueprint.ground());
        objects.add(Binding.of(blueprint, new Password("generated")));
        // The first shard stands for all of them.
        objects.add(ShardBudget.of(blueprint, 0));
        objects.add(ShardSet.of(blueprint, 0));
        String today = objects.stream().map(GoldenTest::sorted).collect(Collectors.joining());

        Path golden = Engine.repository().resolve("operator/src/test/resources/golden/" + example + ".yaml");
        Path fresh = Engine.repository().resolve("operator/target/golden/" + example + ".yaml");
        Files.createDirectories(fresh.getParent());
        Files.writeString(fresh, today);
        assertThat(today)
                .as("if the pods of every cluster may be replaced for this: cp %s %s", fresh, golden)
                .isEqualTo(Files.exists(golden) ? Examples.text(golden) : "(there is no such file)");
    }

    private static String sorted(HasMetadata object) {
        try {
            TreeMap<?, ?> tree = SORTED.convertValue(object, TreeMap.class);
            return Serialization.asYaml(SORTED.readValue(SORTED.writeValueAsString(tree), TreeMap.class));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("writing " + object, e);
        }
    }
}
