package io.slotkeeper.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.client.utils.Serialization;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The CRD in crds/ and its reference in docs/ against the records that they are made from. */
@Tag("unit")
class CrdTest {
    @Test
    void theCommittedFileIsWhatTheRecordsSay() {
        Crd.file().isUpToDate();
    }

    @Test
    void theReferenceIsWhatTheRecordsSay() {
        Reference.file().isUpToDate();
    }

    @Test
    void theRulesNameTheVersionsThatTheOperatorKnows() {
        String rules = Serialization.asYaml(Crd.schema(Crd.generated()));
        Stream<String> lists = Arrays.stream(Engine.values())
                .map(engine -> "self.version in ['" + String.join("', '", engine.versions()) + "']");
        assertThat(lists)
                .allSatisfy(list -> assertThat(rules.replaceAll("\\s+", " ")).contains(list));
    }
}
