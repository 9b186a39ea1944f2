package io.slotkeeper.simulation;

import org.jspecify.annotations.Nullable;

/** The node image's fence in short: a primary that died lets a replica lead that was in sync, or has more than its disk. */
final class Fence {
    private static final int TRY_EVERY = 300;

    private final World world;

    Fence(World world) {
        this.world = world;
    }

    void noteAccount(Node node) {
        node.account.clear();
        node.unaware.clear();
        for (Node other : world.living) {
            if (other.primary == node.index && other.serves() && other.inSync()) {
                node.unaware.add(other);
            }
            // A node that stood still before it died wrote nothing down meanwhile.
            if (other.isInSyncWith(node, node.life == Node.Life.FROZEN ? node.frozenAt : world.now)) {
                node.account.add(other);
            }
        }
    }

    /** The process starts: fenced when it died as a primary that has replicas. */
    void enter(Node node) {
        boolean died = node.claims() != 0 && (!node.clean || node.data.isEmpty());
        boolean hasReplicas = node.peers.stream().anyMatch(peer -> peer.primary == node.index);
        node.clean = false;
        if (died && hasReplicas) {
            node.life = Node.Life.VOTING;
            world.tell(() -> "  " + node + " is fenced");
        } else {
            load(node);
        }
    }

    private void load(Node node) {
        node.life = Node.Life.LOADING;
        // A large one takes long.
        node.syncedAt = world.now + world.dice.between(0, world.dice.oneIn(20) ? 200 : 5) * World.TICK;
        if (node.claims() != 0) {
            world.losses.servedByFate(node, node.claims());
        }
    }

    void tick(Node node) {
        if (node.life == Node.Life.LOADING) {
            if (world.now >= node.syncedAt) {
                node.life = Node.Life.SERVING;
                // What is on the disk is all it has; a full copy from its primary follows if it is a replica.
                node.disk.or(node.data);
            }
        } else if (node.life == Node.Life.VOTING && (world.now - node.processStarted) % TRY_EVERY == 0) {
            decide(node);
        }
    }

    private void decide(Node node) {
        if (node.claims() == 0) {
            load(node);
            return;
        }
        long waited = world.now - node.processStarted;
        Node successor = world.shape.prefersDisk() && !node.disk.isEmpty() ? null : successor(node);
        if (waited > 2L * node.timeout + 1000 || (successor == null && (!node.data.isEmpty() || waited > 1000))) {
            load(node);
        } else if (successor != null) {
            if (world.shape.shards() <= 2) {
                world.elections.promote(successor, ++successor.currentEpoch);
            } else {
                world.elections.stand(successor, false);
            }
        }
    }

    private @Nullable Node successor(Node node) {
        Node best = null;
        for (Node other : world.living) {
            if (other.primary != node.index
                    || !other.serves()
                    || other.slotsOf(node.index) == 0
                    || !world.connected(node, other)) {
                continue;
            }
            boolean lives = node.account.contains(other) && other.processStarted < node.processStarted;
            boolean hasMore = node.data.isEmpty() && !other.data.isEmpty();
            if ((lives || hasMore) && (best == null || other.offset > best.offset)) {
                best = other;
            }
        }
        return best;
    }
}
