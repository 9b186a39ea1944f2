package io.slotkeeper.simulation;

import io.slotkeeper.plan.Desired;
import java.util.BitSet;
import java.util.Optional;

/** Whether the cluster is as it should be, in the eyes of somebody who sees everything. */
final class Wellness {
    private static final String PUT_BACK = "rule 10 (temporary settings are put back)";

    private final World world;
    private final Pods pods;

    Wellness(World world, Pods pods) {
        this.world = world;
        this.pods = pods;
    }

    /** What is wrong, if anything. */
    Optional<String> complaint(Desired desired) {
        for (Pods.Seat seat : pods.seats()) {
            if (seat.place.ordinal() <= desired.replicasPerShard()) {
                Optional<String> complaint = complaint(seat, desired);
                if (complaint.isPresent()) {
                    return complaint.map(what -> seat.place + ": " + what);
                }
            }
        }
        return ofTheWhole(desired);
    }

    private Optional<String> complaint(Pods.Seat seat, Desired desired) {
        Node node = seat.node;
        if (seat.pod == null || node == null || !node.serves()) {
            return Optional.of("no engine serves");
        }
        if (!node.ok) {
            return Optional.of("the engine says that the cluster is not ok");
        }
        if (node.timeout != desired.nodeTimeout().toMillis()) {
            return Optional.of(PUT_BACK + ": its timeout is " + node.timeout);
        }
        if (!node.settings().equals(desired.settings())) {
            return Optional.of("its settings are not those that are wanted");
        }
        if (!node.hasRole() || !node.replicationOpen) {
            return Optional.of("it has no role, or may not be replicated from");
        }
        int others = desired.shards() * (desired.replicasPerShard() + 1) - 1;
        if (node.peers.size() != others || !node.handshakes.isEmpty()) {
            return Optional.of("it knows " + node.peers.size() + " others instead of " + others);
        }
        for (Node.Peer peer : node.peers) {
            Node other = world.node(peer.node);
            if (!other.exists || peer.failed || peer.suspected || peer.address != other.address) {
                return Optional.of("it does not hear " + other);
            }
        }
        if (node.isReplica()) {
            Node primary = world.node(node.primary);
            if (primary.home.shard() != node.home.shard() || primary.claims() == 0) {
                return Optional.of("it follows " + primary);
            }
            if (!node.inSync()) {
                return Optional.of("it is not in sync");
            }
        }
        return Optional.empty();
    }

    /** Each shard has one primary; all slots have an owner, each one, on which everybody agrees; shares are even. */
    private Optional<String> ofTheWhole(Desired desired) {
        long taken = 0;
        for (int shard = 0; shard < desired.shards(); shard++) {
            long owned = 0;
            int primaries = 0;
            for (Node node : world.living) {
                if (node.cluster == 0 && node.home.shard() == shard && !node.isReplica()) {
                    primaries++;
                    owned |= node.claims();
                    for (Node other : world.living) {
                        if (other.cluster == 0 && other.slotsOf(node.index) != node.claims()) {
                            return Optional.of(other + " disagrees about the slots of " + node);
                        }
                    }
                }
            }
            if (primaries != 1) {
                return Optional.of("shard " + shard + " has " + primaries + " primaries");
            }
            int size = world.pieces.slots(owned).size();
            if ((owned & taken) != 0 || Math.abs(size - 16384 / desired.shards()) > 1) {
                return Optional.of("shard " + shard + " owns " + size + " slots");
            }
            taken |= owned;
        }
        return world.pieces.slots(taken).size() == 16384 ? Optional.empty() : Optional.of("slots have no owner");
    }

    /** A shard whose slots nobody owns who is still there: nobody but a person can say what becomes of it. */
    Optional<String> hopeless(Desired desired) {
        for (int shard = 0; shard < desired.shards(); shard++) {
            int index = shard;
            if (world.living.stream()
                    .noneMatch(node -> node.cluster == 0 && node.home.shard() == index && node.claims() != 0)) {
                return Optional.of("nobody is left who owns the slots of shard " + shard);
            }
        }
        return oldClaim();
    }

    /** Slots that somebody believes to be those of a node that is gone, by a claim that none of a living node's beats. */
    private Optional<String> oldClaim() {
        for (Node owner : world.living) {
            for (Node other : world.living) {
                for (Node.Peer gone : other.peers) {
                    if (owner.cluster == 0
                            && other.cluster == 0
                            && !world.node(gone.node).exists
                            && (other.slotsOf(gone.node) & owner.claims()) != 0
                            && other.epochOf(gone.node) >= owner.epoch) {
                        return Optional.of(
                                other + " takes the slots of " + owner + " for those of a node that is gone");
                    }
                }
            }
        }
        return Optional.empty();
    }

    /** A node that still has what was lent to it for a moment. */
    Optional<String> temporarySetting() {
        return world.living.stream()
                .filter(node -> node.cluster == 0 && node.serves() && !Wish.TIMEOUTS.contains(node.timeout))
                .map(node -> PUT_BACK + ": the timeout of " + node + " is " + node.timeout)
                .findFirst();
    }

    /** Every acknowledged write that no fault has lost is where clients look for it. */
    Optional<String> missingWrites() {
        BitSet missing = world.losses.dueIn(-1L);
        for (Node node : world.living) {
            if (node.claims() != 0) {
                BitSet served = world.losses.dueIn(node.claims());
                served.and(node.data);
                missing.andNot(served);
            }
        }
        return missing.isEmpty()
                ? Optional.empty()
                : Optional.of("rule 1 (no acknowledged write is lost by planned work): " + missing.cardinality()
                        + " writes that no fault lost are not where clients look for them");
    }
}
