package io.slotkeeper.plan;

import io.slotkeeper.plan.NodeState.Health;
import io.slotkeeper.plan.NodeState.Link;
import io.slotkeeper.plan.NodeState.Peer;
import io.slotkeeper.topology.Address;
import io.slotkeeper.topology.NodeId;
import io.slotkeeper.topology.Place;
import io.slotkeeper.topology.SlotSet;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * A node of a drawing, or a stranger when it has no place. What others see of it is what it is, unless the drawing says
 * otherwise ({@code views}).
 */
final class DrawnNode {
    final String name;
    final @Nullable Place place;
    NodeId id;
    Optional<Address> address;
    Optional<NodeView> instead = Optional.empty();
    boolean podExists = true;
    Optional<Instant> absentSince = Optional.empty();
    boolean terminating;
    boolean outdated;
    boolean hasRun = true;
    Optional<Instant> startedAt = Optional.empty();
    Optional<String> trouble = Optional.empty();
    Optional<Instant> judgedAt = Optional.empty();
    Optional<Machine> machine = Optional.empty();
    Optional<LostVolume> lostVolume = Optional.empty();
    /** When somebody was told to serve in its place. */
    Optional<Attempt> told = Optional.empty();
    /** When it may have been elected the last time. */
    Optional<Instant> electedAt = Optional.empty();
    /** Who had no connection to it lately, and when. */
    final Map<NodeId, Instant> parted = new HashMap<>();

    Optional<DrawnNode> primary = Optional.empty();
    Optional<Address> linkAddress = Optional.empty();
    long offset;
    boolean linkUp = true;
    Optional<Duration> downFor = Optional.of(Duration.ofSeconds(1));
    boolean syncing;
    SlotSet slots = SlotSet.none();
    Optional<SlotSet> ownWord = Optional.empty();
    long keys;
    long epoch;
    boolean ok = true;
    LiveSettings settings = new LiveSettings(Map.of());
    boolean open = true;
    Health health = Health.FINE;

    /** Whom it knows, and what it sees differently from what is. */
    final Map<DrawnNode, UnaryOperator<Peer>> views = new HashMap<>();

    DrawnNode(String name, @Nullable Place place, NodeId id, Address address) {
        this.name = name;
        this.place = place;
        this.id = id;
        this.address = Optional.of(address);
    }

    void knows(DrawnNode other) {
        if (other != this) {
            views.putIfAbsent(other, UnaryOperator.identity());
        }
    }

    void sees(DrawnNode other, UnaryOperator<Peer> change) {
        knows(other);
        views.compute(other, (key, before) -> before == null ? change : peer -> change.apply(before.apply(peer)));
    }

    /** Starts anew, empty, without having met anybody. */
    void becomesFresh() {
        views.clear();
        primary = Optional.empty();
        slots = SlotSet.none();
        ownWord = Optional.empty();
        keys = 0;
        epoch = 0;
        ok = false;
        open = false;
    }

    ObservedPod pod(Function<DrawnNode, Peer> asSeen) {
        if (place == null) {
            throw new IllegalStateException(name + " is in no pod");
        }
        return new ObservedPod(
                place,
                "uid-" + place,
                address,
                terminating,
                instead.isEmpty(),
                outdated,
                hasRun,
                startedAt,
                trouble,
                judgedAt,
                machine,
                lostVolume,
                instead.orElseGet(() -> new NodeView.Answering(state(asSeen))));
    }

    private NodeState state(Function<DrawnNode, Peer> asSeen) {
        Map<String, Peer> peers = new TreeMap<>();
        views.forEach((other, change) -> peers.put(other.name, change.apply(asSeen.apply(other))));
        return new NodeState(
                id,
                primary.map(other -> other.id),
                ownWord.orElse(slots),
                keys,
                epoch,
                ok,
                new ArrayList<>(peers.values()),
                primary.map(other -> new Link(
                        linkAddress.or(() -> other.address).orElse(new Address("?", 0)),
                        linkUp,
                        syncing,
                        linkUp ? Optional.empty() : downFor)),
                Set.of(),
                offset,
                settings,
                open,
                "Redis 8.6");
    }

    static Peer asItIs(DrawnNode node) {
        return new Peer(
                node.id,
                node.address,
                node.primary.map(other -> other.id),
                node.slots,
                node.epoch,
                node.health == Health.FINE,
                node.health);
    }
}
