package io.slotkeeper.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.api.model.apps.StatefulSetSpecBuilder;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.slotkeeper.api.RedisCluster;
import io.slotkeeper.engine.Connector;
import io.slotkeeper.kubernetes.Names;
import io.slotkeeper.kubernetes.Ports;
import io.slotkeeper.plan.NodeView;
import io.slotkeeper.plan.Observation;
import io.slotkeeper.plan.ObservedPod;
import io.slotkeeper.topology.Address;
import io.slotkeeper.topology.Place;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What pods look like to a plan. Nobody is asked in here: there is no password. */
@Tag("unit")
class ObserveTest {
    private static final Instant NOW = Instant.parse("2026-01-01T12:00:00Z");
    private static final String SERVING = """
            phase: Running
            podIP: 10.1.2.3
            conditions: [{type: Ready, status: "True"}]
            """;

    private Instant now = NOW;
    private final Connector connector = new Connector();
    private final Remembered memory =
            new Remembered("uid-of-cart", new Nodes(connector, new EngineCalls(new SimpleMeterRegistry()), () -> {}));

    @AfterEach
    void disconnect() {
        memory.close();
        connector.close();
    }

    @Test
    void aPodsPlaceIsInItsName() {
        assertThat(Observe.place("cart", "cart-1-0")).hasValue(new Place(1, 0));
        assertThat(Observe.place("cart", "cart-499-10")).hasValue(new Place(499, 10));
        assertThat(Observe.place("cart-1", "cart-1-2-3")).hasValue(new Place(2, 3));
    }

    @ParameterizedTest
    @ValueSource(strings = {"cart-1", "cart-1-0-0", "cart-a-0", "cart-1-", "dart-1-0", "mycart-1-0", "cart-9999999-0"})
    void aPodWithAnotherNameHasNoPlace(String name) {
        assertThat(Observe.place("cart", name)).isEmpty();
    }

    @Test
    void aDotInTheNameOfAClusterIsADot() {
        assertThat(Observe.place("c.rt", "cart-1-0")).isEmpty();
    }

    @Test
    void aPodIsSeenWhereItIsAndAsItIs() {
        ObservedPod seen = look(Written.pod("cart-1-0", SERVING));
        assertThat(seen.place()).isEqualTo(new Place(1, 0));
        assertThat(seen.uid()).isEqualTo("uid-of-cart-1-0");
        assertThat(seen.address()).hasValue(new Address("10.1.2.3", 6379));
        assertThat(seen.ready()).isTrue();
        assertThat(seen.terminating()).isFalse();
        assertThat(seen.outdated()).isFalse();
        assertThat(seen.trouble()).isEmpty();
    }

    @Test
    void aPodThatDoesNotSayThatItIsReadyIsNot() {
        assertThat(look(Written.pod("cart-0-0", "conditions: [{type: Ready, status: \"False\"}]"))
                        .ready())
                .isFalse();
        assertThat(look(Written.pod("cart-0-0", "conditions: [{type: ContainersReady, status: \"True\"}]"))
                        .ready())
                .isFalse();
        assertThat(look(Written.pod("cart-0-0", "phase: Pending")).ready()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"Failed", "Succeeded"})
    void aPodThatHasEndedHasNoAddressSinceSomebodyElseMayHaveItByNow(String phase) {
        assertThat(look(Written.pod("cart-0-0", SERVING.replace("Running", phase)))
                        .address())
                .isEmpty();
    }

    @Test
    void aPodThatIsBeingDeletedStillHasItsAddress() {
        Pod pod = Written.pod("cart-0-0", SERVING);
        pod.getMetadata().setDeletionTimestamp("2026-01-01T12:00:00Z");
        assertThat(look(pod).terminating()).isTrue();
        assertThat(look(pod).address()).isPresent();
    }

    @Test
    void aPodMadeFromAnotherTemplateThanTodaysIsOutdated() {
        assertThat(look(ofRevision("cart-1-0", "old"), set("cart-1", 2, "new")).outdated())
                .isTrue();
        assertThat(look(ofRevision("cart-1-0", "new"), set("cart-1", 2, "new")).outdated())
                .isFalse();
        assertThat(look(ofRevision("cart-0-0", "old"), set("cart-1", 2, "new")).outdated())
                .isFalse();
    }

