package io.slotkeeper.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import io.slotkeeper.testkit.EmbeddedKubernetes;
import io.slotkeeper.testkit.Engine;
import io.slotkeeper.testkit.Eventually;
import io.slotkeeper.testkit.ManagedCluster;
import io.slotkeeper.testkit.OperatorUnderTest;
import io.slotkeeper.testkit.PodNode;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Two clusters of one name, in two namespaces of one Kubernetes, whose pods get each other's addresses. */
@Tag("kube")
class NeighboursTest {
    private static final Duration PATIENCE = Duration.ofMinutes(1);

    /** A file for each address that a pod of the machine has, and one that says which was given out last. */
    private static final String ADDRESSES = "/run/cni-addresses/pods";

    private final EmbeddedKubernetes kubernetes = EmbeddedKubernetes.running();
    private final OperatorUnderTest operator = OperatorUnderTest.running();

    /**
     * The worst moment: the operator is away, so the first cluster's nodes still look for their lost member where a fresh
     * node of the second cluster is by now; and when the operator is back, that node has no address but this one.
     */
    @ParameterizedTest
    @MethodSource("io.slotkeeper.testkit.Engine#underTest")
    void aPodOnTheAddressOfAnothersDeadPodJoinsItsOwnCluster(Engine engine) {
        try (ManagedCluster first = ManagedCluster.applied(Formed.spec(engine, 3, 1));
                ManagedCluster second = ManagedCluster.applied(Formed.spec(engine, 3, 1))) {
            first.awaitReady(PATIENCE);
            second.awaitReady(PATIENCE);
            PodNode dead = first.member(0, 1);
            PodNode heir = second.members().stream()
                    .filter(member -> member.machine().equals(dead.machine()))
                    .findFirst()
                    .orElseThrow();
            String address = dead.address();
            operator.stop();
            try (Acquaintances strangers = new Acquaintances(first, second)) {
                replace(dead);
                moveOnto(address, heir);
                strangers.awaitLook();
                operator.start();
                first.awaitWell(PATIENCE);
                second.awaitWell(PATIENCE);
                strangers.assertNobodyKnewAStranger();
            } finally {
                operator.start();
            }
            first.awaitReady(PATIENCE);
            second.awaitReady(PATIENCE);
            assertThat(heir.address()).isEqualTo(address);
            FormedCluster.assertShape(first);
            FormedCluster.assertShape(second);
        }
    }

    /** Ends the pod and has its successor on the same machine, which gives out addresses in turn and so a new one. */
    private void replace(PodNode node) {
        String machine = node.machine();
        onlyOn(machine, () -> {
            String uid = node.uid();
            node.delete(Duration.ZERO);
            node.awaitReplaced(uid);
        });
    }

    /** The same, and the machine is made to give out this address next. */
    private void moveOnto(String address, PodNode node) {
        int last = address.lastIndexOf('.') + 1;
        String before = address.substring(0, last) + (Integer.parseInt(address.substring(last)) - 1);
        String machine = node.machine();
        onlyOn(machine, () -> {
            Eventually.eventually(
                    address + " is free",
                    PATIENCE,
                    () -> !kubernetes
                            .onNode(machine, "ls", ADDRESSES)
                            .lines()
                            .toList()
                            .contains(address));
            // A kernel goes on for most of a minute with the hardware address that it knows.
            kubernetes.onNode(machine, "ip", "neigh", "flush", "to", address);
            kubernetes.onNode(machine, "sh", "-c", "printf " + before + " >" + ADDRESSES + "/last_reserved_ip.0");
            String uid = node.uid();
            node.delete(Duration.ZERO);
            node.awaitReplaced(uid);
        });
        assertThat(node.address()).isEqualTo(address);
    }

    private void onlyOn(String machine, Runnable action) {
        List<String> others = kubernetes.nodes().stream()
                .filter(name -> !name.equals(machine))
                .toList();
        others.forEach(kubernetes::cordon);
        try {
            action.run();
        } finally {
            others.forEach(kubernetes::uncordon);
        }
    }
}
