package io.slotkeeper.control;

import io.slotkeeper.api.RedisCluster;
import io.slotkeeper.api.RedisClusterSpec;
import io.slotkeeper.api.RedisClusterStatus;
import io.slotkeeper.kubernetes.Wanted;
import io.slotkeeper.plan.Attempt;
import io.slotkeeper.plan.Elections;
import io.slotkeeper.plan.NodeState;
import io.slotkeeper.plan.Partings;
import io.slotkeeper.topology.NodeId;
import io.slotkeeper.topology.Place;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What the loop remembers of one cluster from pass to pass: connections, objects, what it wrote and said last, and since when
 * nothing has changed. An operator that starts anew begins without, which makes it slower or more patient and nothing else.
 */
final class Remembered implements AutoCloseable {
    private static final Duration SHORTEST = Duration.ofMillis(20);
    private static final Duration LONGEST = Duration.ofSeconds(2);
    private static final Duration IDLE = Duration.ofSeconds(30);
    /** Four of the longest node timeouts: then nobody remembers an election. */
    private static final Duration LONGEST_ELECTION = Duration.ofMinutes(4);

    private static final int PATIENCE = 20;
    private static final Duration WINDOW = Duration.ofSeconds(10);
    private static final int MOST_PASSES = 300;
    private static final Duration BETWEEN_REPORTS = Duration.ofMillis(500);
    private static final int MOST_SAYINGS = 500;
    /** A replica that is told to serve does so within this time. */
    private static final Duration SUCCESSION = Duration.ofSeconds(1);

    private final String uid;
    private final Nodes nodes;
    private final Wanted wanted = new Wanted();
    private final Map<String, Instant> said = new HashMap<>();
    private final Map<Integer, String> primaries = new HashMap<>();
    private final Map<Place, Instant> absent = new HashMap<>();
    private final Map<String, Instant> claimsLost = new HashMap<>();
    private final Map<NodeId, Attempt> told = new HashMap<>();
    private final Map<String, Instant> orders = new HashMap<>();
    private final Elections elections = new Elections();
    private final Partings partings = new Partings();
    private Object situation = "";
    private Instant unchangedSince = Instant.EPOCH;
    private Instant windowStart = Instant.EPOCH;
    private int passes;
    private Instant reportedAt = Instant.EPOCH;
    private @Nullable Instant unservedSince;
    private long writtenVersion;
    private @Nullable RedisClusterStatus written;

    Remembered(String uid, Nodes nodes) {
        this.uid = uid;
        this.nodes = nodes;
    }

    String uid() {
        return uid;
    }

    Nodes nodes() {
        return nodes;
    }

    Wanted wanted() {
        return wanted;
    }

    /** The resource with the status that was written last, which the cache may not have seen yet. */
    RedisCluster latest(RedisCluster cached) {
        RedisCluster latest = new RedisCluster();
        boolean behind = Long.parseLong(cached.getMetadata().getResourceVersion()) < writtenVersion;
        latest.setMetadata(
                behind
                        ? cached.getMetadata()
                                .edit()
                                .withResourceVersion(Long.toString(writtenVersion))
                                .build()
                        : cached.getMetadata());
        latest.setSpec(cached.getSpec() == null ? RedisClusterSpec.empty() : cached.getSpec());
        latest.setStatus(behind ? written : cached.getStatus());
        return latest;
    }

    /** Whether it is time to write the status again: news of importance at once, the rest twice a second. */
    boolean mayReport(Instant now, boolean important) {
        return important || !reportedAt.plus(BETWEEN_REPORTS).isAfter(now);
    }

    /** Whether a cluster is served, or has not been for so long that it is time to say so. */
    boolean mayBeTold(boolean served, Instant now) {
        if (served || unservedSince == null) {
            unservedSince = served ? null : now;
        }
        return unservedSince == null || !unservedSince.plus(SUCCESSION).isAfter(now);
    }

