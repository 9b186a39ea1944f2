package io.slotkeeper.plan;

import io.slotkeeper.plan.NodeState.Peer;
import io.slotkeeper.plan.Step.GiveSlots;
import io.slotkeeper.plan.Step.OpenReplication;
import io.slotkeeper.topology.Place;
import io.slotkeeper.topology.SlotSet;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Gives every shard its first slots. The whole recipe, of which this is one part, fits into one pass for all nodes at once:
 * short node timeout ({@link Settings}), slots with an epoch of their own for each primary (here), introductions of everybody
 * to everybody ({@link Meeting}); in the next pass replicas follow ({@link Following}), and then the timeouts are put back.
 *
 * <p>The invariant: slots are given only if no copy of their data can exist. Nobody owns any of them in anyone's view; every
 * node of the shard that answered is blank; and what did not answer, in any shard, can neither hold any nor know their owner:
 * without volumes that is a pod whose container has never run, with volumes none at all. (Two owners who do not know each other
 * would stay so, since only a person can decide between them; and a volume may come from a time when shares were others.)
 *
 * <p>Once a cluster was formed, a shard without slots has lost them, and giving them away again makes that final: so only where
 * every pod answered, the shard's are blank, and its user gives up what was in it. That is asked shard by shard: an emptied cluster of
 * which only some got their slots again, because a call failed or the operator ended, gets the rest.
 */
final class Forming {
    private final Situation now;
    private final Map<Integer, Node> given = new TreeMap<>();
    private final Set<Place> awaitingSlots = new HashSet<>();
    private final List<Node> inTheWay = new ArrayList<>();
    private final Set<Place> doubtful = new TreeSet<>();
    private final List<String> misleading = new ArrayList<>();

    private Forming(Situation now) {
        this.now = now;
    }

    static Forming of(Situation now) {
        Forming forming = new Forming(now);
        for (int shard = 0; shard < now.desired().shards(); shard++) {
            if (now.owners(shard).isEmpty() && !now.claims().touch(now.share(shard)) && forming.mayGive(shard)) {
                forming.consider(shard);
            }
        }
        return forming;
    }

    private boolean mayGive(int shard) {
        return !now.seen().formedBefore() || now.nothingIsLeftOf(shard);
    }

    private void consider(int shard) {
        List<Node> blank = now.members(shard).stream()
                .filter(node -> node.isBlank() && now.stays(node))
                .toList();
        if (blank.isEmpty()) {
            return;
        }
        Node first = blank.getFirst();
        Optional<String> misleads = now.misleads(first);
        if (misleads.isPresent()) {
            awaitingSlots.add(first.place());
            misleading.add(misleads.get());
            return;
        }
        List<Place> unseen = mayKnowAnOwner();
        List<Node> holding = now.nodes().stream()
                .filter(node -> node.shard() == shard && !node.isBlank())
                .toList();
        if (unseen.isEmpty() && holding.isEmpty()) {
            given.put(shard, first);
        } else {
            awaitingSlots.add(first.place());
            doubtful.addAll(unseen);
            inTheWay.addAll(holding);
        }
    }

    /** The places from which data, or news of an owner, may still come. */
    private List<Place> mayKnowAnOwner() {
        return now.desired().keepsData()
                ? now.unseen()
                : now.unseen().stream()
                        .filter(place -> now.seen()
                                .pod(place)
                                .filter(ObservedPod::hasRun)
                                .isPresent())
                        .toList();
    }

    void plan(Draft draft, Takeover takeover) {
        for (Node node : inTheWay) {
            if (now.members().contains(node) && now.stays(node)) {
                draft.stuck(
                        "KeysInTheWay",
                        now.name(node) + " holds " + node.state().keys()
                                + " keys, but nobody owns the slots of its shard,"
                                + " so they are not given to another node. If nothing in it is needed, delete the pod and"
                                + " its claim");
            }
        }
        if (!takeover.isElecting()) {
            given.forEach((shard, node) -> give(shard, node, draft));
        }
        misleading.forEach(why -> draft.waiting("AddressTaken", why));
        if (!doubtful.isEmpty()) {
            draft.waiting(
                    "PodsAwaited",
                    "New nodes get no slots before " + now.names(List.copyOf(doubtful))
                            + " answered: the data that belongs to them may be there");
        }
    }

    private void give(int shard, Node node, Draft draft) {
        SlotSet share = now.share(shard);
        String why = now.seen().formedBefore()
                ? "the cluster was formed before and every node of shard " + shard
                        + " came back empty, so its data is lost: the slots " + share + " start with nothing"
                : "nobody owns the slots " + share + " and no pod of shard " + shard + " holds anything";
        draft.add(new GiveSlots(node.place(), share, freeEpoch(shard, node), why));
        draft.add(new OpenReplication(
                node.place(), "it gets the slots of shard " + shard + ", so replicas may copy from it"));
    }

    /** Shard by shard 1, 2, 3 …; beyond all others where that one is taken. */
    private long freeEpoch(int shard, Node receiver) {
        Set<Long> taken = new HashSet<>();
        for (Node node : now.nodes()) {
            if (!node.is(receiver)) {
                taken.add(node.state().epoch());
            }
            node.view().values().stream().map(Peer::epoch).forEach(taken::add);
        }
        long usual = shard + 1L;
        return taken.contains(usual)
                ? usual
                        + Math.max(
                                now.desired().shards(),
                                taken.stream().mapToLong(Long::longValue).max().orElse(0))
                : usual;
    }

    /** Whether somebody gets the slots of the shard now. */
    boolean gives(int shard) {
        return given.containsKey(shard);
    }

    /** Whether the node is to own slots, but not yet; an epoch can be set only while it knows nobody, so it stays alone. */
    boolean holdsBack(Node node) {
        return awaitingSlots.contains(node.place());
    }
}
