package io.slotkeeper.control;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Pod;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.slotkeeper.engine.Connector;
import io.slotkeeper.plan.Plan;
import io.slotkeeper.plan.Step;
import io.slotkeeper.topology.Place;
import io.slotkeeper.topology.SlotSet;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is written after a pass, and what people find of it the next morning. */
@Tag("unit")
class ReporterTest {
    private final ListeningApiServer server = new ListeningApiServer();
    private final Connector connector = new Connector();
    private final Remembered memory =
            new Remembered("uid-of-cart", new Nodes(connector, new EngineCalls(new SimpleMeterRegistry()), () -> {}));
    private final Reporter reporter = new Reporter(new Door(server.client()), Runnable::run);
    private final List<Pod> pods = new ArrayList<>();

    @BeforeEach
    void thereAreTwoPodsOfTheFirstShard() {
        pods.add(Written.pod("cart-0-0", "{}"));
        pods.add(Written.pod("cart-0-1", "{}"));
        pods.forEach(pod ->
                pod.getMetadata().setUid("uid-" + pod.getMetadata().getName().substring("cart-".length())));
    }

    @AfterEach
    void forget() {
        memory.close();
        connector.close();
        server.close();
    }

    @Test
    void aPodThatWasSucceededAndDoesNotAnswerIsNoPrimaryByItsLabelAnyMore() {
        label(0, "primary");
        label(1, "replica");
        publish(ReportedPass.allIsWell().servedBy(0, 1));
        assertThat(writtenTo("/pods/cart-0-0"))
                .singleElement()
                .asString()
                .contains("\"slotkeeper.io/role\":null", "\"uid\":\"uid-0-0\"");
        assertThat(writtenTo("/pods/cart-0-1")).isEmpty();
    }

