package io.slotkeeper.control;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Pod;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is in a pod's way, in Kubernetes' words; statuses are as a kubelet writes them. */
@Tag("unit")
class PodTroubleTest {
    private static final String RUNNING = """
            phase: Running
            containerStatuses:
            - {name: node, restartCount: 0, state: {running: {startedAt: "2026-01-01T12:00:00Z"}}}
            """;
    private static final String BACK_OFF =
            "state: {waiting: {reason: CrashLoopBackOff, message: back-off 10s restarting failed container}}";

    @Test
    void aPodThatRunsIsNotInTrouble() {
        Pod pod = pod(RUNNING);
        assertThat(PodTrouble.of(pod)).isEmpty();
        assertThat(PodTrouble.hasRun(pod)).isTrue();
        assertThat(PodTrouble.startedAt(pod)).hasValue(Instant.parse("2026-01-01T12:00:00Z"));
    }

    @Test
    void aPodThatWasJustMadeIsNotInTrouble() {
        Pod bare = pod("{}");
        bare.setStatus(null);
        assertThat(PodTrouble.of(bare)).isEmpty();
        assertThat(PodTrouble.hasRun(bare)).isFalse();
        assertThat(PodTrouble.startedAt(bare)).isEmpty();
        assertThat(trouble("phase: Pending")).isEmpty();
        assertThat(trouble("containerStatuses: [{name: node, state: {waiting: {reason: ContainerCreating}}}]"))
                .isEmpty();
    }

    @Test
    void aPodWithoutAMachineSaysWhatTheSchedulerSays() {
        assertThat(trouble("""
                phase: Pending
                conditions:
                - {type: PodScheduled, status: "False", reason: Unschedulable, message: 0/3 nodes are available}
                """)).hasValue("Unschedulable: 0/3 nodes are available");
    }

    @Test
    void aNodesFileThatWasRefusedTwiceIsDamage() {
        assertThat(damage(
                        1, "waiting: {reason: CrashLoopBackOff}", "it names 0 nodes as its own. Put a good copy back"))
                .isEqualTo("its nodes.conf cannot be used: it names 0 nodes as its own");
        assertThat(damage(0, "terminated: {exitCode: 1}", "it is cut off")).isEqualTo("none");
        assertThat(damage(3, "running: {startedAt: \"2026-01-01T12:00:00Z\"}", "it is cut off"))
                .isEqualTo("none");
    }

    @Test
    void soIsOneThatTheEngineRefuses() {
        assertThat(PodTrouble.damage(pod("""
                containerStatuses:
                - name: node
                  restartCount: 1
                  state:
                    terminated:
                      exitCode: 1
                      message: |
                        1:M 23 Nov 2026 14:00:00.000 # Unrecoverable error: corrupted cluster config file "x".
                        slotkeeper: the engine stopped with exit code 1, for the reason in its last lines above
                """)))
                .hasValue("its nodes.conf cannot be used: the engine takes it for corrupted");
        assertThat(PodTrouble.damage(pod(RUNNING))).isEmpty();
    }

    private static String damage(int restarts, String state, String why) {
        return PodTrouble.damage(pod("""
                containerStatuses:
                - name: node
                  restartCount: %d
                  state: {%s}
                  lastState: {terminated: {exitCode: 1, message: "slotkeeper: /data/nodes.conf cannot be used: %s"}}
                """.formatted(restarts, state, why))).orElse("none");
    }

    @ParameterizedTest
    @ValueSource(strings = {"True", "False"})
    void sinceWhenThereIsAMachineOrNoneIsWhenTheSchedulerSaidSo(String found) {
        String condition = "conditions: [{type: PodScheduled, status: \"%s\", lastTransitionTime: \"%s\"}]";
        assertThat(PodTrouble.judgedAt(pod(condition.formatted(found, "2026-01-01T12:00:00Z"))))
                .hasValue(Instant.parse("2026-01-01T12:00:00Z"));
        assertThat(PodTrouble.judgedAt(pod("phase: Pending"))).isEmpty();
    }

