package io.slotkeeper.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.slotkeeper.api.RedisCluster;
import io.slotkeeper.testkit.AuditLog;
import io.slotkeeper.testkit.EmbeddedKubernetes;
import io.slotkeeper.testkit.Engine;
import io.slotkeeper.testkit.Eventually;
import io.slotkeeper.testkit.ManagedCluster;
import io.slotkeeper.testkit.OperatorUnderTest;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A cluster that is as it should be is left alone, and costs next to nothing. */
@Tag("kube")
class UnchangedClusterTest {
    /** Longer than a loop with nothing to do waits until it looks again: 30 s. */
    private static final Duration WATCHED = Duration.ofSeconds(Integer.getInteger("slotkeeper.idle.seconds", 35));

    private static final Duration PATIENCE = Duration.ofMinutes(1);
    private static final long MEBI = 1 << 20;

    private final KubernetesClient client = EmbeddedKubernetes.running().client();
    private final OperatorUnderTest operator = OperatorUnderTest.running();

    @Test
    void neitherPassingTimeNorANewOperatorWritesAnything() {
        try (ManagedCluster cluster =
                ManagedCluster.applied(Formed.spec(Engine.underTest().getFirst(), 3, 1) + "storage: {size: 1Gi}\n")) {
            cluster.awaitReady(PATIENCE).awaitWell(PATIENCE);
            Map<String, String> versions = settled(cluster);

            AuditLog log = AuditLog.fromNow();
            Duration used = operator.processorTime();
            long start = System.nanoTime();
            Eventually.pause(WATCHED);
            Duration watched = Duration.ofNanos(System.nanoTime() - start);
            double percent = 100.0 * operator.processorTime().minus(used).toNanos() / watched.toNanos();
            assertOnlyTheLeaseIsWritten(log);
            assertThat(versionsOf(cluster)).isEqualTo(versions);

            operator.kill();
            Duration startToLeading = operator.awaitLeading();
            double passes = operator.metric("slotkeeper_reconcile_passes_seconds_count");
            cluster.await(
                    "the new operator has looked at it",
                    PATIENCE,
                    () -> operator.metric("slotkeeper_reconcile_passes_seconds_count") >= passes + 1);
            Eventually.pause(Duration.ofSeconds(3));
            assertOnlyTheLeaseIsWritten(log);
            assertThat(versionsOf(cluster)).isEqualTo(versions);

            assertThat(operator.metrics())
                    .contains(
                            "slotkeeper_reconcile_queue",
                            "slotkeeper_reconcile_active",
                            "slotkeeper_reconcile_events_total",
                            "slotkeeper_reconcile_passes_seconds_count{outcome=\"failed\"",
                            "slotkeeper_engine_calls_seconds_count{outcome=\"failed\"")
                    .as("a series for each cluster would be one too many")
                    .doesNotContain(cluster.namespace());

            long megabytes = operator.residentBytes() / MEBI;
            Figures.idle(watched, percent, megabytes, startToLeading);
            assertThat(percent).isLessThan(3);
            assertThat(megabytes).isLessThan(250);
            assertThat(startToLeading).isLessThan(Duration.ofSeconds(10));
        }
    }

    private static void assertOnlyTheLeaseIsWritten(AuditLog log) {
        assertThat(log.of(OperatorUnderTest.NAMESPACE, OperatorUnderTest.ACCOUNT))
                .filteredOn(AuditLog.Request::writes)
                .filteredOn(request -> !request.group().equals("authorization.k8s.io"))
                .isNotEmpty()
                .allSatisfy(request -> assertThat(request.resource()).isEqualTo("leases"));
    }

    /** What there is once nobody writes any more: the kubelets tell of their pods for a while after all is well. */
    private Map<String, String> settled(ManagedCluster cluster) {
        Map<String, String> last = new TreeMap<>();
        cluster.await("nothing is written for five seconds", PATIENCE, () -> {
            last.clear();
            last.putAll(versionsOf(cluster));
            Eventually.pause(Duration.ofSeconds(5));
            return versionsOf(cluster).equals(last);
        });
        return last;
    }

    /** The resource version of every object in the cluster's namespace, events of the operator among them. */
    private Map<String, String> versionsOf(ManagedCluster cluster) {
        String namespace = cluster.namespace();
        Map<String, String> versions = new TreeMap<>();
        Stream.of(
                        client.resources(RedisCluster.class),
                        client.pods(),
                        client.services(),
                        client.secrets(),
                        client.configMaps(),
                        client.serviceAccounts(),
                        client.persistentVolumeClaims(),
                        client.apps().statefulSets(),
                        client.policy().v1().podDisruptionBudget(),
                        client.network().v1().networkPolicies(),
                        client.v1().events())
                .flatMap(kind -> kind.inNamespace(namespace).list().getItems().stream())
                .map(HasMetadata.class::cast)
                .forEach(object -> versions.put(
                        object.getKind() + "/" + object.getMetadata().getName(),
                        object.getMetadata().getResourceVersion()));
        return versions;
    }
}