    @Test
    void aPodThatDoesNotAnswerKeepsItsLabelWhileNobodyElseServesItsShard() {
        label(0, "primary");
        publish(ReportedPass.allIsWell().lost(0));
        publish(ReportedPass.allIsWell());
        assertThat(writtenTo("/pods/")).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(ints = {403, 404, 409, 500})
    void aLabelThatCannotBeWrittenKeepsNobodyFromReadingTheStatus(int code) {
        server.refuse("/pods/", code);
        label(0, "primary");
        publish(ReportedPass.allIsWell().servedBy(0, 1));
        assertThat(writtenTo("/rediscluster")).singleElement().asString().contains("\"status\":");
    }

    @Test
    void aLabelThatCouldNotBeWrittenHoldsUpOnePassInHalfAMinute() {
        server.refuse("/pods/", 500);
        label(0, "primary");
        for (int second = 10; second < 30; second++) {
            publish(ReportedPass.allIsWell().servedBy(0, 1).at("2026-01-01T12:00:" + second + "Z"));
        }
        assertThat(server.refusals()).isEqualTo(1);
        publish(ReportedPass.allIsWell().servedBy(0, 1).at("2026-01-01T12:00:50Z"));
        assertThat(server.refusals()).isEqualTo(2);
    }

    @Test
    void thatAClusterIsNoLongerReadyIsTold() {
        publish(ReportedPass.allIsWell());
        publish(ReportedPass.allIsWell()
                .lost(1)
                .obstacle(Plan.Obstacle.Kind.WAITING, "FailoverAwaited", "the primary of shard 1 does not answer")
                .at("2026-01-01T12:00:01Z"));
        assertThat(event("NotReady"))
                .contains("\"type\":\"Warning\"", "FailoverAwaited: the primary of shard 1 does not answer");
    }

    @Test
    void nothingIsWrittenInTheFirstSecondInWhichAShardIsWithoutAPrimary() {
        publish(ReportedPass.allIsWell().formedBefore());
        publish(ReportedPass.allIsWell().formedBefore().lost(1).at("2026-01-01T12:00:01Z"));
        publish(ReportedPass.allIsWell().formedBefore().lost(1).at("2026-01-01T12:00:01.999Z"));
        assertThat(hasEvent("NotReady")).isFalse();
        publish(ReportedPass.allIsWell().formedBefore().lost(1).at("2026-01-01T12:00:02Z"));
        assertThat(hasEvent("NotReady")).isTrue();
    }

    @Test
    void theSecondBeginsAnewOnceEveryShardIsServed() {
        publish(ReportedPass.allIsWell().formedBefore());
        publish(ReportedPass.allIsWell().formedBefore().lost(1).at("2026-01-01T12:00:01Z"));
        publish(ReportedPass.allIsWell().formedBefore().at("2026-01-01T12:00:01.500Z"));
        publish(ReportedPass.allIsWell().formedBefore().lost(0).at("2026-01-01T12:00:02Z"));
        assertThat(hasEvent("NotReady")).isFalse();
    }

    /** Or it would be given up a second time by an operator that starts in that second. */
    @Test
    void thatAnAcceptedLossIsUsedUpIsWrittenEvenThen() {
        publish(ReportedPass.allIsWell().formedBefore());
        publish(ReportedPass.over("{recovery: {acceptDataLoss: [0]}}")
                .formedBefore()
                .lost(1)
                .at("2026-01-01T12:00:01Z"));
        assertThat(hasEvent("AcceptedLossUsedUp")).isTrue();
    }

    @Test
    void aClusterThatWasNeverReadyIsNotSaidToHaveStoppedBeingIt() {
        publish(ReportedPass.allIsWell().lost(1));
        publish(ReportedPass.allIsWell().lost(2).at("2026-01-01T12:00:01Z"));
        publish(ReportedPass.allIsWell().at("2026-01-01T12:00:02Z"));
        assertThat(hasEvent("Formed")).isTrue();
        assertThat(hasEvent("NotReady")).isFalse();
    }

    @Test
    void whoServesAShardByNowIsToldAlsoWhenNobodyDidMeanwhile() {
        publish(ReportedPass.allIsWell());
        publish(ReportedPass.allIsWell().lost(0).at("2026-01-01T12:00:01Z"));
        publish(ReportedPass.allIsWell().servedBy(0, 1).at("2026-01-01T12:00:02Z"));
        assertThat(event("PrimaryChanged")).contains("cart-0-1: it serves shard 0 instead of cart-0-0");
    }

    @Test
    void thatAFormedClusterStartsWithNothingIsAWarning() {
        Step give = new Step.GiveSlots(new Place(0, 0), SlotSet.all(), 1, "its data is lost");
        publish(ReportedPass.allIsWell().formedBefore().step(give));
        assertThat(event("GiveSlots")).contains("\"type\":\"Warning\"", "its data is lost");
    }

    @Test
    void thatANewClusterGetsItsSlotsIsNoWarning() {
        Step give = new Step.GiveSlots(new Place(0, 0), SlotSet.all(), 1, "nobody owns them");
        publish(ReportedPass.allIsWell().step(give));
        assertThat(event("GiveSlots")).contains("\"type\":\"Normal\"");
    }

    /** The resource has the status that was written last, as in the loop. */
    private void publish(ReportedPass pass) {
        Report report = pass.report();
        Report latest = new Report(
                memory.latest(report.cluster()), report.desired(), report.seen(), report.plan(), report.verdict());
        reporter.publish(latest, ReportedPass.IMAGE, new Act.Deeds(report.plan().steps(), List.of()), pods, memory);
    }

    private void label(int pod, String role) {
        pods.get(pod).getMetadata().setLabels(Map.of("slotkeeper.io/role", role));
    }

    private List<String> writtenTo(String path) {
        return server.written().stream()
                .filter(request -> request.startsWith("PATCH") && request.contains(path))
                .toList();
    }

    private boolean hasEvent(String reason) {
        return server.written().stream().anyMatch(request -> isEvent(request, reason));
    }

    private String event(String reason) {
        return server.written().stream()
                .filter(request -> isEvent(request, reason))
                .findFirst()
                .orElseThrow();
    }

    private static boolean isEvent(String request, String reason) {
        return request.startsWith("POST") && request.contains("\"reason\":\"" + reason + "\"");
    }
}
