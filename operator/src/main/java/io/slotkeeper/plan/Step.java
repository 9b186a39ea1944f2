package io.slotkeeper.plan;

import io.slotkeeper.topology.Address;
import io.slotkeeper.topology.NodeId;
import io.slotkeeper.topology.Place;
import io.slotkeeper.topology.SlotSet;
import java.util.List;

/** One thing to do on one node, with the reason that a person reads. Doing it twice does no harm. */
public sealed interface Step {
    /** The node that has to do it. */
    Place place();

    /** Why, in a sentence. */
    String reason();

    /**
     * Gives a blank node an epoch of its own and slots that nobody has. An engine lets its epoch be set only while it has
     * none and knows nobody; otherwise the node takes the next one itself (CLUSTER BUMPEPOCH), after it got the slots.
     */
    record GiveSlots(Place place, SlotSet slots, long epoch, String reason) implements Step {}

    /** Introduces the node to others, which have been proved to be ours. */
    record Meet(Place place, List<Address> others, String reason) implements Step {
        public Meet {
            others = List.copyOf(others);
        }
    }

    /** Makes the node a replica of a primary, or points a replica to where its primary is today. */
    record Follow(Place place, NodeId primary, String reason) implements Step {}

    /**
     * Has a replica serve in the place of its primary, whose process has ended: by the votes of the other primaries, or
     * {@code unasked} where there are too few that could vote.
     */
    record TakeOver(Place place, NodeId former, boolean unasked, String reason) implements Step {}

    /** Has a replica take the place of its primary, which lives and helps. */
    record HandOver(Place place, NodeId former, String reason) implements Step {}

    /** Lets the node be replicated from. */
    record OpenReplication(Place place, String reason) implements Step {}

    /** Changes one of the node's settings while it runs. */
    record Configure(Place place, String setting, String value, String reason) implements Step {}

    /** Has the node forget another one, which is gone for good. */
    record Forget(Place place, NodeId gone, String reason) implements Step {}

    /** Deletes exactly this pod, so that it is made anew from today's template. */
    record ReplacePod(Place place, String uid, String reason) implements Step {}

    /** Takes exactly this pod for gone, without its machine saying so, so that another one is made. */
    record GiveUpPod(Place place, String uid, String reason) implements Step {}

    /** Deletes exactly this claim and the pod that waits for its volume, so that both are made anew. */
    record ReplaceClaim(Place place, String uid, String claim, String claimUid, String reason) implements Step {}

    /** Whether it may interrupt somebody, so that only the holder of a fresh lease may do it. */
    default boolean isDisruptive() {
        return switch (this) {
            case GiveSlots s -> true;
            case Follow s -> true;
            case TakeOver s -> true;
            case HandOver s -> true;
            case Forget s -> true;
            case ReplacePod s -> true;
            case GiveUpPod s -> true;
            case ReplaceClaim s -> true;
            case Meet s -> true;
            case OpenReplication s -> false;
            case Configure s -> false;
        };
    }
}
