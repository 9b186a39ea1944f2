package io.slotkeeper.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.slotkeeper.api.RedisCluster;
import io.slotkeeper.api.RedisClusterStatus;
import io.slotkeeper.engine.Connector;
import java.time.Duration;
import java.time.Instant;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** How often the loop looks, what it says again, and which status it goes on from. */
@Tag("unit")
class RememberedTest {
    private static final Instant START = Instant.parse("2026-01-01T12:00:00Z");

    private final Connector connector = new Connector();
    private final Remembered memory =
            new Remembered("uid", new Nodes(connector, new EngineCalls(new SimpleMeterRegistry()), () -> {}));

    @AfterEach
    void forget() {
        memory.close();
        connector.close();
    }

    @Test
    void aClusterThatChangesIsFollowedClosely() {
        assertThat(memory.pace(after(0), false, "pods start")).isEqualTo(Duration.ofMillis(20));
        assertThat(memory.pace(after(30_000), false, "nodes meet")).isEqualTo(Duration.ofMillis(20));
    }

    @Test
    void aClusterThatDoesNotChangeIsLookedAtLessAndLess() {
        assertThat(memory.pace(after(0), false, "no machine fits")).isEqualTo(Duration.ofMillis(20));
        assertThat(memory.pace(after(2_000), false, "no machine fits")).isEqualTo(Duration.ofMillis(100));
        assertThat(memory.pace(after(10_000), false, "no machine fits")).isEqualTo(Duration.ofMillis(500));
        assertThat(memory.pace(after(600_000), false, "no machine fits")).isEqualTo(Duration.ofSeconds(2));
    }

    @Test
    void aVolumeThatWasThereInBetweenIsLostAnew() {
        memory.lostSince(Set.of("one"), after(0));
        assertThat(memory.lostSince(Set.of("one", "other"), after(50)))
                .containsOnly(entry("one", after(0)), entry("other", after(50)));
        assertThat(memory.lostSince(Set.of("other"), after(60))).containsOnly(entry("other", after(50)));
        assertThat(memory.lostSince(Set.of("one"), after(70))).containsOnly(entry("one", after(70)));
    }

    @Test
    void aClusterAtRestWaitsForWhatHappens() {
        assertThat(memory.pace(after(0), true, "well")).isEqualTo(Duration.ofSeconds(30));
    }

    @Test
    void aClusterThatNeverSettlesDoesNotKeepTheOperatorBusy() {
        for (int pass = 0; pass < 300; pass++) {
            assertThat(memory.pace(after(pass), false, pass)).isEqualTo(Duration.ofMillis(20));
        }
        assertThat(memory.pace(after(400), false, "again something else")).isEqualTo(Duration.ofMillis(400));
        assertThat(memory.pace(after(10_400), false, "and later")).isEqualTo(Duration.ofMillis(20));
    }

    @Test
    void whatWasWrittenLastIsGoneOnFromWithTheVersionThatItHas() {
        RedisClusterStatus written = ReportedPass.allIsWell().status();
        memory.reported(START, 107, written);

        assertThat(memory.latest(Written.cluster("{}"))).satisfies(latest -> {
            assertThat(latest.getStatus()).isEqualTo(written);
            assertThat(latest.getMetadata().getResourceVersion()).isEqualTo("107");
        });
    }

    @Test
    void nothingIsSaidTwiceWithinItsTime() {
        assertThat(memory.isNews(after(0), "a pod is gone", Duration.ofSeconds(30)))
                .isTrue();
        assertThat(memory.isNews(after(29_999), "a pod is gone", Duration.ofSeconds(30)))
                .isFalse();
        assertThat(memory.isNews(after(29_999), "another pod is gone", Duration.ofSeconds(30)))
                .isTrue();
    }

    @Test
    void whatGoesOnIsSaidAnewAfterItsTimeHoweverOftenItWasSeenMeanwhile() {
        assertThat(memory.isNews(after(0), "a pod is gone", Duration.ofSeconds(30)))
                .isTrue();
        assertThat(memory.isNews(after(20_000), "a pod is gone", Duration.ofSeconds(30)))
                .isFalse();
        assertThat(memory.isNews(after(30_000), "a pod is gone", Duration.ofSeconds(30)))
                .isTrue();
    }

    @Test
    void whatWasSaidDoesNotGrowForEver() {
        assertThat(memory.isNews(after(0), "first", Duration.ofHours(1))).isTrue();
        for (int i = 0; i <= 500; i++) {
            memory.isNews(after(1), "saying " + i, Duration.ofHours(1));
        }
        assertThat(memory.isNews(after(2), "first", Duration.ofHours(1))).isTrue();
    }

    @Test
    void newsOfImportanceIsReportedAtOnceAndTheRestTwiceASecond() {
        assertThat(memory.mayReport(after(0), false)).isTrue();
        memory.reported(after(0), 101, status("Redis 8.6"));
        assertThat(memory.mayReport(after(499), false)).isFalse();
        assertThat(memory.mayReport(after(499), true)).isTrue();
        assertThat(memory.mayReport(after(500), false)).isTrue();
    }

    @Test
    void theStatusThatWasWrittenCountsUntilTheCacheHasSeenIt() {
        RedisCluster cached = Written.cluster("{shards: 5}\nstatus: {engine: seen}");
        assertThat(memory.latest(cached).getStatus()).isEqualTo(status("seen"));
        memory.reported(after(0), 101, status("written"));
        assertThat(memory.latest(cached).getStatus()).isEqualTo(status("written"));
        assertThat(memory.latest(cached).getSpec().shardCount()).isEqualTo(5);

        cached.getMetadata().setResourceVersion("101");
        assertThat(memory.latest(cached).getStatus()).isEqualTo(status("seen"));
    }

    @Test
    void whatTheCacheHasIsNotChanged() {
        RedisCluster cached = Written.cluster("{}\nstatus: {engine: seen}");
        memory.reported(after(0), 101, status("written"));
        memory.latest(cached);
        assertThat(cached.getStatus()).isEqualTo(status("seen"));
    }

    @Test
    void aClusterWithoutASpecIsOneInWhichNothingWasSaid() {
        RedisCluster bare = Written.cluster("{}");
        bare.setSpec(null);
        assertThat(memory.latest(bare).getSpec().shardCount()).isEqualTo(3);
    }

    private static Instant after(int milliseconds) {
        return START.plusMillis(milliseconds);
    }

    private static RedisClusterStatus status(String engine) {
        return new RedisClusterStatus(
                null, null, null, null, null, null, null, null, engine, null, null, null, null, null, null);
    }
}