    void reported(Instant now, long version, RedisClusterStatus status) {
        reportedAt = now;
        writtenVersion = version;
        written = status;
    }

    /** Whether something has not been said within this time. If so, it is said now; what goes on is told anew now and then. */
    boolean isNews(Instant now, String saying, Duration within) {
        if (said.size() > MOST_SAYINGS) {
            said.clear();
        }
        Instant last = said.get(saying);
        boolean isNews = last == null || !last.plus(within).isAfter(now);
        if (isNews) {
            said.put(saying, now);
        }
        return isNews;
    }

    /** Has this be no news before then: what failed is not tried again at once. */
    void putOff(String saying, Instant until) {
        said.put(saying, until);
    }

    /** Since when each of these has been without a pod; one that is not among them has one, or is not wanted any more. */
    Map<Place, Instant> absentSince(Set<Place> places, Instant now) {
        absent.keySet().retainAll(places);
        places.forEach(place -> absent.putIfAbsent(place, now));
        return Map.copyOf(absent);
    }

    /** Since when each of these claims, by its uid, has been without its volume; one that is not among them has it. */
    Map<String, Instant> lostSince(Set<String> claims, Instant now) {
        claimsLost.keySet().retainAll(claims);
        claims.forEach(claim -> claimsLost.putIfAbsent(claim, now));
        return Map.copyOf(claimsLost);
    }

    /** Somebody was told to serve in the place of this one; whether it does is seen by the next pass. */
    void toldToSucceed(NodeId former, Attempt attempt) {
        told.put(former, attempt);
    }

    /** For how long this order has been known; there is one at a time. */
    Optional<Duration> orderSince(Optional<String> order, Instant now) {
        orders.keySet().retainAll(order.stream().toList());
        return order.map(each -> Duration.between(orders.computeIfAbsent(each, first -> now), now));
    }

    /** When each node may have been elected the last time, after these answers. */
    Map<NodeId, Instant> electedAt(Collection<NodeState> answers, Instant now) {
        return elections.after(answers, now);
    }

    /** Who said lately that it has no connection to whom, after these answers. */
    Map<NodeId, Map<NodeId, Instant>> parted(Collection<NodeState> answers, Instant now) {
        return partings.after(answers, now);
    }

    /** In whose place somebody was told to serve, and when, as long as anybody may remember it. */
    Map<NodeId, Attempt> told(Instant now) {
        told.values().removeIf(attempt -> attempt.at().plus(LONGEST_ELECTION).isBefore(now));
        return told;
    }

    /** A status says who served the shard when it was written, maybe by another operator; what was seen since counts more. */
    void servedSoFar(int shard, @Nullable String pod) {
        if (pod != null) {
            primaries.putIfAbsent(shard, pod);
        }
    }

    /** Who served the shard before this pod, the last time that anybody did; none if it was the same. */
    Optional<String> isServedBy(int shard, String pod) {
        return Optional.ofNullable(primaries.put(shard, pod)).filter(former -> !former.equals(pod));
    }

    /**
     * How long to wait before looking again, if nothing calls earlier. While something is going on: a twentieth of the time
     * that has passed without any change, so that a formation is followed closely and a pod that cannot start is not.
     */
    Duration pace(Instant now, boolean atRest, Object seen) {
        if (!seen.equals(situation)) {
            situation = seen;
            unchangedSince = now;
        }
        if (atRest) {
            return IDLE;
        }
        if (windowStart.plus(WINDOW).isBefore(now)) {
            windowStart = now;
            passes = 0;
        }
        passes++;
        Duration quiet = Duration.between(unchangedSince, now).dividedBy(PATIENCE);
        // Whatever goes wrong, a cluster does not keep the operator busy for ever.
        Duration least = passes > MOST_PASSES ? SHORTEST.multipliedBy(PATIENCE) : SHORTEST;
        return quiet.compareTo(least) < 0 ? least : quiet.compareTo(LONGEST) > 0 ? LONGEST : quiet;
    }

    @Override
    public void close() {
        nodes.close();
    }
}
