package io.slotkeeper.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import io.slotkeeper.engine.Cluster;
import io.slotkeeper.engine.ClusterNode;
import io.slotkeeper.engine.EngineException;
import io.slotkeeper.engine.EngineNode;
import io.slotkeeper.testkit.ClusterUnderTest;
import io.slotkeeper.testkit.Eventually;
import io.slotkeeper.testkit.ManagedCluster;
import io.slotkeeper.testkit.PodNode;
import io.slotkeeper.topology.NodeId;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Watches, all the time, whom the nodes of several clusters know. A node that only gossip knows is counted as well; an
 * unfinished handshake is not: it has a made-up id, and an engine begins one with whoever it was told of.
 */
final class Acquaintances implements AutoCloseable {
    private static final Duration BETWEEN_LOOKS = Duration.ofMillis(50);
    private static final Duration PATIENCE = Duration.ofMinutes(1);

    private final List<ManagedCluster> clusters;
    private final List<Set<NodeId>> own;
    private final List<Set<NodeId>> known;
    private final Thread watcher;
    private volatile boolean stopped;
    private final AtomicInteger looks = new AtomicInteger();
    private volatile @Nullable Throwable death;

    Acquaintances(ManagedCluster... clusters) {
        this.clusters = List.of(clusters);
        this.own = this.clusters.stream()
                .<Set<NodeId>>map(cluster -> ConcurrentHashMap.newKeySet())
                .toList();
        this.known = this.clusters.stream()
                .<Set<NodeId>>map(cluster -> ConcurrentHashMap.newKeySet())
                .toList();
        this.watcher = Thread.ofVirtual().start(this::watch);
    }

    /** Returns when every node has been asked once more, from now on. */
    void awaitLook() {
        int begun = looks.get() + 1;
        Eventually.eventually(
                "every node is asked whom it knows", PATIENCE, () -> looks.get() > begun || death != null);
        assertWatched();
    }

    private void assertWatched() {
        if (death != null) {
            throw new AssertionError("the watch over acquaintances has ended early", death);
        }
    }

    /** Ends the watch and fails if a node has ever known one of another cluster. */
    void assertNobodyKnewAStranger() {
        awaitLook();
        close();
        assertWatched();
        for (int i = 0; i < clusters.size(); i++) {
            assertThat(own.get(i)).as("nodes that were asked").isNotEmpty();
            for (int j = 0; j < clusters.size(); j++) {
                if (i != j) {
                    Set<NodeId> strangers = new HashSet<>(known.get(i));
                    strangers.retainAll(own.get(j));
                    assertThat(strangers)
                            .as("nodes of " + clusters.get(j).namespace() + " that "
                                    + clusters.get(i).namespace() + " knew")
                            .isEmpty();
                }
            }
        }
    }

    @Override
    public void close() {
        stopped = true;
        try {
            watcher.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while the watch over acquaintances ends", e);
        }
    }

    private void watch() {
        try {
            look();
        } catch (RuntimeException | Error e) {
            death = e;
        }
    }

    private void look() {
        List<ClusterUnderTest<PodNode>> nodes =
                clusters.stream().map(ManagedCluster::nodes).toList();
        while (!stopped) {
            for (int i = 0; i < nodes.size(); i++) {
                for (PodNode member : nodes.get(i).members()) {
                    ask(nodes.get(i), member, own.get(i), known.get(i));
                }
            }
            looks.incrementAndGet();
            Eventually.pause(BETWEEN_LOOKS);
        }
    }

    private static void ask(ClusterUnderTest<PodNode> cluster, PodNode member, Set<NodeId> own, Set<NodeId> known) {
        if (member.address().isEmpty()) {
            return;
        }
        try (EngineNode node = cluster.connect(member)) {
            for (ClusterNode each : node.call(Cluster.nodes())) {
                if (each.isMyself()) {
                    own.add(each.id());
                } else if (!each.isInHandshake()) {
                    known.add(each.id());
                }
            }
        } catch (EngineException silent) {
            // It is being replaced; its successor is asked the next time.
        }
    }
}
