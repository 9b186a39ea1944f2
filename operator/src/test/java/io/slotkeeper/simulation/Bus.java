package io.slotkeeper.simulation;

import io.slotkeeper.topology.NodeId;
import java.util.List;

/**
 * The cluster bus: greetings, pings with gossip, who is suspected and who has failed, and the rule that decides everything:
 * for each slot the claim with the higher epoch wins, and a primary that lost its last slot follows the winner.
 */
final class Bus {
    private static final int PING_SOMEBODY_EVERY = 1000;

    private final World world;

    Bus(World world) {
        this.world = world;
    }

    void tick(Node me) {
        if (!me.handshakes.isEmpty()) {
            for (Node.Handshake handshake : List.copyOf(me.handshakes)) {
                greet(me, handshake);
            }
        }
        int anybody = world.now % PING_SOMEBODY_EVERY == 0 && !me.peers.isEmpty()
                ? me.peers.get(world.dice.below(me.peers.size())).node
                : Node.NOBODY;
        // Peers may be forgotten or added meanwhile: by index, from the end.
        for (int i = me.peers.size() - 1; i >= 0; i--) {
            if (i < me.peers.size()) {
                Node.Peer peer = me.peers.get(i);
                if (peer.node == anybody || world.now - peer.heard >= me.timeout / 2) {
                    ping(me, peer);
                }
                judge(me, peer);
            }
        }
        judgeItself(me);
    }

    /** MEET is answered by a greeting in return, so that both know each other; the name comes with the answer. */
    private void greet(Node me, Node.Handshake handshake) {
        if (world.now > handshake.until()) {
            me.handshakes.remove(handshake);
            return;
        }
        Node other = world.at(handshake.address());
        if (other == null || !world.heardOnBus(me, other)) {
            return;
        }
        me.handshakes.remove(handshake);
        if (other == me) {
            return;
        }
        if (handshake.meet() && !other.knows(me.index)) {
            handshake(other, me.address, false);
        }
        Node.Peer known = me.peer(other.index);
        if (known == null) {
            Rules.knowsNoStranger(me, other);
            known = me.add(other.index, handshake.address(), world.now);
            world.tell(() -> "  " + me + " gets to know " + other);
        } else {
            moved(me, known, handshake.address());
        }
        exchange(me, other, known);
    }

    void handshake(Node me, int address, boolean meet) {
        if (address != me.address && me.handshakes.stream().noneMatch(h -> h.address() == address)) {
            long until = world.now + Math.max(me.timeout, 1000);
            me.handshakes.add(new Node.Handshake(address, meet, until, new NodeId(world.dice.nodeId())));
        }
    }

    private void ping(Node me, Node.Peer peer) {
        Node other = world.at(peer.address);
        if (other == null || !world.heardOnBus(me, other)) {
            return;
        }
        if (other.index != peer.node) {
            // Somebody else answers there: the address is worth nothing any more.
            peer.address = Node.NOBODY;
            return;
        }
        exchange(me, other, peer);
    }

    private void exchange(Node me, Node other, Node.Peer peer) {
        receive(other, me, true);
        if (me.peer(other.index) == peer) {
            peer.heard = world.now;
            peer.suspected = false;
            receive(me, other, false);
            recover(me, peer);
        }
    }

    /** A node that is heard again has not failed; one with slots is believed after a while only. */
    private void recover(Node me, Node.Peer peer) {
        if (peer.failed && (me.slotsOf(peer.node) == 0 || world.now - peer.failedAt > 2L * me.timeout)) {
            peer.failed = false;
        }
    }

    /** Takes in what a sender says; packets of unknown senders are not looked at. */
    void receive(Node me, Node sender, boolean asked) {
        Node.Peer peer = me.peer(sender.index);
        if (peer == null) {
            return;
        }
        if (asked) {
            moved(me, peer, sender.address);
        }
        me.currentEpoch = Math.max(me.currentEpoch, sender.currentEpoch);
        long claims = sender.claims();
        peer.primary = sender.primary;
        if (!sender.isReplica()) {
            peer.epoch = Math.max(peer.epoch, sender.epoch);
            takeClaims(me, sender, claims);
            objectToClaims(me, sender, claims);
            if (!me.isReplica() && sender.epoch == me.epoch && me.id.compareTo(sender.id) < 0) {
                me.currentEpoch++;
                me.epoch = me.currentEpoch;
            }
        }
        gossip(me, sender);
    }

    private void moved(Node me, Node.Peer peer, int address) {
        if (peer.address != address) {
            peer.address = address;
            if (me.primary == peer.node) {
                world.replication.lookAt(me, address);
            }
        }
    }

    void takeClaims(Node me, Node sender, long claims) {
        int leader = me.isReplica() ? me.primary : me.index;
        long fromOurs = 0;
        long epoch = me.epochOf(sender.index);
        for (long rest = claims; rest != 0; rest &= rest - 1) {
            int piece = Long.numberOfTrailingZeros(rest);
            int owner = me.owner[piece];
            if (owner != sender.index && (owner == Node.NOBODY || me.epochOf(owner) < epoch)) {
                if (owner == leader) {
                    fromOurs |= 1L << piece;
                }
                me.owner[piece] = sender.index;
            }
        }
        if (fromOurs == 0) {
            return;
        }
        if (me.slotsOf(leader) == 0 && claims == fromOurs) {
            world.tell(() -> "  " + me + " lost its shard's slots to " + sender + " and follows it");
            world.replication.follow(me, sender.index, false);
        } else if (leader == me.index) {
            world.replication.dropSlots(me, fromOurs);
        }
    }

