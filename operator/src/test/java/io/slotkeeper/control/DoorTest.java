package io.slotkeeper.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fabric8.kubernetes.client.KubernetesClientException;
import io.slotkeeper.api.RedisCluster;
import io.slotkeeper.api.RedisClusterStatus;
import io.slotkeeper.testkit.PretendedApiServer;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Whose status a pass may write. */
@Tag("unit")
class DoorTest {
    private static final String PATH = "/apis/slotkeeper.io/v1alpha1/namespaces/shop/redisclusters/cart";
    private static final RedisClusterStatus FORMED = ReportedPass.allIsWell().status();

    private final PretendedApiServer server = new PretendedApiServer();
    private final Door door = new Door(server.client());

    @AfterEach
    void stop() {
        server.close();
    }

    @Test
    void theStatusIsWrittenOverTheVersionThatItWasMadeFrom() {
        server.put(PATH, Written.cluster("{}"));

        assertThat(door.report(today(), FORMED)).isPresent();

        assertThat(formedAt()).contains("2026-01-01T12:00:00Z");
    }

    @Test
    void aClusterThatWasCreatedAgainDoesNotGetThePredecessorsStatus() {
        server.put(PATH, Written.cluster("{}"));
        RedisCluster predecessor = today();
        server.put(PATH, Written.cluster("{}"));

        assertThatThrownBy(() -> door.report(predecessor, FORMED))
                .isInstanceOfSatisfying(
                        KubernetesClientException.class,
                        late -> assertThat(late.getCode()).isEqualTo(409));

        assertThat(formedAt()).isEmpty();
    }

    @Test
    void anOperatorWhoseCacheIsBehindDoesNotTakeBackWhatAnotherHasWritten() {
        server.put(PATH, Written.cluster("{}"));
        RedisCluster behind = today();
        door.report(today(), FORMED);

        assertThatThrownBy(() ->
                        door.report(behind, ReportedPass.allIsWell().lost(0).status()))
                .isInstanceOf(KubernetesClientException.class);

        assertThat(formedAt()).contains("2026-01-01T12:00:00Z");
    }

    @Test
    void aClusterThatIsGoneNeedsNoStatus() {
        server.put(PATH, Written.cluster("{}"));
        RedisCluster deleted = today();
        deleted.getMetadata().setName("gone");

        assertThat(door.report(deleted, FORMED)).isEmpty();
    }

    private RedisCluster today() {
        return server.get(PATH, RedisCluster.class).orElseThrow();
    }

    private Optional<String> formedAt() {
        return Optional.ofNullable(today().getStatus()).map(RedisClusterStatus::formedAt);
    }
}