    @Test
    void aPodThatWasNotLookedAtByTheSchedulerYetIsNotInTrouble() {
        assertThat(trouble("conditions: [{type: PodScheduled, status: \"False\", reason: SchedulingGated}]"))
                .isEmpty();
        assertThat(trouble("conditions: [{type: PodScheduled, status: \"True\"}]"))
                .isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "ErrImagePull",
                "ImagePullBackOff",
                "InvalidImageName",
                "ErrImageNeverPull",
                "CreateContainerConfigError",
                "CreateContainerError",
                "RunContainerError"
            })
    void aContainerThatCannotBeStartedSaysWhatTheKubeletSays(String reason) {
        String waiting = "containerStatuses: [{name: node, state: {waiting: {reason: %s%s}}}]";
        assertThat(trouble(waiting.formatted(reason, ", message: so it is"))).hasValue(reason + ": so it is");
        assertThat(trouble(waiting.formatted(reason, ""))).hasValue(reason);
    }

    @Test
    void aContainerThatKeepsEndingSaysItsLastWords() {
        assertThat(trouble("""
                containerStatuses:
                - name: node
                  restartCount: 3
                  %s
                  lastState: {terminated: {exitCode: 1, reason: Error, message: "starting\\nbad directive\\n\\n"}}
                """.formatted(BACK_OFF))).hasValue("CrashLoopBackOff: it ended with code 1: bad directive");
        assertThat(trouble("""
                containerStatuses:
                - {name: node, restartCount: 3, %s, lastState: {terminated: {exitCode: 137, reason: Error}}}
                """.formatted(BACK_OFF))).hasValue("CrashLoopBackOff: it ended with code 137");
    }

    @Test
    void aContainerThatKeepsEndingAndDoesNotSayWhyHasKubernetesWords() {
        String words = "CrashLoopBackOff: back-off 10s restarting failed container";
        assertThat(trouble("containerStatuses: [{name: node, restartCount: 3, %s}]".formatted(BACK_OFF)))
                .hasValue(words);
        assertThat(trouble(
                        "containerStatuses: [{name: node, restartCount: 3, %s, lastState: {terminated: {exitCode: 0}}}]"
                                .formatted(BACK_OFF)))
                .hasValue(words);
    }

    @Test
    void aContainerThatIsOutOfMemorySaysSo() {
        String killed = "{terminated: {exitCode: 137, reason: OOMKilled}}";
        String backingOff = "containerStatuses: [{name: node, restartCount: 1, %s, lastState: %s}]";
        assertThat(trouble(backingOff.formatted(BACK_OFF, killed))).hasValue("OOMKilled: it ran out of memory");
        assertThat(trouble("containerStatuses: [{name: node, restartCount: 0, state: %s}]".formatted(killed)))
                .hasValue("OOMKilled: it ran out of memory");
    }

    @Test
    void aContainerThatEndedOnceIsNotInTroubleSinceItIsStartedAgain() {
        Pod pod = pod(
                "containerStatuses: [{name: node, restartCount: 0, state: {terminated: {exitCode: 137, reason: Error}}}]");
        assertThat(PodTrouble.of(pod)).isEmpty();
        assertThat(PodTrouble.hasRun(pod)).isTrue();
        assertThat(PodTrouble.startedAt(pod)).isEmpty();
    }

    @Test
    void anEvictedPodSaysSoAndNotThatItsContainerEnded() {
        assertThat(trouble("""
                phase: Failed
                reason: Evicted
                message: "The node was low on resource: memory."
                containerStatuses: [{name: node, restartCount: 0, state: {terminated: {exitCode: 137, reason: OOMKilled}}}]
                """)).hasValue("Failed: Evicted: The node was low on resource: memory.");
        assertThat(trouble("phase: Failed")).hasValue("Failed");
    }

    @Test
    void aPodThatWasAskedToEndIsNotInTroubleHoweverItEnds() {
        Pod pod = pod("containerStatuses: [{name: node, restartCount: 3, %s}]".formatted(BACK_OFF));
        pod.getMetadata().setDeletionTimestamp("2026-01-01T12:00:00Z");
        assertThat(PodTrouble.of(pod)).isEmpty();
    }

    @Test
    void whatSomebodyElsePutBeforeTheNodeIsInItsWayAsWell() {
        Pod pod = pod("""
                initContainerStatuses:
                - {name: mesh, restartCount: 3, state: {waiting: {reason: ImagePullBackOff, message: no such image}}}
                containerStatuses: [{name: node, restartCount: 0, state: {waiting: {reason: PodInitializing}}}]
                """);
        assertThat(PodTrouble.of(pod)).hasValue("ImagePullBackOff: no such image");
        assertThat(PodTrouble.hasRun(pod)).isFalse();
    }

    @Test
    void whatRunsBesideTheNodeIsNotTheNode() {
        Pod pod = pod("""
                containerStatuses:
                - {name: mesh, restartCount: 2, state: {running: {startedAt: "2026-01-01T11:00:00Z"}}}
                - {name: node, restartCount: 0, state: {waiting: {reason: ContainerCreating}}}
                """);
        assertThat(PodTrouble.hasRun(pod)).isFalse();
        assertThat(PodTrouble.startedAt(pod)).isEmpty();
    }

    @Test
    void aContainerThatWasStartedAgainHasRun() {
        assertThat(PodTrouble.hasRun(pod("containerStatuses: [{name: node, restartCount: 1, %s}]".formatted(BACK_OFF))))
                .isTrue();
    }

    private static Optional<String> trouble(String status) {
        return PodTrouble.of(pod(status));
    }

    private static Pod pod(String status) {
        return Written.pod("cart-0-1", status);
    }
}
