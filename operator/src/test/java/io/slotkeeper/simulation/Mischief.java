package io.slotkeeper.simulation;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Predicate;

/** Makes things go wrong, and most of them right again some time later. */
final class Mischief {
    private static final List<Fault> ALL = List.of(Fault.values());

    private final World world;
    private final Pods pods;
    private final Eyes eyes;
    private final Strangers strangers;
    private final Wish wish;
    private final Tally tally;
    private final boolean merciful;
    private final List<Later> later = new ArrayList<>();
    /** Disks from before the RedisCluster was created again. */
    private final Map<Pods.Seat, Node> attic = new LinkedHashMap<>();

    private final Set<Pods.Seat> restored = new LinkedHashSet<>();
    int count;

    private record Later(long at, Runnable undo) {}

    Mischief(World world, Pods pods, Eyes eyes, Strangers strangers, Wish wish, Tally tally) {
        this.world = world;
        this.pods = pods;
        this.eyes = eyes;
        this.strangers = strangers;
        this.wish = wish;
        this.tally = tally;
        this.merciful = !world.dice.oneIn(8);
    }

    /** What is wrong with the operators themselves; they look here. */
    boolean operatorDies;

    int passesOfTwo;

    void something() {
        something(world.dice.oneOf(ALL));
    }

    void something(Fault fault) {
        if (happens(fault)) {
            count++;
            tally.fault(fault);
            world.tell(() -> "FAULT " + fault);
        }
    }

    /** Undoes what is due. */
    void tick() {
        if (later.isEmpty()) {
            return;
        }
        List<Later> due = later.stream().filter(each -> each.at() <= world.now).toList();
        later.removeAll(due);
        due.forEach(each -> each.undo().run());
    }

    /** Everything that can be mended is mended. */
    void end() {
        world.tell(() -> "FAULTS END");
        List<Later> all = List.copyOf(later);
        later.clear();
        all.forEach(each -> each.undo().run());
        operatorDies = false;
        passesOfTwo = 0;
        restored.forEach(this::deleteIfUnknown);
        for (Pods.Seat seat : pods.seats()) {
            seat.homelessUntil = 0;
            if (seat.node != null) {
                seat.node.slow = false;
            }
            if (seat.pod != null && seat.pod.startAt != Long.MAX_VALUE) {
                seat.pod.startAt = Math.min(seat.pod.startAt, world.now + 1000);
            }
        }
    }

    private void after(int least, int most, Runnable undo) {
        later.add(new Later(world.now + 100L * world.dice.between(least, most), undo));
    }

