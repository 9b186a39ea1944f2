package io.slotkeeper.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.rbac.PolicyRule;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.slotkeeper.testkit.AuditLog;
import io.slotkeeper.testkit.EmbeddedKubernetes;
import io.slotkeeper.testkit.Engine;
import io.slotkeeper.testkit.ManagedCluster;
import io.slotkeeper.testkit.OperatorUnderTest;
import io.slotkeeper.testkit.PodNode;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The rights in config/rbac against the requests that the API server got: none is missing, and none is too many. */
@Tag("kube")
class RightsTest {
    private static final Duration PATIENCE = Duration.ofMinutes(1);

    /** Nobody asks for it: where owner references are guarded, the API server looks whether the operator could. */
    private static final String ONLY_LOOKED_AT = "update redisclusters/finalizers.slotkeeper.io";

    /** What every account may ask: what it may do. */
    private static final String EVERYBODYS = "authorization.k8s.io";

    private final KubernetesClient client = EmbeddedKubernetes.running().client();

    @Test
    void theOperatorHasTheRightsThatItUsesAndNoOthers() {
        OperatorUnderTest operator = OperatorUnderTest.running();
        AuditLog log = AuditLog.fromNow();
        operator.stop();
        // A first start makes the lease.
        client.leases().inNamespace(OperatorUnderTest.NAMESPACE).delete();
        operator.start();
        doEverythingOnce();
        operator.stop();
        operator.start();

        List<AuditLog.Request> requests = log.of(OperatorUnderTest.NAMESPACE, OperatorUnderTest.ACCOUNT).stream()
                .filter(request -> !request.group().equals(EVERYBODYS))
                .toList();
        assertThat(requests).noneMatch(AuditLog.Request::lackedARight);
        Set<String> used = new TreeSet<>();
        requests.forEach(request -> used.addAll(rightsFor(request)));
        used.add(ONLY_LOOKED_AT);
        assertThat(used).containsExactlyElementsOf(given());
    }

    /** A pod is replaced, and a claim; passwords are made and found again, objects come and go. */
    private static void doEverythingOnce() {
        Engine engine = Engine.underTest().getFirst();
        String small = "shards: 1\nreplicasPerShard: 0\nstorage: {size: 1Gi, whenDeleted: Retain}\n";
        String right = small + engine.inSpecAs(engine.image());
        try (ManagedCluster cluster = ManagedCluster.applied(small + engine.inSpecAs("localhost/no-such-image:1"))) {
            cluster.await("its pod is there", PATIENCE, () -> !cluster.pods().isEmpty());
            cluster.apply(right).awaitReady(PATIENCE);
            cluster.delete();
            cluster.await("its pod is gone", PATIENCE, () -> cluster.pods().isEmpty());
            cluster.apply(right).awaitReady(PATIENCE);
            cluster.apply(right.replace("replicasPerShard: 0", "replicasPerShard: 1")
                            + "nodeFailure: {replaceClaimsAfter: 30s}\n")
                    .awaitReady(PATIENCE);
            loseVolume(cluster.nodes().replica(0));
            cluster.await("its replica is missed", PATIENCE, () -> !cluster.isReady());
            cluster.awaitReady(PATIENCE.multipliedBy(2));
        }
    }

    private static void loseVolume(PodNode replica) {
        KubernetesClient client = EmbeddedKubernetes.running().client();
        String volume = client.persistentVolumeClaims()
                .inNamespace(replica.namespace())
                .withName(Scene.claimOf(replica))
                .require()
                .getSpec()
                .getVolumeName();
        client.persistentVolumes().withName(volume).delete();
        // It is protected while there is a claim.
        EmbeddedKubernetes.edit(
                client.persistentVolumes().withName(volume),
                there -> there.getMetadata().setFinalizers(List.of()));
        replica.delete(Duration.ZERO);
    }

    /** An object that is applied and does not exist yet takes the right to create it as well. */
    private static List<String> rightsFor(AuditLog.Request request) {
        String right = request.verb() + " " + qualified(request.resource(), request.group());
        return request.verb().equals("patch") && request.created()
                ? List.of(right, "create" + right.substring("patch".length()))
                : List.of(right);
    }

    private Set<String> given() {
        Stream<PolicyRule> everywhere =
                client.rbac().clusterRoles().withName("slotkeeper").require().getRules().stream();
        Stream<PolicyRule> atHome = client
                .rbac()
                .roles()
                .inNamespace(OperatorUnderTest.NAMESPACE)
                .withName("slotkeeper-lease")
                .require()
                .getRules()
                .stream();
        Set<String> rights = new TreeSet<>();
        Stream.concat(everywhere, atHome)
                .forEach(rule -> rule.getApiGroups()
                        .forEach(group -> rule.getResources()
                                .forEach(resource -> rule.getVerbs()
                                        .forEach(verb -> rights.add(verb + " " + qualified(resource, group))))));
        return rights;
    }

    private static String qualified(String resource, String group) {
        return group.isEmpty() ? resource : resource + "." + group;
    }
}
