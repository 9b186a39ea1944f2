package io.slotkeeper.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("unit")
class ExamplesTest {
    @ParameterizedTest
    @ValueSource(strings = {"minimal", "development", "production"})
    void everyFieldOfAnExampleIsOneThatTheResourceHas(String example) {
        ObjectMapper json = new ObjectMapper();
        Map<?, ?> manifest = Serialization.unmarshal(Examples.text(Examples.fileOf(example)), Map.class);
        JsonNode written = json.valueToTree(manifest.get("spec"));

        JsonNode read = json.valueToTree(Examples.named(example).getSpec());

        assertThat(read).isEqualTo(written);
    }
}