    private boolean happens(Fault fault) {
        return switch (fault) {
            case PROCESS_DIES -> someRunning(seat -> pods.crash(seat, world.dice.between(1, 8) * 100));
            case PROCESS_STAYS_DOWN -> someRunning(seat -> pods.crash(seat, world.dice.between(20, 300) * 100));
            case PROCESS_HANGS -> someRunning(this::hang);
            case POD_IS_DELETED -> someRunning(this::maySpareDisk, seat -> pods.delete(seat, false));
            case MACHINE_IS_LOST -> someRunning(this::maySpareDisk, pods::power);
            case MACHINE_IS_SILENT ->
                someRunning(this::maySpareDisk, seat -> {
                    Pods.Pod pod = pods.loseMachine(seat);
                    after(50, 900, () -> pods.findMachine(seat, pod));
                });
            case MACHINE_IS_CORDONED ->
                someRunning(seat -> {
                    seat.cordoned = true;
                    after(20, 600, () -> seat.cordoned = false);
                });
            case POD_IS_FORSAKEN ->
                !world.shape.keepsData()
                        && someRunning(seat -> seat.node != null && seat.node.serves() && mayLoseDisk(seat), seat -> {
                            Node node = pods.forsake(seat);
                            after(1, 200, () -> pods.bury(node));
                        });
            case ALL_PODS_ARE_GONE -> world.dice.oneIn(2) && allPods();
            case DISK_IS_LOST ->
                world.shape.keepsData()
                        && someRunning(this::mayLoseDisk, seat -> {
                            pods.power(seat);
                            pods.wipe(seat, false);
                        });
            case DISK_IS_STRANDED ->
                world.shape.keepsData()
                        && someRunning(seat -> {
                            pods.power(seat);
                            seat.strandedSince = world.now;
                            after(100, 900, () -> seat.strandedSince = Node.NEVER);
                        });
            case NO_ROOM ->
                someRunning(seat -> {
                    pods.power(seat);
                    seat.homelessUntil = world.now + world.dice.between(10, 300) * 100L;
                });
            case WRONG_IMAGE -> !wish.formed && pods.template % 2 == 0 && wrongImage();
            case NETWORK_IS_CUT -> cutNetwork();
            case OPERATOR_IS_CUT_OFF -> cutOperator();
            case OPERATOR_IS_REJECTED ->
                someRunning(seat -> {
                    eyes.rejectedBy.put(seat, world.now);
                    after(1, 50, () -> eyes.rejectedBy.remove(seat));
                });
            case SEEMS_FOREIGN ->
                someRunning(seat -> {
                    eyes.estranged.add(seat);
                    after(1, 50, () -> eyes.estranged.remove(seat));
                });
            case REPLICATION_IS_SLOW -> someRunning(this::slowDown);
            case STRANGER_TAKES_ADDRESS -> {
                strangers.move();
                yield true;
            }
            case OPERATOR_DIES -> {
                operatorDies = true;
                yield true;
            }
            case TWO_OPERATORS -> {
                passesOfTwo = world.dice.between(2, 8);
                yield true;
            }
            case WISH_CHANGES -> {
                wish.change(world.dice, pods);
                yield true;
            }
            case CREATED_ANEW -> world.dice.oneIn(4) && createdAnew();
            case OLD_DISK_IS_FOUND -> !attic.isEmpty() && oldDisk();
        };
    }

    /** Without volumes the pod's end is the disk's end. */
    private boolean maySpareDisk(Pods.Seat seat) {
        return world.shape.keepsData() || mayLoseDisk(seat);
    }

    /**
     * Most histories leave every shard a copy that can be elected: one that has lost a shard for good only waits for a person,
     * and shows little.
     */
    private boolean mayLoseDisk(Pods.Seat seat) {
        Node node = seat.node;
        if (!merciful || node == null || node.claims() == 0) {
            return true;
        }
        return world.shape.shards() > 2
                && later.isEmpty()
                && world.living.stream()
                        .anyMatch(other -> other.primary == node.index && other.serves() && other.inSync());
    }

    private boolean someRunning(Consumer<Pods.Seat> what) {
        return someRunning(seat -> true, what);
    }

    private boolean someRunning(Predicate<Pods.Seat> which, Consumer<Pods.Seat> what) {
        List<Pods.Seat> running = pods.running().stream().filter(which).toList();
        if (running.isEmpty()) {
            return false;
        }
        Pods.Seat seat = world.dice.oneOf(running);
        world.tell(() -> "  at " + seat.node);
        what.accept(seat);
        return true;
    }

    private void hang(Pods.Seat seat) {
        Node node = seat.node;
        if (node != null && node.serves()) {
            node.life = Node.Life.FROZEN;
            node.frozenAt = world.now;
            after(1, 200, () -> {
                if (node.life == Node.Life.FROZEN) {
                    node.life = Node.Life.SERVING;
                }
            });
        }
    }

    /** Who is behind matters when its primary dies, so that is often not far. */
    private void slowDown(Pods.Seat seat) {
        Node node = seat.node;
        if (node == null) {
            return;
        }
        node.slow = true;
        after(10, 200, () -> node.slow = false);
        if (world.dice.oneIn(2)) {
            after(
                    1,
                    20,
                    () -> pods.running().stream()
                            .filter(other -> other.node != null && other.node.index == node.primary)
                            .findFirst()
                            .ifPresent(other -> pods.crash(other, world.dice.between(1, 80) * 100)));
        }
    }

