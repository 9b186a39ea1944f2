package io.slotkeeper.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import io.slotkeeper.testkit.EmbeddedKubernetes;
import io.slotkeeper.testkit.Engine;
import io.slotkeeper.testkit.InstalledCrd;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What users copy first is accepted by a real API server, word for word. */
@Tag("kube")
class ExamplesTest {
    @ParameterizedTest
    @ValueSource(strings = {"minimal", "development", "production"})
    void anExampleIsAccepted(String example) {
        EmbeddedKubernetes kubernetes = EmbeddedKubernetes.running();
        InstalledCrd.ensure(kubernetes.client());
        String namespace = kubernetes.newNamespace("examples");
        try {
            assertThat(EmbeddedKubernetes.kubectl(
                            "-n",
                            namespace,
                            "create",
                            "--dry-run=server",
                            "--validate=strict",
                            "-f",
                            Engine.repository()
                                    .resolve("examples/" + example + ".yaml")
                                    .toString()))
                    .contains("created (server dry run)");
        } finally {
            kubernetes.removeNamespace(namespace);
        }
    }
}
