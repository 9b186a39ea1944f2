package io.slotkeeper.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServiceBuilder;
import io.fabric8.kubernetes.api.model.Taint;
import io.fabric8.kubernetes.api.model.TaintBuilder;
import io.fabric8.kubernetes.api.model.storage.StorageClassBuilder;
import io.slotkeeper.testkit.EmbeddedKubernetes;
import io.slotkeeper.testkit.Engine;
import io.slotkeeper.testkit.ManagedCluster;
import io.slotkeeper.testkit.PodNode;
import io.slotkeeper.testkit.Shows;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What no schema can know: each trouble is told in the Ready condition with what to do about it, and is over as soon as that
 * was done. The clusters are of one node, since the trouble is the same for all.
 */
@Tag("kube")
class RuntimeTroubleTest {
    private static final Duration PATIENCE = Duration.ofMinutes(1);
    /** A container that keeps ending is started again after 10 and 20 seconds. */
    private static final Duration DAMAGED_FOR = Duration.ofMinutes(2);

    private static final String ROOM = "slotkeeper.io/test-room";

    private final EmbeddedKubernetes kubernetes = EmbeddedKubernetes.running();
    private final String small = Formed.spec(Engine.underTest().getFirst(), 1, 0);

    @Test
    void aPasswordSecretThatIsMissingAndThenHasNoKeyIsToldAndHeals() {
        try (ManagedCluster cluster =
                ManagedCluster.applied(small + "auth: {passwordSecret: {name: mine, key: secret}}\n")) {
            awaitTold(cluster, "mine", "create it");
            cluster.create(secret("other"));
            awaitTold(cluster, "mine", "key secret");
            cluster.create(secret("secret"));
            cluster.awaitReady(PATIENCE);
        }
    }

    @Test
    @Shows("spec.image")
    void anImageThatCannotBePulledIsToldAndHeals() {
        Engine engine = Engine.underTest().getFirst();
        String single = "shards: 1\nreplicasPerShard: 0\n";
        try (ManagedCluster cluster = ManagedCluster.applied(single + engine.inSpecAs("localhost/no-such-image:1"))) {
            awaitTold(cluster, "localhost/no-such-image:1", "Correct");
            cluster.apply(single + engine.inSpecAs(engine.image())).awaitReady(PATIENCE);
            assertThat(cluster.member(0, 0).pod().orElseThrow().getSpec().getContainers())
                    .extracting(Container::getImage)
                    .containsExactly(engine.image());
        }
    }

    @Test
    @Shows("spec.placement.nodeSelector")
    void noMachineThatFitsIsToldAndHeals() {
        try (ManagedCluster cluster =
                ManagedCluster.applied(small + "placement: {nodeSelector: {slotkeeper.io/test-room: here}}\n")) {
            awaitTold(cluster, "cart-0-0", "Unschedulable");
            String machine = kubernetes.nodes().getFirst();
            try {
                kubernetes.label(machine, ROOM, "here");
                cluster.awaitReady(PATIENCE);
                assertThat(cluster.member(0, 0).machine()).isEqualTo(machine);
            } finally {
                kubernetes.label(machine, ROOM, null);
            }
        }
    }

    @Test
    @Shows({"spec.placement.tolerations.key", "spec.placement.tolerations.effect"})
    void aTaintOnTheOnlyMachineThatFitsIsToldAndTolerated() {
        String machine = kubernetes.nodes().getFirst();
        try (ManagedCluster cluster = ManagedCluster.notYetApplied()) {
            kubernetes.label(machine, ROOM, "here");
            taint(machine, true);
            cluster.apply(small + "placement: {nodeSelector: {slotkeeper.io/test-room: here}}\n");
            awaitTold(cluster, "cart-0-0", "Unschedulable");
            cluster.apply(small + """
                            placement:
                              nodeSelector: {slotkeeper.io/test-room: here}
                              tolerations: [{key: slotkeeper.io/test-taint, operator: Exists, effect: NoSchedule}]
                            """).awaitReady(PATIENCE);
            assertThat(cluster.member(0, 0).machine()).isEqualTo(machine);
        } finally {
            taint(machine, false);
            kubernetes.label(machine, ROOM, null);
        }
    }

    /** Each machine of the embedded Kubernetes is a zone of its own. */
    @ParameterizedTest
    @ValueSource(strings = {"nodes", "zones"})
    @Shows({"spec.placement.nodes", "spec.placement.zones"})
    void moreCopiesOfAShardThanMachinesOrZonesToKeepThemApartAreTold(String apart) {
        int machines = kubernetes.nodes().size();
        String spec = Formed.spec(Engine.underTest().getFirst(), 1, machines);
        try (ManagedCluster cluster = ManagedCluster.applied(spec + "placement: {" + apart + ": Required}\n")) {
            awaitTold(cluster, "cart-0-", "Unschedulable");
            cluster.await("all pods but one have a machine", PATIENCE, () -> machinesOf(cluster) == machines);
        }
        // Another cluster, since the pods that run keep others away for as long as they live.
        try (ManagedCluster cluster = ManagedCluster.applied(spec + "placement: {" + apart + ": Preferred}\n")) {
            cluster.awaitReady(PATIENCE);
        }
    }

