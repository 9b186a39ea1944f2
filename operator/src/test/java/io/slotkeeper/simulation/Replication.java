package io.slotkeeper.simulation;

import java.util.BitSet;

/**
 * Replicas: who they fetch from, when that is a full copy that replaces what they have, and when a few more writes. Replication
 * looks at an address and asks nobody's name; only passwords stand between two clusters.
 */
final class Replication {
    private static final long TIMEOUT = 60_000;

    private final World world;

    Replication(World world) {
        this.world = world;
    }

    /** Becomes or stays a replica, of this primary from now on. */
    void follow(Node me, int primary, boolean byPlan) {
        if (me.primary != primary || me.linkAddress == Node.NOBODY) {
            me.followsByPlan = byPlan;
        }
        me.primary = primary;
        me.electionAt = 0;
        for (int i = 0; i < me.owner.length; i++) {
            if (me.owner[i] == me.index) {
                me.owner[i] = Node.NOBODY;
            }
        }
        Node.Peer peer = me.peer(primary);
        lookAt(me, peer == null ? Node.NOBODY : peer.address);
    }

    void lookAt(Node me, int address) {
        me.linkAddress = address;
        breakLink(me);
    }

    private void breakLink(Node me) {
        // An engine counts from the loss of a link that was in sync; a copy that is broken off changes nothing.
        if (me.inSync()) {
            me.linkLost = world.now;
        }
        me.linkUp = false;
        me.copied = false;
    }

    /** A primary that lost some of its slots drops their keys. */
    void dropSlots(Node me, long slots) {
        BitSet gone = world.losses.dueIn(slots);
        gone.and(me.data);
        world.losses.takenByFate(gone, me, "dropped the keys of slots that it lost");
        me.data.andNot(gone);
    }

    void tick(Node me) {
        if (!me.isReplica()) {
            return;
        }
        Node source = world.at(me.linkAddress);
        if (source == null
                || source == me
                || source.cluster != me.cluster
                || (!me.linkUp && !source.replicationOpen)
                || source.life == Node.Life.NONE
                || source.life == Node.Life.VOTING
                || source.life == Node.Life.LOADING) {
            // The news of its end does not get through a network that is cut.
            if (source == null || world.connected(me, source) || isOverdue(me)) {
                breakLink(me);
            }
            return;
        }
        if (!source.serves() || !world.connected(me, source)) {
            if (isOverdue(me)) {
                breakLink(me);
            }
            return;
        }
        me.linkHeard = world.now;
        if (!me.linkUp) {
            me.linkUp = true;
            // Part of the same stream and not ahead of it: the rest is sent. Otherwise a full copy takes a while.
            me.syncedAt = isPartOf(me, source) ? world.now : world.now + world.dice.between(1, 12) * World.TICK;
            return;
        }
        if (me.syncedAt > world.now || (me.slow && !world.dice.oneIn(20))) {
            return;
        }
        me.copied = true;
        if (!isPartOf(me, source)) {
            fullCopy(me, source);
        } else if (me.offset < source.offset || me.stream != source.stream) {
            me.data.or(source.data);
            me.stream = source.stream;
            me.offset = source.offset;
        }
    }

    /** A link over which nothing comes is given up after a while. */
    private boolean isOverdue(Node me) {
        return !me.linkUp || world.now - me.linkHeard > TIMEOUT;
    }

    private boolean isPartOf(Node me, Node source) {
        return (me.stream == source.stream && me.offset <= source.offset)
                || (me.stream == source.formerStream && me.offset <= source.formerOffset);
    }

    private void fullCopy(Node me, Node source) {
        BitSet gone = new BitSet();
        gone.or(me.data);
        gone.or(me.disk);
        gone.andNot(source.data);
        if (me.followsByPlan) {
            Rules.losesNothing(world, me, gone, "was told to follow and took " + source + "'s copy");
        }
        world.losses.takenByFate(gone, me, "took " + source + "'s copy");
        me.followsByPlan = false;
        me.data.clear();
        me.data.or(source.data);
        me.disk.clear();
        if (world.shape.appendOnly()) {
            me.disk.or(me.data);
        }
        me.stream = source.stream;
        me.offset = source.offset;
    }
}
