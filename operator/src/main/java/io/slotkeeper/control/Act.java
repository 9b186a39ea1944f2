package io.slotkeeper.control;

import io.fabric8.kubernetes.client.KubernetesClientException;
import io.slotkeeper.engine.Acl;
import io.slotkeeper.engine.Cluster;
import io.slotkeeper.engine.Cluster.Failover;
import io.slotkeeper.engine.ClusterNode;
import io.slotkeeper.engine.Command;
import io.slotkeeper.engine.CommandRefused;
import io.slotkeeper.engine.Done;
import io.slotkeeper.engine.EngineException;
import io.slotkeeper.engine.EngineNode;
import io.slotkeeper.engine.Outcome;
import io.slotkeeper.engine.Reply;
import io.slotkeeper.engine.Server;
import io.slotkeeper.engine.ServerInfo;
import io.slotkeeper.plan.Step;
import io.slotkeeper.topology.Place;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Carries steps out, each command within a deadline: nodes side by side, the steps of one node in their order until one fails.
 * It decides nothing; a step that fails is reported, and the next pass sees what became of it.
 */
@Singleton
final class Act {
    /** Long enough for a node that is busy saving its nodes.conf, short enough not to hold up the loop. */
    static final Duration DEADLINE = Duration.ofSeconds(1);

    /** A node that gets slots is spoken to three times: its epoch, the slots, and perhaps another epoch. */
    static final Duration LONGEST_STEP = DEADLINE.multipliedBy(3);

    /** By then another operator may have acted on what it saw, and whoever served may be gone. */
    private static final Duration OLDEST_SIGHT = Duration.ofSeconds(5);

    private static final Command<List<ClusterNode>> NODES = Cluster.nodes();
    private static final Command<ServerInfo> INFO = Server.info();

    private final LeaseGuard lease;
    private final Door door;

    Act(LeaseGuard lease, Door door) {
        this.lease = lease;
        this.door = door;
    }

    /** A step that failed, and why; one that {@code mayBeDone} got no answer. */
    record Failure(Step step, String why, boolean mayBeDone) {}

    /** What was tried in a pass, and what of it was not done. */
    record Deeds(List<Step> steps, List<Failure> failures) {
        /** The steps that were done, and those of which nobody knows. */
        Stream<Step> mayBeDone() {
            return steps.stream()
                    .filter(step -> failures.stream()
                            .noneMatch(failure -> failure.step().equals(step) && !failure.mayBeDone()));
        }
    }

    /** Carries all of them out; a place that nobody can be reached at is a failure like any other. */
    Deeds carryOut(List<Step> steps, Observe.Sight sight, Nodes nodes) {
        if (steps.isEmpty()) {
            return new Deeds(steps, List.of());
        }
        Map<Place, List<Step>> byPlace = new LinkedHashMap<>();
        steps.forEach(step -> byPlace.computeIfAbsent(step.place(), place -> new ArrayList<>())
                .add(step));
        List<Deeds> deeds = List.copyOf(nodes.sideBySide(
                        List.copyOf(byPlace.entrySet()),
                        entry -> entry.getKey().toString(),
                        entry -> carryOut(entry.getValue(), nodes, sight, sight.target(entry.getKey())))
                .values());
        List<Step> tried = steps.stream()
                .filter(step -> deeds.stream().anyMatch(each -> each.steps().contains(step)))
                .toList();
        return new Deeds(
                tried, deeds.stream().flatMap(each -> each.failures().stream()).toList());
    }

    /** The pod at a place, where its cluster gossips, and how to talk to the node in it, if it can be talked to. */
    record Target(String namespace, String pod, int busPort, Optional<Nodes.Contact> contact) {}

    /** The steps of one node, until one fails. */
    private Deeds carryOut(List<Step> steps, Nodes nodes, Observe.Sight sight, Optional<Target> target) {
        for (int i = 0; i < steps.size(); i++) {
            Optional<Failure> failure = carryOut(steps.get(i), nodes, sight, target);
            if (failure.isPresent()) {
                return new Deeds(steps.subList(0, i + 1), List.of(failure.get()));
            }
        }
        return new Deeds(steps, List.of());
    }

    private Optional<Failure> carryOut(Step step, Nodes nodes, Observe.Sight sight, Optional<Target> target) {
        try {
            return whyNot(step, nodes, sight, target).map(why -> new Failure(step, why, false));
        } catch (EngineException | KubernetesClientException e) {
            return Optional.of(new Failure(step, String.valueOf(e.getMessage()), !(e instanceof CommandRefused)));
        }
    }

