package io.slotkeeper.simulation;

import io.slotkeeper.plan.Desired;
import java.time.Duration;
import java.util.List;

/** What the user wants at the moment, and whether all slots were once seen served. */
final class Wish {
    /** Node timeouts that users want; a node with another one was lent it. */
    static final List<Integer> TIMEOUTS = List.of(1000, 2000, 5000, 15000);

    private final World.Shape shape;
    private int replicas;
    private int timeout = 5000;
    private boolean fullCoverage;
    boolean formed;

    Wish(World.Shape shape, Pods pods, int replicas) {
        this.shape = shape;
        this.replicas = replicas;
        tell(pods);
    }

    Desired desired() {
        return new Desired(
                "cart", shape.shards(), replicas, Duration.ofMillis(timeout), fullCoverage, shape.keepsData());
    }

    void change(Dice dice, Pods pods) {
        switch (dice.below(3)) {
            case 0 -> timeout = dice.oneOf(TIMEOUTS);
            case 1 -> fullCoverage = !fullCoverage;
            default -> replicas = Math.min(replicas + 1, shape.mostReplicas());
        }
        tell(pods);
    }

    private void tell(Pods pods) {
        pods.timeout = timeout;
        pods.fullCoverage = fullCoverage;
        pods.replicas = replicas;
    }
}
