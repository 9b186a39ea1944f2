package io.slotkeeper.simulation;

/** How a replica takes its failed primary's place: with the votes of most of the primaries that own slots. */
final class Elections {
    private final World world;

    Elections(World world) {
        this.world = world;
    }

    void tick(Node me) {
        Node.Peer primary = me.peer(me.primary);
        if (!me.serves()
                || primary == null
                || !primary.failed
                || me.slotsOf(me.primary) == 0
                || (!me.linkUp && world.now - me.linkLost > 11L * me.timeout + 10_000)
                || (me.linkUp && !me.inSync())) {
            me.electionAt = 0;
            return;
        }
        if (me.electionAt == 0) {
            me.electionAt = world.now + 500 + world.dice.below(500) + 1000L * rank(me);
        } else if (world.now >= me.electionAt) {
            me.electionAt = world.now + 2L * Math.max(2L * me.timeout, 2000);
            stand(me, true);
        }
    }

    /** How many replicas of the same primary have received more. */
    private int rank(Node me) {
        int rank = 0;
        for (Node other : world.living) {
            if (other != me && other.serves() && other.primary == me.primary && other.offset > me.offset) {
                rank++;
            }
        }
        return rank;
    }

    /** Asks for votes and, with most of them, takes the slots. A voter must agree that the primary failed, unless forced. */
    boolean stand(Node me, boolean failedOnly) {
        int dead = me.primary;
        if (me.slotsOf(dead) == 0) {
            // An engine does not take over from a primary that owns nothing in its view, not even when it is told to.
            return false;
        }
        long epoch = ++me.currentEpoch;
        int votes = 0;
        for (Node.Peer peer : me.peers) {
            Node voter = world.at(peer.address);
            if (voter == null
                    || voter.index != peer.node
                    || !world.heardOnBus(me, voter)
                    || voter.claims() == 0
                    || me.slotsOf(voter.index) == 0
                    || !voter.knows(me.index)) {
                continue;
            }
            Node.Peer theirs = voter.peer(dead);
            boolean agrees = voter.index == dead || (theirs != null && (theirs.failed || !failedOnly));
            if (agrees && !votedLately(voter, dead) && voter.votedIn < epoch && voter.currentEpoch <= epoch) {
                voter.votedIn = epoch;
                voter.votedAbout.put(dead, world.now);
                voter.currentEpoch = epoch;
                votes++;
            }
        }
        if (votes < world.bus.majority(me)) {
            return false;
        }
        promote(me, epoch);
        return true;
    }

    /** About the same primary a Redis votes once in two node timeouts. */
    private boolean votedLately(Node voter, int dead) {
        Long voted = voter.votedAbout.get(dead);
        return voted != null && world.now - voted < 2L * voter.timeout;
    }

    /** Takes the primary's slots under a new epoch and tells everybody at once. */
    void promote(Node me, long epoch) {
        long slots = me.slotsOf(me.primary);
        world.tell(() -> "  " + me + " takes over from " + world.node(me.primary));
        me.primary = Node.NOBODY;
        me.linkAddress = Node.NOBODY;
        me.linkUp = false;
        me.copied = false;
        me.epoch = epoch;
        me.promotedAt = world.now;
        me.electionAt = 0;
        me.formerStream = me.stream;
        me.formerOffset = me.offset;
        me.stream = ++world.streams;
        SlotPieces.each(slots, piece -> me.owner[piece] = me.index);
        world.losses.servedByFate(me, slots);
        for (Node.Peer peer : me.peers) {
            Node other = world.at(peer.address);
            if (other != null && other.index == peer.node && world.heardOnBus(me, other)) {
                world.bus.receive(other, me, true);
            }
        }
    }

    /** The planned way: the primary stops taking writes, the replica gets the last of them, and then takes over. */
    boolean handOver(Node primary, Node replica) {
        if (!replica.serves()
                || replica.primary != primary.index
                || !replica.inSync()
                || !world.connected(primary, replica)) {
            return false;
        }
        replica.data.or(primary.data);
        replica.offset = primary.offset;
        return stand(replica, false);
    }
}