    @Test
    void nothingIsOutdatedBeforeTheControllerOfTheSetHasSeenTheTemplate() {
        assertThat(look(ofRevision("cart-0-0", "old"), set("cart-0", 1, "new")).outdated())
                .isFalse();
    }

    @Test
    void withoutAPasswordNobodyIsAskedAndTheReasonIsTold() {
        assertThat(look(Written.pod("cart-0-0", SERVING)).node())
                .isEqualTo(new NodeView.Silent("the operator has no password for it"));
    }

    @Test
    void aPodWithoutAnAddressCannotBeAskedAndTheReasonIsTold() {
        Observation seen = sight(
                        Written.cluster("{}"),
                        List.of(Written.pod("cart-0-0", "phase: Pending")),
                        List.of(),
                        Optional.of("secret"))
                .observation();
        assertThat(seen.pods().getFirst().node()).isEqualTo(new NodeView.Silent("the pod has no address yet"));
    }

    @Test
    void podsOfOtherNamesAreNotSeen() {
        Observe.Sight sight = sight(
                Written.cluster("{}"),
                List.of(Written.pod("cart-0-0", SERVING), Written.pod("shop", SERVING)),
                List.of(),
                Optional.empty());
        assertThat(sight.observation().pods()).hasSize(1);
        assertThat(sight.target(new Place(0, 0)))
                .hasValue(new Act.Target("shop", "cart-0-0", Ports.bus(new Names("shop", "cart")), Optional.empty()));
        assertThat(sight.target(new Place(0, 1))).isEmpty();
    }

    @Test
    void aPodThatItsSetDoesNotMakeIsAbsentSinceThatWasSeenFirst() {
        StatefulSet set = set("cart-1", 2, "new");
        set.setSpec(new StatefulSetSpecBuilder().withReplicas(2).build());
        Pod first = Written.pod("cart-1-0", SERVING);
        assertThat(absent(List.of(first), set)).containsExactly(entry(new Place(1, 1), NOW));
        now = NOW.plusSeconds(40);
        assertThat(absent(List.of(first), set)).containsExactly(entry(new Place(1, 1), NOW));
        assertThat(absent(List.of(first, Written.pod("cart-1-1", SERVING)), set))
                .isEmpty();
        assertThat(absent(List.of(first), set)).containsExactly(entry(new Place(1, 1), now));
        set.getMetadata().setDeletionTimestamp("2026-01-01T12:00:00Z");
        assertThat(absent(List.of(first), set)).isEmpty();
        assertThat(absent(List.of(first))).isEmpty();
    }

    @Test
    void aClusterWasFormedBeforeWhenItsStatusSaysWhen() {
        RedisCluster cluster = Written.cluster("{}\nstatus: {formedAt: '2026-01-01T11:00:00Z'}");
        assertThat(sight(cluster, List.of(), List.of(), Optional.empty())
                        .observation()
                        .formedBefore())
                .isTrue();
        assertThat(sight(Written.cluster("{}\nstatus: {}"), List.of(), List.of(), Optional.empty())
                        .observation()
                        .formedBefore())
                .isFalse();
    }

    private Map<Place, Instant> absent(List<Pod> pods, StatefulSet... sets) {
        return sight(Written.cluster("{}"), pods, List.of(sets), Optional.empty())
                .observation()
                .absentSince();
    }

    private ObservedPod look(Pod pod, StatefulSet... sets) {
        return sight(Written.cluster("{}"), List.of(pod), List.of(sets), Optional.empty())
                .observation()
                .pods()
                .getFirst();
    }

    private Observe.Sight sight(
            RedisCluster cluster, List<Pod> pods, List<StatefulSet> sets, Optional<String> password) {
        return Observe.look(
                cluster,
                () -> now,
                pods,
                sets,
                new Underneath(new Machines(), new OneClaim(Optional.empty(), Optional.empty())),
                password,
                memory);
    }

    private static Pod ofRevision(String name, String revision) {
        Pod pod = Written.pod(name, SERVING);
        pod.getMetadata().setLabels(Map.of("controller-revision-hash", revision));
        return pod;
    }

    /** The second generation of a set. */
    private static StatefulSet set(String name, int observedGeneration, String revision) {
        return Serialization.unmarshal(
                "metadata: {name: %s, generation: 2}\nstatus: {observedGeneration: %d, updateRevision: %s}"
                        .formatted(name, observedGeneration, revision),
                StatefulSet.class);
    }
}
