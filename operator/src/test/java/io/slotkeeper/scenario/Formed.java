package io.slotkeeper.scenario;

import io.slotkeeper.testkit.Engine;
import io.slotkeeper.testkit.ManagedCluster;
import java.time.Duration;
import java.util.function.Consumer;

/** How long a cluster took until every node said that all is well, from its last start and from apply, and until Ready. */
record Formed(Duration lastEngineToWell, Duration lastContainerToWell, Duration applyToWell, Duration applyToReady) {
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    /** Applies a cluster, times it, asks what must hold for each, and takes it away. */
    static Formed once(Engine engine, int shards, int replicas, Consumer<ManagedCluster> more) {
        try (ManagedCluster cluster = ManagedCluster.applied(spec(engine, shards, replicas))) {
            Formed formed = time(cluster);
            FormedCluster.assertShape(cluster);
            more.accept(cluster);
            return formed;
        }
    }

    /** Waits for a cluster that was just applied. */
    static Formed time(ManagedCluster cluster) {
        cluster.awaitWell(PATIENCE);
        long wellAt = System.nanoTime();
        cluster.awaitReady(PATIENCE);
        return new Formed(
                Duration.ofNanos(wellAt - cluster.lastEngineStartAt()),
                Duration.ofNanos(wellAt - cluster.lastContainerStartAt()),
                Duration.ofNanos(wellAt - cluster.appliedAt()),
                Duration.ofNanos(cluster.readyAt() - cluster.appliedAt()));
    }

    /** A cluster of this shape, and nothing else said. */
    static String spec(Engine engine, int shards, int replicas) {
        return engine.inSpec() + "shards: " + shards + "\nreplicasPerShard: " + replicas + "\n";
    }
}
