package io.slotkeeper.scenario;

import io.slotkeeper.kubernetes.Names;
import io.slotkeeper.testkit.EmbeddedKubernetes;
import io.slotkeeper.testkit.ManagedCluster;
import io.slotkeeper.testkit.OperatorUnderTest;
import io.slotkeeper.testkit.PodNode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;

/** Where things go wrong, and the dice that say what and to whom. Whoever was chosen is not chosen again for the same round. */
final class Scene {
    private final ManagedCluster cluster;
    private final Random dice;
    private final boolean primariesOnly;
    private final int shards;
    private final List<Integer> shardsLeft = new ArrayList<>();

    /** {@code primariesOnly}: replicas are spared where either would do. */
    Scene(ManagedCluster cluster, Random dice, boolean primariesOnly) {
        this.cluster = cluster;
        this.dice = dice;
        this.primariesOnly = primariesOnly;
        this.shards = cluster.resource().getSpec().shardCount();
        for (int shard = 0; shard < shards; shard++) {
            shardsLeft.add(shard);
        }
    }

    ManagedCluster cluster() {
        return cluster;
    }

    EmbeddedKubernetes kubernetes() {
        return EmbeddedKubernetes.running();
    }

    OperatorUnderTest operator() {
        return OperatorUnderTest.running();
    }

    /** A shard to which nothing else happens in this round. */
    int shard() {
        if (shardsLeft.isEmpty()) {
            throw new IllegalStateException("more is to happen at once than there are shards");
        }
        return shardsLeft.remove(dice.nextInt(shardsLeft.size()));
    }

    PodNode primary() {
        return cluster.nodes().primary(shard());
    }

    PodNode replica() {
        return cluster.nodes().replica(shard());
    }

    /** Mostly a primary, since with those more can go wrong. */
    PodNode somebody() {
        return !primariesOnly && dice.nextInt(3) == 0 ? replica() : primary();
    }

    /** The shards to which something may have happened: all, unless it was done to some of them by {@link #shard}. */
    boolean isSpared(int shard) {
        return shardsLeft.size() < shards && shardsLeft.contains(shard);
    }

    /** Asks for a failover, and returns when that is answered. */
    void ask(String pod) {
        String order = pod + "#" + System.nanoTime();
        cluster.annotate("slotkeeper.io/failover", order);
        cluster.await(
                "the order " + order + " is answered",
                Duration.ofMinutes(2),
                () -> Optional.ofNullable(cluster.status().failover())
                        .filter(said -> said.asked().equals(order))
                        .isPresent());
    }

    static String claimOf(PodNode node) {
        int ordinal = Integer.parseInt(node.name().substring(node.name().lastIndexOf('-') + 1));
        return new Names(node.namespace(), ManagedCluster.NAME).claim(node.shard(), ordinal);
    }

    String machine() {
        List<String> machines = kubernetes().nodes();
        return machines.get(dice.nextInt(machines.size()));
    }

    String machineWithoutOperator() {
        List<String> machines = new ArrayList<>(kubernetes().nodes());
        machines.remove(operator().machine());
        return machines.get(dice.nextInt(machines.size()));
    }

    Duration between(int leastMillis, int mostMillis) {
        return Duration.ofMillis(leastMillis + dice.nextInt(mostMillis - leastMillis + 1));
    }
}
