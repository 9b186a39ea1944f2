package io.slotkeeper.simulation;

import io.slotkeeper.plan.Desired;
import io.slotkeeper.plan.LiveSettings;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** What the user wants at the moment, and whether all slots were once seen served. */
final class Wish {
    /** Node timeouts that users want; a node with another one was lent it. */
    static final List<Integer> TIMEOUTS = List.of(1000, 2000, 5000, 15000);

    static final String NODE_TIMEOUT = "cluster-node-timeout";
    static final String FULL_COVERAGE = "cluster-require-full-coverage";
    static final String REPLICAS_TO_WRITE = "min-replicas-to-write";

    private final World.Shape shape;
    private int replicas;
    private int timeout = 5000;
    private boolean fullCoverage;
    private int replicasToWrite;
    private final boolean startsEmpty;
    private final Desired.Grace grace;
    boolean formed;
    /** The pod that somebody wants to serve its shard, until that was answered. */
    Optional<Desired.Order> handover = Optional.empty();

    /** The shards whose loss somebody accepts, until they are served. */
    final Set<Integer> accepted = new TreeSet<>();

    Wish(World.Shape shape, Pods pods, int replicas, boolean startsEmpty, Desired.Grace grace) {
        this.grace = grace;
        this.shape = shape;
        this.replicas = replicas;
        this.startsEmpty = startsEmpty;
        tell(pods);
    }

    static LiveSettings settings(int timeout, boolean fullCoverage, int replicasToWrite) {
        return new LiveSettings(Map.of(
                NODE_TIMEOUT, Integer.toString(timeout),
                FULL_COVERAGE, fullCoverage ? "yes" : "no",
                REPLICAS_TO_WRITE, Integer.toString(replicasToWrite)));
    }

    Desired desired() {
        return new Desired(
                "cart",
                shape.shards(),
                replicas,
                settings(timeout, fullCoverage, replicasToWrite),
                shape.keepsData(),
                shape.prefersDisk(),
                grace,
                givenUp(),
                handover,
                false);
    }

    private Set<Integer> givenUp() {
        return startsEmpty
                ? IntStream.range(0, shape.shards()).boxed().collect(Collectors.toSet())
                : Set.copyOf(accepted);
    }

    void change(Dice dice, Pods pods) {
        switch (dice.below(7)) {
            case 0 -> timeout = dice.oneOf(TIMEOUTS);
            case 1 -> fullCoverage = !fullCoverage;
            case 2 -> replicasToWrite = dice.below(replicas + 1);
            case 3, 4 ->
                handover = Optional.of(new Desired.Order(
                        "cart-" + dice.below(shape.shards()) + "-" + dice.below(replicas + 2),
                        dice.oneIn(8) ? Duration.ofHours(1) : Duration.ZERO));
            case 5 -> accepted.add(dice.below(shape.shards()));
            default -> replicas = Math.min(replicas + 1, shape.mostReplicas());
        }
        tell(pods);
    }

    private void tell(Pods pods) {
        pods.timeout = timeout;
        pods.fullCoverage = fullCoverage;
        pods.replicasToWrite = replicasToWrite;
        pods.replicas = replicas;
    }
}
