package io.slotkeeper.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.slotkeeper.testkit.EmbeddedKubernetes;
import io.slotkeeper.testkit.Engine;
import io.slotkeeper.testkit.ManagedCluster;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The libraries that applications use, in a pod as in examples/clients: they know nothing but the files of the connection
 * Secret, and begin at the client Service.
 */
@Tag("kube")
class ClientsTest {
    private static final Duration PATIENCE = Duration.ofMinutes(1);
    private static final String WROTE_ON_ALL_PRIMARIES = "wrote and read 300 keys on 3 primaries";

    /** The engines of this run, and in any case the default one. */
    static Stream<Engine> engines() {
        return Stream.concat(Engine.underTest().stream(), Stream.of(Engine.REDIS_8_6))
                .distinct();
    }

    @ParameterizedTest
    @MethodSource("engines")
    void redisPyAndLettuceNeedNothingButTheBinding(Engine engine) throws IOException {
        try (ManagedCluster cluster = ManagedCluster.applied(engine.inSpec())) {
            cluster.awaitReady(PATIENCE);
            Pod shop = pod();
            cluster.create(shop);
            String name = shop.getMetadata().getName();
            cluster.await(
                    "the clients' pod is ready (its image comes from `make client-images`)",
                    PATIENCE,
                    () -> isReady(cluster, name));

            assertThat(run(cluster, name, "python-client", "fill", "300")).contains(WROTE_ON_ALL_PRIMARIES);
            assertThat(run(cluster, name, "lettuce-client", "fill", "300")).contains(WROTE_ON_ALL_PRIMARIES);
            assertThat(run(cluster, name, "python-client", "set", "from-python", "hello"))
                    .contains("OK");
            assertThat(run(cluster, name, "lettuce-client", "get", "from-python"))
                    .contains("hello");
            assertThat(run(cluster, name, "lettuce-client", "set", "from-java", "hi"))
                    .contains("OK");
            assertThat(run(cluster, name, "python-client", "get", "from-java")).contains("hi");
        }
    }

    private static Pod pod() throws IOException {
        return Serialization.unmarshal(
                Files.readString(Engine.repository().resolve("examples/clients/pod.yaml")), Pod.class);
    }

    private static boolean isReady(ManagedCluster cluster, String pod) {
        return cluster
                .pod(pod)
                .flatMap(found -> Optional.ofNullable(found.getStatus().getContainerStatuses()))
                .stream()
                .flatMap(containers -> containers.stream())
                .anyMatch(container -> Boolean.TRUE.equals(container.getReady()));
    }

    private static String run(ManagedCluster cluster, String pod, String client, String... words) {
        return EmbeddedKubernetes.kubectl(
                Stream.concat(Stream.of("-n", cluster.namespace(), "exec", pod, "--", client), Stream.of(words))
                        .toArray(String[]::new));
    }
}
