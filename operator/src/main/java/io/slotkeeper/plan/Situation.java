package io.slotkeeper.plan;

import io.slotkeeper.topology.NodeId;
import io.slotkeeper.topology.Place;
import io.slotkeeper.topology.SlotSet;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * What every concern looks at: what is wanted, what was seen, and what follows from both before anything is decided.
 * {@code nodes} are all that answered with our password; {@code admission} says which of them are proved to be ours.
 */
record Situation(
        Desired desired,
        Observation seen,
        List<Node> nodes,
        Map<NodeId, Node> byId,
        List<Place> unseen,
        Claims claims,
        List<Stranger> strangers,
        Admission admission) {

    static Situation of(Desired desired, Observation seen) {
        List<Node> answering = Node.answeringIn(seen);
        Twins twins = Twins.among(answering);
        List<Node> nodes = twins.others();
        Claims claims = Claims.in(nodes);
        List<Place> unseen = desired.places().stream()
                .filter(place -> nodes.stream().noneMatch(node -> node.place().equals(place)))
                .toList();
        List<Stranger> strangers = Stranger.knownTo(
                nodes, claims, desired.shards(), shard -> unseen.stream().anyMatch(place -> place.shard() == shard));
        return new Situation(
                desired,
                seen,
                nodes,
                nodes.stream().collect(Collectors.toUnmodifiableMap(Node::id, node -> node)),
                unseen,
                claims,
                strangers,
                Admission.of(desired, nodes, strangers, twins, unseen.isEmpty()));
    }

    /** The nodes that are proved to be ours. */
    List<Node> members() {
        return admission.members();
    }

    List<Node> members(int shard) {
        return members().stream().filter(node -> node.shard() == shard).toList();
    }

    /** The members of a shard that serve slots by their own word; more than one while a failover is settling. */
    List<Node> owners(int shard) {
        return members(shard).stream().filter(node -> node.state().ownsSlots()).toList();
    }

    /** The one member of a shard that serves slots, if it is one and no member believes that anybody else does. */
    Optional<Node> primary(int shard) {
        List<Node> owners = owners(shard);
        return owners.size() == 1 && rivals(owners.getFirst()).isEmpty()
                ? Optional.of(owners.getFirst())
                : Optional.empty();
    }

    /** Who else owns slots of this owner in a member's view; what outsiders believe changes nothing. */
    List<NodeId> rivals(Node owner) {
        return admission.claims().byOwner().entrySet().stream()
                .filter(claim -> !claim.getKey().equals(owner.id())
                        && claim.getValue().intersects(owner.state().slots()))
                .map(Map.Entry::getKey)
                .toList();
    }

    /** The members that follow a node which is in none of the pods, and could serve its slots: an engine takes over what it sees there. */
    List<Node> heirs(int shard, Stranger former) {
        return members(shard).stream()
                .filter(node -> node.follows(former.id()))
                .filter(node -> node.sees(former.id())
                        .filter(peer -> !peer.slots().isEmpty())
                        .isPresent())
                .toList();
    }

    /** Whether a member is in touch with it. */
    boolean isHeard(NodeId node) {
        return members().stream().flatMap(member -> member.sees(node).stream()).anyMatch(NodeState.Peer::isHeard);
    }

    /** Whether a member has been in touch with it ever since: one that had no connection meanwhile dials, and says that it has one. */
    boolean isHeard(NodeId node, Instant since) {
        Map<NodeId, Instant> parted = seen.parted().getOrDefault(node, Map.of());
        return members().stream()
                .filter(member -> parted.getOrDefault(member.id(), Instant.MIN).isBefore(since))
                .flatMap(member -> member.sees(node).stream())
                .anyMatch(NodeState.Peer::isHeard);
    }

    SlotSet share(int shard) {
        return InitialShare.of(shard, desired.shards());
    }

    /** The cluster is to start from nothing: so may each of its shards. */
    boolean startsFromNothing() {
        return IntStream.range(0, desired.shards()).allMatch(this::nothingIsLeftOf);
    }

    /** What was in the shard's slots is gone for good: every pod answered, none of the shard's holds anything, and nobody waits for more. */
    boolean nothingIsLeftOf(int shard) {
        return nothingComesBackTo(shard)
                && nodes.stream().filter(node -> node.shard() == shard).allMatch(Node::isBlank);
    }

    /**
     * All data of the shard that there can be was seen, since every pod answered; and what is not there is not waited for. Before a cluster
     * without volumes was formed there was nothing to give up.
     */
    boolean nothingComesBackTo(int shard) {
        return unseen.isEmpty()
                && (desired.givenUp().contains(shard) || (!seen.formedBefore() && !desired.keepsData()));
    }

    /**
     * Why a node must not be given a role yet. With one it may be copied from; and replicas go to the address at which they knew their
     * primary, whoever has that by now, and replace what they hold.
     */
    Optional<String> misleads(Node node) {
        return node.state().replicationOpen()
                ? Optional.empty()
                : nodes.stream()
                        .filter(other -> !other.is(node)
                                && !other.follows(node)
                                && other.state().keys() > 0)
                        .filter(other -> other.looksAt(node.address()))
                        .findFirst()
                        .map(other -> name(node) + " gets no slots and no primary yet: " + name(other)
                                + " still looks for its own primary at "
                                + node.address().host()
                                + ", which is the address of " + name(node)
                                + " by now, and would replace its data with a copy of that node's");
    }

    /** Whether a node has no keys, or only a copy of what is served, be it that it copies from a replica. */
    boolean isKeptElsewhere(Node node) {
        return node.state().keys() == 0
                || members().stream()
                        .filter(node::isCopyOf)
                        .anyMatch(source -> source.state().ownsSlots()
                                || members().stream()
                                        .anyMatch(owner -> owner.state().ownsSlots() && source.isCopyOf(owner)));
    }

    /** Whether something may be begun with it: its pod is not being deleted, nor will this plan delete it. */
    boolean stays(Node node) {
        return !node.isLeaving() && !Pods.isReplaced(this, node.pod());
    }

    String name(Node node) {
        return desired.pod(node.place());
    }

    /** A node by its pod's name, or by its id where it is in none of the pods. */
    String name(NodeId id) {
        Node node = byId.get(id);
        return node == null ? "node " + id.shortened() : name(node);
    }

    /** Names of pods as people read them. */
    String names(List<Place> places) {
        return Draft.list(places.stream().map(desired::pod).toList());
    }
}
