package io.slotkeeper.plan;

import io.slotkeeper.topology.HashSlot;
import io.slotkeeper.topology.SlotRange;
import io.slotkeeper.topology.SlotSet;

/** The slots that a shard gets when the cluster is formed: one range each, in order, their sizes as even as they can be. */
final class InitialShare {
    private InitialShare() {}

    /** The share of one of so many shards; a shard that is not wanted has none. */
    static SlotSet of(int shard, int shards) {
        return shard >= shards
                ? SlotSet.none()
                : SlotSet.of(new SlotRange(border(shard, shards), border(shard + 1, shards) - 1));
    }

    /** Rounded, not cut off: three shards get 5461, 5462 and 5461 slots. */
    private static int border(int shard, int shards) {
        return (2 * HashSlot.COUNT * shard + shards) / (2 * shards);
    }
}
