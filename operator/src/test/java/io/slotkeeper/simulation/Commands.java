package io.slotkeeper.simulation;

import java.time.Instant;

/** What the operator may say to an engine, and when an engine refuses. Each answers whether it was carried out. */
final class Commands {
    private static final int BAN = 60_000;

    private final World world;

    Commands(World world) {
        this.world = world;
    }

    boolean setConfigEpoch(Node me, long epoch) {
        if (!me.peers.isEmpty() || !me.handshakes.isEmpty() || me.epoch != 0) {
            return false;
        }
        me.epoch = epoch;
        me.currentEpoch = Math.max(me.currentEpoch, epoch);
        return true;
    }

    boolean bumpEpoch(Node me) {
        long highest = me.epoch;
        for (Node.Peer peer : me.peers) {
            highest = Math.max(highest, peer.epoch);
        }
        if (me.epoch == 0 || me.epoch != highest) {
            me.currentEpoch++;
            me.epoch = me.currentEpoch;
        }
        return true;
    }

    boolean addSlots(Node me, long slots) {
        for (long rest = slots; rest != 0; rest &= rest - 1) {
            if (me.owner[Long.numberOfTrailingZeros(rest)] != Node.NOBODY) {
                return false;
            }
        }
        if (me.isReplica()) {
            return false;
        }
        Rules.slotsAreNobodys(world, me, slots);
        SlotPieces.each(slots, piece -> me.owner[piece] = me.index);
        return true;
    }

    boolean meet(Node me, int address) {
        world.bus.handshake(me, address, true);
        return true;
    }

    boolean replicate(Node me, int primary) {
        Node.Peer peer = me.peer(primary);
        if (peer == null
                || peer.primary != Node.NOBODY
                || (!me.isReplica() && (me.claims() != 0 || !me.data.isEmpty()))) {
            return false;
        }
        Rules.mayFollow(world, me, world.node(primary));
        // The operator looks once more before the word.
        if (me.isReplica() && me.slotsOf(primary) == 0) {
            return false;
        }
        // Valkey takes this for done already; it does not keep old addresses, so there is nothing to mend either.
        if (me.primary != primary || world.shape.keepsOldLinkAddress()) {
            world.replication.follow(me, primary, true);
        }
        return true;
    }

    /** CLUSTER FAILOVER FORCE, or TAKEOVER when nobody is asked; the operator looks once more before the word. */
    boolean takeOver(Node me, int former, boolean unasked, Instant seenAt) {
        Node.Peer primary = me.peer(former);
        if (former == Node.NOBODY || primary == null || me.primary != former || me.linkUp || me.slotsOf(former) == 0) {
            return false;
        }
        Node dead = world.node(former);
        if (!primary.suspected && (dead.life != Node.Life.NONE || world.swallows(primary.address))) {
            return false;
        }
        Rules.mayTakeOver(world, me, dead, unasked, seenAt);
        if (unasked) {
            world.elections.promote(me, ++me.currentEpoch);
            return true;
        }
        Rules.mayBeVotedFor(world, me);
        // An engine says yes at once, whoever is elected.
        world.elections.stand(me, false);
        return true;
    }

    boolean forget(Node me, int gone) {
        if (gone == me.index || gone == me.primary || me.peer(gone) == null) {
            return false;
        }
        Rules.isGoneForGood(world, me, world.node(gone));
        drop(me, gone);
        if (world.shape.spreadsForgetting()) {
            for (Node.Peer peer : me.peers) {
                Node other = world.at(peer.address);
                if (other != null
                        && other.index == peer.node
                        && world.heardOnBus(me, other)
                        && other.knows(me.index)
                        && other.primary != gone
                        && other.index != gone) {
                    drop(other, gone);
                }
            }
        }
        return true;
    }

    private void drop(Node me, int gone) {
        me.banned.put(gone, world.now + BAN);
        me.drop(gone);
    }

    boolean openReplication(Node me) {
        Rules.hasARole(world, me);
        me.replicationOpen = true;
        return true;
    }
}
