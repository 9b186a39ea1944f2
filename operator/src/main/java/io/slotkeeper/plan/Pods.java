package io.slotkeeper.plan;

import io.slotkeeper.plan.Step.ReplacePod;
import io.slotkeeper.topology.Place;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Says which pods hold the cluster up, and replaces pods made from an older template where that costs nothing, so that a wrong
 * image or a forgotten Secret can be mended by correcting what the template is made from.
 *
 * <p>A pod whose container has never run is replaced at any time, since there is nothing in it. Any other is deleted here only
 * before the cluster was formed: if its node is blank and owns no slot in anyone's view, or if it cannot run and what it may
 * have written is on a volume or was never anybody's. Whatever its template, so is a replica without a volume whose primary was
 * lost and which holds nothing, or others' keys, since it copies from whoever has that one's address by now, while the cluster was being formed or in a shard that is given up.
 */
final class Pods {
    /** A StatefulSet makes its pods within moments, unless it may not. */
    private static final Duration UNTIL_MADE = Duration.ofSeconds(30);

    private Pods() {}

    static void plan(Situation now, Draft draft) {
        List<String> awaited = new ArrayList<>();
        Map<Integer, List<Place>> notMade = new TreeMap<>();
        for (Place place : now.desired().places()) {
            Optional<ObservedPod> pod = now.seen().pod(place);
            if (pod.isPresent()) {
                look(now, pod.get(), awaited, draft);
            } else if (isOverdue(now, place)) {
                notMade.computeIfAbsent(place.shard(), shard -> new ArrayList<>())
                        .add(place);
            } else {
                awaited.add(now.desired().pod(place) + " (no pod yet)");
            }
        }
        notMade.forEach((shard, places) -> draft.stuck(
                "PodsNotCreated",
                "Kubernetes does not create " + now.names(places) + ". See the events of kubectl describe statefulset "
                        + now.desired().set(shard) + ": a quota, a limit range, a priority class that does not exist or"
                        + " a policy for pods may be in the way"));
        if (!awaited.isEmpty()) {
            draft.waiting("NodesAwaited", "Not every node answers: " + Draft.list(awaited));
        }
    }

    private static boolean isOverdue(Situation now, Place place) {
        Instant since = now.seen().absentSince().get(place);
        return since != null && !since.plus(UNTIL_MADE).isAfter(now.seen().at());
    }

    private static void look(Situation now, ObservedPod pod, List<String> awaited, Draft draft) {
        String name = now.desired().pod(pod.place());
        if (isReplaced(now, pod)) {
            draft.add(new ReplacePod(
                    pod.place(),
                    pod.uid(),
                    (followsNobodyWithNothing(now, pod)
                                    ? "the node that it follows is gone for good, and it holds nothing of its own"
                                    : "it was made from an older template and holds nothing")
                            + pod.trouble().map(trouble -> "; " + trouble).orElse("")));
            return;
        }
        if (pod.lostVolume().isPresent()) {
            return;
        }
        Optional<Trouble> trouble = Trouble.of(pod).filter(any -> pod.state().isEmpty());
        if (trouble.isPresent()) {
            String told = name + ": " + trouble.get().words() + ". "
                    + trouble.get().whatToDo(name, now.seen().formedBefore());
            if (trouble.get().mayPass(now.seen().at())) {
                draft.waiting("PodInTrouble", told);
            } else {
                draft.stuck("PodInTrouble", told);
            }
            return;
        }
        switch (pod.node()) {
            case NodeView.Silent silent ->
                awaited.add(name + " (" + (pod.terminating() ? "is being deleted" : silent.why()) + ")");
            case NodeView.Loading loading -> awaited.add(name + " (reads its data)");
            case NodeView.Foreign foreign ->
                draft.stuck(
                        "ForeignNode",
                        name + " answered, but not as a node of this cluster: " + foreign.why()
                                + ". Check who listens at its address and whether its Secrets were changed");
            case NodeView.Answering answering -> {
                if (pod.terminating()) {
                    awaited.add(name + " (is being deleted)");
                }
            }
        }
    }

    /** Whether this plan deletes the pod. */
    static boolean isReplaced(Situation now, ObservedPod pod) {
        if (pod.terminating()) {
            return false;
        }
        boolean neverRan = !pod.hasRun() && pod.node() instanceof NodeView.Silent;
        return (pod.outdated() && neverRan)
                || (!now.seen().formedBefore() && pod.outdated() && holdsNothing(now, pod))
                || followsNobodyWithNothing(now, pod);
    }

    /** An engine can neither be told to follow nobody nor forget its own primary; only a new pod can start again. */
    private static boolean followsNobodyWithNothing(Situation now, ObservedPod pod) {
        int shard = pod.place().shard();
        return !now.desired().keepsData()
                && (!now.seen().formedBefore() || now.nothingComesBackTo(shard))
                && now.owners(shard).isEmpty()
                && now.nodes().stream()
                        .filter(node -> node.place().equals(pod.place()) && now.isKeptElsewhere(node))
                        .flatMap(node -> node.state().primary().stream())
                        .anyMatch(primary -> now.strangers().stream()
                                .anyMatch(gone -> gone.id().equals(primary) && leavesNothing(now, shard, gone)));
    }

    private static boolean leavesNothing(Situation now, int shard, Stranger gone) {
        return switch (gone.kind()) {
            case LEFTOVER -> true;
            case LOST ->
                now.seen().formedBefore()
                        ? now.heirs(shard, gone).stream()
                                .allMatch(heir -> now.members().stream().anyMatch(heir::isCopyOf))
                        : Forgetting.isWorthNothing(now, gone);
            case HIDDEN, FOREIGN -> false;
        };
    }

    private static boolean holdsNothing(Situation now, ObservedPod pod) {
        return switch (pod.node()) {
            case NodeView.Answering answering ->
                answering.state().keys() == 0
                        && !answering.state().isReplica()
                        && !answering.state().ownsSlots()
                        && now.claims().of(answering.state().id()).isEmpty();
            case NodeView.Silent silent -> pod.trouble().isPresent() && losesNothing(now, pod);
            case NodeView.Foreign foreign -> false;
            case NodeView.Loading loading -> false;
        };
    }

    /** Without a volume the pod's data goes with it, so it must not be the one that others take for an owner of slots. */
    private static boolean losesNothing(Situation now, ObservedPod pod) {
        return now.desired().keepsData()
                || now.strangers().stream()
                        .noneMatch(stranger -> stranger.slots()
                                .intersects(now.share(pod.place().shard())));
    }
}
