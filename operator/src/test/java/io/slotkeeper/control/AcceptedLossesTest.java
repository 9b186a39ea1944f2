package io.slotkeeper.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.slotkeeper.api.RedisCluster;
import io.slotkeeper.api.RedisClusterStatus;
import io.slotkeeper.api.RedisClusterStatus.AcceptedLoss;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** For which shards a user's word counts, and for how long. */
@Tag("unit")
class AcceptedLossesTest {
    private static final String VOLUMES = "storage: {size: 1Gi}";
    private static final String WORD = "{" + VOLUMES + ", recovery: {acceptDataLoss: [2, 1]}}";

    @Test
    void aCacheGivesItsLossesUpByItself() {
        assertThat(AcceptedLosses.givenUp(Written.cluster("{}"))).containsExactlyInAnyOrder(0, 1, 2);
        assertThat(AcceptedLosses.givenUp(Written.cluster("{failover: {lostShard: Wait}}")))
                .isEmpty();
        assertThat(AcceptedLosses.givenUp(Written.cluster("{" + VOLUMES + "}"))).isEmpty();
        assertThat(AcceptedLosses.givenUp(Written.cluster("{" + VOLUMES + ", failover: {lostShard: StartEmpty}}")))
                .containsExactlyInAnyOrder(0, 1, 2);
    }

    @Test
    void aWordCountsUntilItsShardIsServed() {
        RedisClusterStatus before =
                ReportedPass.over("{" + VOLUMES + "}").lost(2).status();
        assertThat(AcceptedLosses.givenUp(with(before, WORD))).containsExactlyInAnyOrder(1, 2);
        RedisClusterStatus served =
                ReportedPass.over(WORD).after(before).lost(2).status();
        assertThat(served.recovery())
                .extracting(AcceptedLoss::shard, AcceptedLoss::message)
                .containsExactly(tuple(
                        1,
                        "cart-1-0 serves shard 1, so that there is nothing (more) to accept. Take the entry away; only when it"
                                + " is written again it counts for another loss"));
        assertThat(AcceptedLosses.givenUp(with(served, WORD))).containsExactly(2);
    }

    @Test
    void aWordFromBeforeTheFirstReportDoesNotCount() {
        assertThat(AcceptedLosses.givenUp(Written.cluster(WORD))).isEmpty();
        RedisClusterStatus first = ReportedPass.over(WORD).lost(1).lost(2).status();
        assertThat(first.recovery())
                .extracting(AcceptedLoss::shard, AcceptedLoss::message)
                .contains(tuple(
                        2,
                        "was written before anything was known of this cluster, so it may be about another loss. Take the"
                                + " entry away; only when it is written again it counts for another loss"));
        assertThat(AcceptedLosses.givenUp(with(first, WORD))).isEmpty();
    }

    @Test
    void whatIsUsedUpStaysSoWhileItIsWritten() {
        RedisClusterStatus before =
                ReportedPass.over("{" + VOLUMES + "}").lost(2).status();
        RedisClusterStatus served =
                ReportedPass.over(WORD).after(before).lost(2).status();
        RedisClusterStatus lostLater =
                ReportedPass.over(WORD).after(served).lost(1).lost(2).status();
        assertThat(lostLater.recovery()).isEqualTo(served.recovery());
        assertThat(ReportedPass.over("{" + VOLUMES + "}")
                        .after(lostLater)
                        .status()
                        .recovery())
                .isNull();
    }

    private static RedisCluster with(RedisClusterStatus status, String spec) {
        RedisCluster cluster = Written.cluster(spec);
        cluster.setStatus(status);
        return cluster;
    }
}
