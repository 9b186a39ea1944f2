package io.slotkeeper.testkit;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.client.dsl.Resource;
import io.slotkeeper.testkit.NodePods.Storage;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What tests on pods rely on, and none of them looks at. */
@Tag("kube")
class EmbeddedKubernetesTest {
    private static final Duration PATIENCE = Duration.ofSeconds(40);
    private static final Pattern DEVICE = Pattern.compile(" dev (\\S+)");
    /** The cluster of number N has its pods here. */
    private static final Pattern PODS = Pattern.compile("10\\.2(\\d\\d)\\.\\d+\\.\\d+");

    /** For documentation: nobody has it. */
    private static final String ELSEWHERE = "198.51.100.1";

    private final EmbeddedKubernetes kubernetes = EmbeddedKubernetes.running();
    private final Engine engine = Engine.underTest().getFirst();

    @Test
    void noPacketForAPodOrAServiceLeavesThisMachine() throws IOException, InterruptedException {
        try (NodePods pods = NodePods.prepare(engine, Storage.EMPTY_DIR, List.of())) {
            PodNode pod = pods.start("here", each -> each);
            pod.awaitAnswering();
            Matcher number = PODS.matcher(pod.address());
            assertThat(number.matches()).as(pod.address()).isTrue();
            String bridge = "sk" + Integer.parseInt(number.group(1));
            String noPod = "10.2" + number.group(1) + ".250.1";
            String noService = "10.1" + number.group(1) + ".250.250";

            assertThat(wayFromHere(pod.address())).hasValue(bridge);
            assertThat(wayFromHere(noPod)).isEmpty();
            assertThat(wayFromHere(noService)).hasValue(bridge);
            for (String address : List.of(noPod, noService, ELSEWHERE)) {
                assertThat(wayFromHere(address, "from", pod.address(), "iif", bridge))
                        .as("what this machine would forward to " + address)
                        .isEmpty();
            }
            for (String machine : kubernetes.nodes()) {
                assertThat(wayFrom(machine, pod.address())).as(machine).isPresent();
                assertThat(wayFrom(machine, noPod)).as(machine).isEmpty();
                assertThat(wayFrom(machine, ELSEWHERE)).as(machine).isEmpty();
            }
        }
    }

    @Test
    void aVolumeGrowsOnRequest() {
        try (NodePods pods = NodePods.prepare(engine, Storage.CLAIM, List.of())) {
            PodNode pod = pods.start("growing", each -> each);
            pod.awaitAnswering();
            Resource<PersistentVolumeClaim> claim = kubernetes
                    .client()
                    .persistentVolumeClaims()
                    .inNamespace(pods.namespace())
                    .withName("cart");
            Quantity more = new Quantity("3Gi");
            assertThat(claim.require().getStatus().getCapacity()).doesNotContainValue(more);
            EmbeddedKubernetes.edit(
                    claim, there -> there.getSpec().getResources().getRequests().put("storage", more));
            Eventually.eventually(
                    "the volume has grown",
                    PATIENCE,
                    () -> more.equals(claim.require().getStatus().getCapacity().get("storage")));
        }
    }

    /** The device through which the kernel of this machine would send such a packet; none if it would not. */
    private static Optional<String> wayFromHere(String... packet) throws IOException, InterruptedException {
        List<String> words = new ArrayList<>(List.of("ip", "route", "get"));
        words.addAll(List.of(packet));
        Process lookup = new ProcessBuilder(words).redirectErrorStream(true).start();
        String said = new String(lookup.getInputStream().readAllBytes(), UTF_8);
        return lookup.waitFor() == 0 ? device(said) : Optional.empty();
    }

    /** The same of a machine of the cluster. */
    private Optional<String> wayFrom(String machine, String address) {
        try {
            return device(kubernetes.onNode(machine, "ip", "route", "get", address));
        } catch (IllegalStateException unreachable) {
            return Optional.empty();
        }
    }

    private static Optional<String> device(String said) {
        Matcher device = DEVICE.matcher(said);
        return device.find() ? Optional.of(device.group(1)) : Optional.empty();
    }
}