    private Optional<String> whyNot(Step step, Nodes nodes, Observe.Sight sight, Optional<Target> target) {
        if (target.isEmpty()) {
            return Optional.of("there is no pod at " + step.place());
        }
        if (step.isDisruptive() && !lease.isFreshFor(LONGEST_STEP)) {
            return Optional.of("the lease was not renewed in time, so another operator may be at work");
        }
        if (step.isDisruptive() && System.nanoTime() - sight.lookedAt() > OLDEST_SIGHT.toNanos()) {
            return Optional.of("too much time has passed since the nodes were looked at");
        }
        if (step instanceof Step.ReplacePod replace) {
            door.deletePod(target.get().namespace(), target.get().pod(), replace.uid());
            return Optional.empty();
        }
        if (step instanceof Step.GiveUpPod giveUp) {
            door.forsakePod(target.get().namespace(), target.get().pod(), giveUp.uid());
            return Optional.empty();
        }
        if (step instanceof Step.ReplaceClaim replace) {
            door.deleteClaim(target.get().namespace(), replace.claim(), replace.claimUid());
            door.deletePod(target.get().namespace(), target.get().pod(), replace.uid());
            return Optional.empty();
        }
        if (target.get().contact().isEmpty()) {
            return Optional.of("the pod at " + step.place() + " has no address");
        }
        return nodes.tell(
                target.get().contact().get(),
                DEADLINE,
                node -> tell(node, step, target.get().busPort()));
    }

    private static Optional<String> tell(EngineNode node, Step step, int busPort) {
        if (step instanceof Step.Follow follow && isOvertaken(follow, node.call(Cluster.nodes()))) {
            return Optional.of(node.address() + " is a replica and does not see any more that " + follow.primary()
                    + " owns slots");
        }
        if (step instanceof Step.TakeOver takeOver && !isBereft(takeOver, node)) {
            return Optional.of(
                    node.address() + " does not say that it is still without its primary " + takeOver.former());
        }
        List<Command<Done>> words = switch (step) {
            case Step.GiveSlots give -> List.of(Cluster.addSlots(give.slots()));
            case Step.Meet meet ->
                meet.others().stream()
                        .map(other -> Cluster.meet(other, busPort))
                        .toList();
            case Step.Follow follow -> List.of(Cluster.replicate(follow.primary()));
            case Step.TakeOver takeOver ->
                List.of(Cluster.failover(takeOver.unasked() ? Failover.TAKEOVER : Failover.FORCE));
            case Step.HandOver handOver -> List.of(Cluster.failover(Failover.GRACEFUL));
            case Step.OpenReplication open -> List.of(Acl.setUser(Question.REPLICATION_USER, List.of("on")));
            case Step.Configure set -> List.of(Server.configSet(Map.of(set.setting(), set.value())));
            case Step.Forget forget -> List.of(Cluster.forget(forget.gone()));
            case Step.ReplacePod replace -> throw new IllegalArgumentException("a pod is not told, but deleted");
            case Step.GiveUpPod giveUp -> throw new IllegalArgumentException("a pod is not told, but deleted");
            case Step.ReplaceClaim replace -> throw new IllegalArgumentException("a claim is not told, but deleted");
        };
        boolean hasEpoch = step instanceof Step.GiveSlots give
                && node.ask(Cluster.setConfigEpoch(give.epoch())).answer().isPresent();
        List<Outcome<Done>> outcomes = node.askAll(words);
        if (step instanceof Step.GiveSlots && !hasEpoch) {
            // It has an epoch already or knows somebody: what it owns from now on needs one above all others.
            node.call(Cluster.bumpEpoch());
        }
        return outcomes.stream()
                .flatMap(outcome -> outcome.refusal().stream())
                .map(refusal -> node.address() + " refused: " + refusal.line())
                .findFirst();
    }

    /** What was seen when the step was planned may be over: a replica must not go back to the primary before a failover. */
    private static boolean isOvertaken(Step.Follow follow, List<ClusterNode> seen) {
        boolean isReplica = seen.stream().anyMatch(peer -> peer.isMyself() && !peer.isPrimary());
        return isReplica
                && seen.stream()
                        .noneMatch(peer -> peer.id().equals(follow.primary())
                                && !peer.slots().isEmpty());
    }

    /** The last look before a word that cannot be taken back: it still follows that primary, and neither fetches from it nor hears it. */
    private static boolean isBereft(Step.TakeOver takeOver, EngineNode node) {
        List<Reply> replies;
        try {
            replies = node.pipeline(List.of(NODES, INFO));
        } catch (EngineException e) {
            return false;
        }
        List<ClusterNode> seen = node.outcome(NODES, replies.get(0)).orThrow();
        boolean fetches = node.outcome(INFO, replies.get(1))
                .orThrow()
                .replication()
                .primary()
                .filter(link -> !link.up())
                .isEmpty();
        boolean follows = seen.stream()
                .anyMatch(each -> each.isMyself() && each.primary().equals(Optional.of(takeOver.former())));
        boolean hears = seen.stream().anyMatch(each -> each.id().equals(takeOver.former()) && each.isHeard());
        return follows && !fetches && !hears;
    }
}