    /** Its own volume is of no use to it, and its primary has all of it. */
    @Test
    void aReplicaWhoseNodesFileIsDamagedBeginsAnew() {
        try (ManagedCluster cluster =
                ManagedCluster.applied(Formed.spec(Engine.underTest().getFirst(), 1, 1) + "storage: {size: 1Gi}\n")) {
            cluster.awaitReady(PATIENCE).awaitWell(PATIENCE);
            PodNode replica = cluster.nodes().replica(0);
            String claim = claimUid(cluster, replica);
            replica.damageNodesFile();
            replica.killEngine();
            cluster.await(
                    "its claim is another one",
                    DAMAGED_FOR,
                    () -> !claimUid(cluster, replica).equals(claim));
            cluster.awaitReady(PATIENCE).awaitWell(PATIENCE);
            FormedCluster.assertShape(cluster);
        }
    }

    private static String claimUid(ManagedCluster cluster, PodNode node) {
        return Optional.ofNullable(EmbeddedKubernetes.running()
                        .client()
                        .persistentVolumeClaims()
                        .inNamespace(cluster.namespace())
                        .withName(Scene.claimOf(node))
                        .get())
                .map(found -> found.getMetadata().getUid())
                .orElse("none yet");
    }

    @Test
    void aServiceOfThatNameThatIsSomebodyElsesIsToldAndHeals() {
        try (ManagedCluster cluster = ManagedCluster.notYetApplied()) {
            Service foreign = new ServiceBuilder()
                    .withNewMetadata()
                    .withName(ManagedCluster.NAME)
                    .addToLabels("app", "shop")
                    .endMetadata()
                    .withNewSpec()
                    .addToSelector("app", "shop")
                    .addNewPort()
                    .withPort(80)
                    .endPort()
                    .endSpec()
                    .build();
            cluster.create(foreign);
            cluster.apply(small);
            awaitTold(cluster, "Service cart", "rename or delete");
            Service untouched = kubernetes
                    .client()
                    .services()
                    .inNamespace(cluster.namespace())
                    .withName(ManagedCluster.NAME)
                    .require();
            assertThat(untouched.getSpec().getSelector()).containsEntry("app", "shop");
            assertThat(untouched.getMetadata().getOwnerReferences()).isEmpty();
            kubernetes.client().resource(untouched).delete();
            cluster.awaitReady(PATIENCE);
        }
    }

    @Test
    void aStorageClassThatDoesNotExistIsToldAndHeals() {
        try (ManagedCluster cluster =
                ManagedCluster.applied(small + "storage: {size: 1Gi, className: not-there-yet}\n")) {
            awaitTold(cluster, "not-there-yet", "storage class");
            var standard = kubernetes
                    .client()
                    .storage()
                    .v1()
                    .storageClasses()
                    .withName("standard")
                    .require();
            var there = new StorageClassBuilder(standard)
                    .withNewMetadata()
                    .withName("not-there-yet")
                    .addToLabels(EmbeddedKubernetes.RUN, "here")
                    .endMetadata()
                    .build();
            kubernetes.client().resource(there).createOr(existing -> existing.update());
            try {
                cluster.awaitReady(PATIENCE);
            } finally {
                kubernetes.client().resource(there).delete();
            }
        }
    }

    /** A user reads what is wrong and what to do in the message of Ready, where `kubectl get` points to. */
    private static void awaitTold(ManagedCluster cluster, String what, String action) {
        cluster.awaitCondition(
                "Ready",
                "tells of '" + what + "' and '" + action + "'",
                ready -> ready.getStatus().equals("False")
                        && ready.getMessage().contains(what)
                        && ready.getMessage().contains(action),
                PATIENCE);
    }

    private static Secret secret(String key) {
        return new SecretBuilder()
                .withNewMetadata()
                .withName("mine")
                .endMetadata()
                .addToStringData(key, "correct horse battery staple")
                .build();
    }

    private static long machinesOf(ManagedCluster cluster) {
        return cluster.pods().stream()
                .map(pod -> pod.getSpec().getNodeName())
                .filter(Objects::nonNull)
                .distinct()
                .count();
    }

    private void taint(String machine, boolean tainted) {
        Taint taint = new TaintBuilder()
                .withKey("slotkeeper.io/test-taint")
                .withEffect("NoSchedule")
                .build();
        EmbeddedKubernetes.edit(kubernetes.client().nodes().withName(machine), node -> {
            node.getSpec().getTaints().remove(taint);
            if (tainted) {
                node.getSpec().getTaints().add(taint);
            }
        });
    }
}
