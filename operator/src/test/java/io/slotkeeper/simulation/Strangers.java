package io.slotkeeper.simulation;

import io.slotkeeper.topology.Place;
import java.util.ArrayList;
import java.util.List;

/** Another little cluster in the same network, whole and well, whose pods are given addresses that ours have left. */
final class Strangers {
    private final World world;
    private final List<Node> nodes = new ArrayList<>();

    Strangers(World world, int count) {
        this.world = world;
        for (int i = 0; i < count; i++) {
            Node node = world.born(1, new Place(i, 0));
            world.listen(node, world.someAddress(false));
            node.timeout = 5000;
            node.epoch = i + 1L;
            node.currentEpoch = count;
            node.replicationOpen = true;
            node.life = Node.Life.SERVING;
            nodes.add(node);
        }
        for (Node node : nodes) {
            for (Node other : nodes) {
                if (node != other) {
                    node.add(other.index, other.address, world.now).epoch = other.epoch;
                }
            }
            node.owner[0] = nodes.getFirst().index;
        }
    }

    /** A pod of theirs moves, to an address that was ours if one is free. */
    void move() {
        Node node = world.dice.oneOf(nodes);
        int left = node.address;
        world.listen(node, world.someAddress(true));
        world.release(left);
        world.tell(
                () -> "  " + node + " is now at " + world.address(node.address).host());
    }

    /** They know each other, and nobody else. */
    void areAmongThemselves() {
        for (Node node : nodes) {
            for (Node.Peer peer : node.peers) {
                Rules.knowsNoStranger(node, world.node(peer.node));
            }
        }
    }
}