    /** Tells a sender that somebody with a higher epoch has its slots. */
    private void objectToClaims(Node me, Node sender, long claims) {
        for (long rest = claims; rest != 0; rest &= rest - 1) {
            int owner = me.owner[Long.numberOfTrailingZeros(rest)];
            if (owner != sender.index && owner != Node.NOBODY && me.epochOf(owner) > sender.epoch) {
                Node.Peer known = sender.peer(owner);
                if (known != null && owner != me.index && known.epoch < me.epochOf(owner)) {
                    known.epoch = me.epochOf(owner);
                    known.primary = Node.NOBODY;
                    takeClaims(sender, world.node(owner), me.slotsOf(owner));
                }
            }
        }
    }

    private void gossip(Node me, Node sender) {
        Node.Peer from = me.peer(sender.index);
        if (from == null) {
            return;
        }
        boolean votes = !sender.isReplica() && me.slotsOf(sender.index) != 0;
        for (int i = 0; i < sender.peers.size(); i++) {
            Node.Peer said = sender.peers.get(i);
            if (said.node == me.index) {
                continue;
            }
            Node.Peer known = me.peer(said.node);
            if (known == null) {
                // Under the name that was said, not by a greeting: somebody else may have the address by now.
                if (said.address != Node.NOBODY && !isBanned(me, said.node)) {
                    me.add(said.node, said.address, world.now).failed = said.failed;
                    Rules.knowsNoStranger(me, world.node(said.node));
                }
                continue;
            }
            boolean unwell = said.suspected || said.failed;
            if (votes) {
                if (unwell) {
                    known.reports.put(sender.index, world.now);
                } else if (!known.reports.isEmpty()) {
                    known.reports.remove(sender.index);
                }
            }
            // An address learned by hearsay: here some engines forget to tell a replica that its primary has moved.
            boolean lost = known.suspected || known.failed || known.address == Node.NOBODY;
            if (lost && !unwell && said.address != Node.NOBODY && said.address != known.address) {
                known.address = said.address;
                if (me.primary == said.node && !world.shape.keepsOldLinkAddress()) {
                    world.replication.lookAt(me, said.address);
                }
            }
        }
    }

    private boolean isBanned(Node me, int node) {
        Long until = me.banned.get(node);
        return until != null && until > world.now;
    }

    private void judge(Node me, Node.Peer peer) {
        if (!peer.suspected && world.now - peer.heard > me.timeout) {
            peer.suspected = true;
        }
        if (!peer.suspected || peer.failed) {
            return;
        }
        int voices = !me.isReplica() && me.claims() != 0 ? 1 : 0;
        for (long at : peer.reports.values()) {
            if (world.now - at <= 2L * me.timeout) {
                voices++;
            }
        }
        if (voices >= majority(me)) {
            world.tell(() -> "  " + me + " takes " + world.node(peer.node) + " for failed");
            fail(peer);
            for (Node.Peer told : me.peers) {
                Node other = world.at(told.address);
                if (other != null && other.index == told.node && world.heardOnBus(me, other)) {
                    Node.Peer theirs = other.peer(peer.node);
                    if (theirs != null && !theirs.failed && other.knows(me.index)) {
                        fail(theirs);
                    }
                }
            }
        }
    }

    private void fail(Node.Peer peer) {
        peer.failed = true;
        peer.failedAt = world.now;
    }

    int owners(Node me) {
        int owners = 0;
        for (int i = 0; i < world.pieces.count(); i++) {
            int owner = me.owner[i];
            boolean again = owner == Node.NOBODY;
            for (int j = 0; j < i && !again; j++) {
                again = me.owner[j] == owner;
            }
            if (!again) {
                owners++;
            }
        }
        return owners;
    }

    int majority(Node me) {
        return owners(me) / 2 + 1;
    }

    /** Whether it serves: slots covered, a majority of the primaries heard, and not just back from somewhere. */
    private void judgeItself(Node me) {
        boolean well = true;
        int heard = 0;
        for (int i = 0; i < world.pieces.count(); i++) {
            int owner = me.owner[i];
            Node.Peer peer = me.peer(owner);
            if (owner == Node.NOBODY || (peer != null && peer.failed)) {
                well &= !me.fullCoverage;
                continue;
            }
            boolean again = false;
            for (int j = 0; j < i && !again; j++) {
                again = me.owner[j] == owner;
            }
            if (!again && (peer == null || !peer.suspected)) {
                heard++;
            }
        }
        if (heard < majority(me)) {
            well = false;
            me.minoritySince = world.now;
        }
        if (!well) {
            me.ok = false;
        } else if (!me.ok) {
            int rejoin = Math.clamp(me.timeout, 500, 5000);
            boolean waited =
                    me.isReplica() || (world.now - me.processStarted >= 2000 && world.now - me.minoritySince >= rejoin);
            me.ok = waited;
        }
    }
}
