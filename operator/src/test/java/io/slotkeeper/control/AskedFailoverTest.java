package io.slotkeeper.control;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.client.utils.Serialization;
import io.slotkeeper.api.RedisCluster;
import io.slotkeeper.api.RedisClusterStatus;
import io.slotkeeper.plan.Handover.Answer;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** An order by annotation is carried out once, and stays answered as long as it stands there. */
@Tag("unit")
class AskedFailoverTest {
    private static final String ASKED = "annotations: {slotkeeper.io/failover: cart-1-1}";
    private static final String ANSWERED = "status: {failover: {asked: cart-1-1, outcome: Done, message: it serves}}";

    @Test
    void whatIsNotAnsweredYetIsAskedFor() {
        assertThat(AskedFailover.unanswered(cluster("", ""))).isEmpty();
        assertThat(AskedFailover.unanswered(cluster(ASKED, ""))).hasValue("cart-1-1");
        assertThat(AskedFailover.unanswered(cluster(ASKED, ANSWERED))).isEmpty();
        assertThat(AskedFailover.unanswered(cluster(ASKED, ANSWERED.replace("1-1", "0-1"))))
                .hasValue("cart-1-1");
    }

    @Test
    void theAnswerIsKeptUntilTheAnnotationGoesOrChanges() {
        assertThat(AskedFailover.said(cluster(ASKED, ""), Optional.of(new Answer(false, "no"))))
                .isEqualTo(
                        new RedisClusterStatus.Failover(
                                "cart-1-1",
                                "Refused",
                                "no. Nothing was done; to ask again, write another value, such as the pod's name with #2 behind it"));
        assertThat(AskedFailover.said(cluster(ASKED, ANSWERED), Optional.empty()))
                .isEqualTo(new RedisClusterStatus.Failover("cart-1-1", "Done", "it serves"));
        assertThat(AskedFailover.said(cluster(ASKED, ANSWERED.replace("1-1", "0-1")), Optional.empty()))
                .isNull();
        assertThat(AskedFailover.said(cluster("", ANSWERED), Optional.empty())).isNull();
    }

    @Test
    void theSamePodMayBeAskedForAgain() {
        RedisCluster again = cluster(ASKED.replace("cart-1-1", "'cart-1-1#2'"), ANSWERED);
        assertThat(AskedFailover.pod(again)).hasValue("cart-1-1");
        assertThat(AskedFailover.said(again, Optional.of(new Answer(true, "yes"))))
                .isEqualTo(new RedisClusterStatus.Failover("cart-1-1#2", "Done", "yes"));
    }

    @Test
    void aPausedClusterRefusesRatherThanKeepingItInMind() {
        RedisCluster paused = cluster(ASKED, "");
        paused.setSpec(Written.cluster("{paused: true}").getSpec());
        assertThat(AskedFailover.said(paused, Optional.empty()))
                .extracting(
                        RedisClusterStatus.Failover::outcome,
                        said -> said.message().split("\\.", 2)[0])
                .containsExactly("Refused", "the cluster is paused");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "generation: 8 | true",
                "annotations: {slotkeeper.io/failover: cart-1-1} | true",
                "deletionTimestamp: 2026-01-01T00:00:00Z | true",
                "annotations: {example.com/note: x} | false",
                "resourceVersion: '101' | false"
            })
    void aPassIsCalledForByASpecAnOrderOrTheEnd(String changed, boolean calls) {
        assertThat(new AskedFailover.OrAnotherSpec().accept(cluster(changed, ""), cluster("", "")))
                .isEqualTo(calls);
    }

    private static RedisCluster cluster(String metadata, String status) {
        return Serialization.unmarshal(
                "metadata:\n  name: cart\n  generation: 7\n  %s\nspec: {}\n%s\n"
                        .formatted(metadata, status)
                        .replace("generation: 7\n  generation", "generation"),
                RedisCluster.class);
    }
}