    private boolean allPods() {
        boolean inOrder = world.dice.oneIn(2);
        for (Pods.Seat seat : pods.seats()) {
            if (inOrder && (world.shape.keepsData() || !merciful)) {
                pods.delete(seat, false);
            } else if (world.shape.keepsData()) {
                pods.power(seat);
            } else {
                pods.crash(seat, world.dice.between(1, 20) * 100);
            }
        }
        return true;
    }

    /** Mended by putting back what was there, or by another image that can be pulled. */
    private boolean wrongImage() {
        int before = pods.template;
        int after = holdsAnything() || world.dice.oneIn(2) ? before : before + 2;
        pods.template = before + 1;
        after(30, 300, () -> pods.template = after);
        return true;
    }

    private boolean holdsAnything() {
        return world.living.stream().anyMatch(node -> node.cluster == 0 && node.hasRole());
    }

    private boolean cutNetwork() {
        boolean[] side = new boolean[world.shape.places()];
        for (int i = 0; i < side.length; i++) {
            side[i] = world.dice.oneIn(2);
        }
        cut(side, true);
        after(5, 300, () -> cut(side, false));
        return true;
    }

    private void cut(boolean[] side, boolean isCut) {
        for (int i = 0; i < side.length; i++) {
            for (int j = 0; j < side.length; j++) {
                if (side[i] != side[j]) {
                    world.cut[i][j] = isCut;
                }
            }
        }
    }

    private boolean cutOperator() {
        for (int i = 0; i < world.shape.places(); i++) {
            world.hidden[i] |= world.dice.oneIn(3);
        }
        after(1, 150, () -> java.util.Arrays.fill(world.hidden, false));
        return true;
    }

    /** Disks are found again: all, none, or those that somebody did not delete. */
    private boolean createdAnew() {
        int found = world.dice.below(3);
        wish.formed = false;
        wish.accepted.clear();
        for (Pods.Seat seat : pods.seats()) {
            pods.power(seat);
            if (found == 0 && world.shape.keepsData()) {
                pods.putAway(seat).ifPresent(node -> attic.put(seat, node));
            } else if (found == 0 || (found == 1 && world.dice.oneIn(2))) {
                pods.wipe(seat, false);
            }
        }
        if (found == 0 || !world.shape.keepsData()) {
            world.losses.forgive();
        }
        return true;
    }

    /** One only: of more the old cluster might be made, and which of the two is meant would be for a person to say. */
    private boolean oldDisk() {
        Pods.Seat seat = world.dice.oneOf(List.copyOf(attic.keySet()));
        Node node = attic.get(seat);
        attic.clear();
        if (node != null) {
            world.tell(() -> "  it is that of " + node);
            pods.bringBack(seat, node);
            restored.add(seat);
        }
        return node != null;
    }

    /** After an old disk was found: two nodes with roles that do not know each other, of which a person has to choose one. */
    Optional<String> mixedUp() {
        for (Node one : world.living) {
            for (Node other : world.living) {
                if (!restored.isEmpty()
                        && one.cluster == 0
                        && other.cluster == 0
                        && one.hasRole()
                        && other.hasRole()
                        && !one.knows(other.index)
                        && !other.knows(one.index)) {
                    return Optional.of(one + " and " + other + " are of different lives");
                }
            }
        }
        return Optional.empty();
    }

    /** Somebody follows the advice that is given about a node that does not belong here. */
    private void deleteIfUnknown(Pods.Seat seat) {
        Node node = seat.node;
        boolean known = pods.seats().stream()
                .filter(other -> !restored.contains(other))
                .anyMatch(other -> node != null && other.node != null && other.node.knows(node.index));
        if (!known) {
            pods.power(seat);
            pods.wipe(seat, false);
        }
    }
}
