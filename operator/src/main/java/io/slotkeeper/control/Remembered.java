package io.slotkeeper.control;

import io.slotkeeper.api.RedisClusterStatus;
import io.slotkeeper.plan.Plan;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What the loop remembers of a cluster from one pass to the next: open connections, what it said last, and since when
 * nothing has changed. Nothing depends on it; an operator that starts anew begins without.
 */
final class Remembered implements AutoCloseable {
    private static final Duration SHORTEST = Duration.ofMillis(20);
    private static final Duration LONGEST = Duration.ofSeconds(2);
    private static final Duration IDLE = Duration.ofSeconds(30);
    private static final int PATIENCE = 20;

    private final Nodes nodes;
    private List<Object> lastSeen = List.of();
    private @Nullable Instant unchangedSince;
    private long writtenVersion;
    private @Nullable RedisClusterStatus written;

    Remembered(Nodes nodes) {
        this.nodes = nodes;
    }

    Nodes nodes() {
        return nodes;
    }

    /**
     * How long to wait before looking again, if nothing calls earlier. While something is going on: a twentieth of the time
     * that has passed without any change, so that a formation is followed closely and a pod that cannot start is not.
     */
    Duration pace(Instant now, Plan plan) {
        if (plan.steps().isEmpty() && plan.obstacles().isEmpty()) {
            return IDLE;
        }
        Duration quiet = Duration.between(unchangedSince == null ? now : unchangedSince, now);
        Duration pace = quiet.dividedBy(PATIENCE);
        return pace.compareTo(SHORTEST) < 0 ? SHORTEST : pace.compareTo(LONGEST) > 0 ? LONGEST : pace;
    }

    /** Takes note of what was seen and planned; answers whether any of it is new. */
    boolean isNews(Instant now, Object... seen) {
        List<Object> all = new ArrayList<>(List.of(seen));
        if (all.equals(lastSeen)) {
            return false;
        }
        lastSeen = List.copyOf(all);
        unchangedSince = now;
        return true;
    }

    /** The status as it is after the last write, which the cache may not have seen yet. */
    Optional<RedisClusterStatus> status(long cachedVersion, @Nullable RedisClusterStatus cached) {
        return cachedVersion < writtenVersion ? Optional.ofNullable(written) : Optional.ofNullable(cached);
    }

    void wrote(long version, RedisClusterStatus status) {
        writtenVersion = version;
        written = status;
    }

    @Override
    public void close() {
        nodes.close();
    }
}
