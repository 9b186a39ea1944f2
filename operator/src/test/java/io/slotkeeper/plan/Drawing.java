package io.slotkeeper.plan;

import io.slotkeeper.plan.NodeState.Health;
import io.slotkeeper.plan.NodeState.Peer;
import io.slotkeeper.topology.Address;
import io.slotkeeper.topology.NodeId;
import io.slotkeeper.topology.Place;
import io.slotkeeper.topology.SlotSet;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;

/**
 * Reads a cluster that is drawn in a few lines. The first one draws a cluster in which all is well
 * ({@code cluster 3x1: storage, ...}) or one whose pods have just started ({@code new cluster 3x1}); the others say what is
 * different: some places (or {@code all}), a verb and its words. docs/testing.md lists the verbs.
 */
final class Drawing {
    private static final Instant NOW = Instant.parse("2026-01-01T12:00:00Z");
    private static final int PORT = 6379;

    private final Map<String, DrawnNode> nodes = new LinkedHashMap<>();
    private final boolean formedBefore;
    private final boolean paused;
    private final Desired desired;

    private Drawing(String header) {
        boolean fresh = header.startsWith("new ");
        String[] parts = (fresh ? header.substring(4) : header).split(": *", 2);
        String[] shape = parts[0].replace("cluster ", "").split("x", -1);
        List<String> options = parts.length == 1 ? List.of() : List.of(parts[1].split(", *", -1));
        options.stream()
                .filter(
                        option -> !option.matches(
                                "storage|prefers disk|formed|never formed|paused|waits|force deletes after .+|replaces claims after .+|gives up \\d+|.+ asked for( since .+)?|\\d+ replicas to write"))
                .forEach(option -> {
                    throw new IllegalArgumentException("no such option: " + option);
                });
        desired = new Desired(
                "cart",
                Integer.parseInt(shape[0]),
                Integer.parseInt(shape[1]),
                new LiveSettings(Map.of(
                        LiveSettings.NODE_TIMEOUT,
                        "5000",
                        "cluster-require-full-coverage",
                        "no",
                        "min-replicas-to-write",
                        options.stream()
                                .filter(option -> option.endsWith(" replicas to write"))
                                .map(option -> option.replace(" replicas to write", ""))
                                .findFirst()
                                .orElse("0"))),
                options.contains("storage"),
                options.contains("prefers disk"),
                new Desired.Grace(time(options, "force deletes after "), time(options, "replaces claims after ")),
                givenUp(options, Integer.parseInt(shape[0])),
                options.stream()
                        .filter(option -> option.contains(" asked for"))
                        .map(Drawing::order)
                        .findFirst(),
                options.contains("paused"));
        formedBefore = fresh ? options.contains("formed") : !options.contains("never formed");
        paused = options.contains("paused");
        desired.places().forEach(place -> nodes.put(place.toString(), drawn(place)));
        for (DrawnNode node : nodes.values()) {
            if (fresh) {
                node.becomesFresh();
                node.startedAt = Optional.of(NOW.minusSeconds(1));
            } else {
                settle(node);
            }
        }
    }

    private static Optional<Duration> time(List<String> options, String after) {
        return options.stream()
                .filter(option -> option.startsWith(after))
                .map(option -> Duration.parse("PT" + option.replace(after, "")))
                .findFirst();
    }

    private static Desired.Order order(String option) {
        String[] words = option.split(" asked for( since )?", -1);
        return new Desired.Order(words[0], words[1].isEmpty() ? Duration.ZERO : Duration.parse("PT" + words[1]));
    }

    /** What is left out is as it is where a user leaves it out. */
    private static Set<Integer> givenUp(List<String> options, int shards) {
        Set<Integer> givenUp = new HashSet<>();
        options.stream()
                .filter(option -> option.startsWith("gives up "))
                .forEach(option -> givenUp.add(Integer.parseInt(option.replace("gives up ", ""))));
        if (!options.contains("storage") && !options.contains("waits")) {
            IntStream.range(0, shards).forEach(givenUp::add);
        }
        return givenUp;
    }

    static Drawing of(List<String> lines) {
        Drawing drawing = new Drawing(lines.getFirst());
        for (String line : lines.subList(1, lines.size())) {
            try {
                drawing.draw(line);
            } catch (IllegalArgumentException | NoSuchElementException e) {
                throw new IllegalArgumentException("cannot draw '" + line + "': " + e.getMessage(), e);
            }
        }
        return drawing;
    }

    Desired desired() {
        return desired;
    }

    /** Nothing is to be done but what is done even then. */
    boolean isPaused() {
        return paused;
    }

    Observation observation() {
        return new Observation(
                NOW,
                formedBefore,
                nodes.values().stream()
                        .filter(node -> node.place != null && node.podExists)
                        .map(node -> node.pod(DrawnNode::asItIs))
                        .toList(),
                absentSince(),
                known(node -> node.told),
                known(node -> node.electedAt.or(() -> Optional.of(NOW.minusSeconds(3600)))),
                known(node -> node.parted.isEmpty() ? Optional.empty() : Optional.of(node.parted)));
    }

    private <T> Map<NodeId, T> known(Function<DrawnNode, Optional<T>> what) {
        Map<NodeId, T> known = new HashMap<>();
        nodes.values().forEach(node -> what.apply(node).ifPresent(each -> known.put(node.id, each)));
        return known;
    }

    private Map<Place, Instant> absentSince() {
        Map<Place, Instant> absent = new HashMap<>();
        nodes.values()
                .forEach(node ->
                        node.absentSince.ifPresent(since -> absent.put(Objects.requireNonNull(node.place), since)));
        return absent;
    }

    /** What the drawing calls the node that has this id. */
    String name(NodeId id) {
        return nodes.values().stream()
                .filter(node -> node.id.equals(id))
                .map(node -> node.name)
                .findFirst()
                .orElse(id.shortened());
    }

    /** What the drawing calls whoever is at this address. */
    String name(Address address) {
        return nodes.values().stream()
                .filter(node -> node.place != null && node.address.equals(Optional.of(address)))
                .map(node -> node.name)
                .findFirst()
                .orElse(address.toString());
    }

    private DrawnNode drawn(Place place) {
        DrawnNode node =
                new DrawnNode(place.toString(), place, id("%x%x", place.shard(), place.ordinal()), address(place));
        node.settings = desired.settings();
        node.startedAt = Optional.of(NOW.minusSeconds(3600));
        return node;
    }

    private void settle(DrawnNode node) {
        Place place = Objects.requireNonNull(node.place);
        nodes.values().forEach(node::knows);
        node.keys = 100;
        node.epoch = place.shard() + 1L;
        if (place.ordinal() == 0) {
            node.slots = share(node);
        } else {
            node.primary = Optional.of(node(place.shard() + "-0"));
        }
    }

    private void draw(String line) {
        Deque<String> words = new ArrayDeque<>(List.of(line.strip().split("\\s+")));
        List<DrawnNode> subjects = subjects(words);
        String verb = words.remove();
        for (DrawnNode node : subjects) {
            change(node, subjects, verb, new ArrayDeque<>(words));
        }
    }

    private List<DrawnNode> subjects(Deque<String> words) {
        List<DrawnNode> subjects = new ArrayList<>();
        if (words.element().equals("all")) {
            words.remove();
            return nodes.values().stream().filter(node -> node.place != null).toList();
        }
        if (words.element().equals("stranger")) {
            words.remove();
            String name = words.element();
            DrawnNode stranger =
                    new DrawnNode(name, null, id(name.repeat(8)), new Address("10.9.9." + (int) name.charAt(0), PORT));
            nodes.put(name, stranger);
        }
        while (nodes.containsKey(words.element())) {
            subjects.add(node(words.remove()));
        }
        if (subjects.isEmpty()) {
            throw new IllegalArgumentException("who?");
        }
        return subjects;
    }

    private void change(DrawnNode node, List<DrawnNode> subjects, String verb, Deque<String> words) {
        switch (verb) {
            // What became of the pod, and of asking its node.
            case "silent" -> node.instead = Optional.of(new NodeView.Silent("does not answer"));
            case "ended" -> ends(node, words);
            case "missed" -> {
                DrawnNode missed = node(words.remove());
                missed.parted.put(node.id, NOW.minus(Duration.parse("PT" + words.remove())));
            }
            case "elected" -> node.electedAt = Optional.of(NOW.minus(Duration.parse("PT" + words.remove())));
            case "succeeded" -> {
                Instant when = NOW.minus(Duration.parse("PT" + words.remove()));
                words.remove("by");
                Place heir = words.isEmpty() ? new Place(0, 1) : Objects.requireNonNull(node(words.remove()).place);
                node.told = Optional.of(new Attempt(heir, when));
            }
            case "loading" -> node.instead = Optional.of(new NodeView.Loading());
            case "foreign" -> node.instead = Optional.of(new NodeView.Foreign("it refused our password"));
            case "missing" -> {
                node.podExists = false;
                node.absentSince = rest(words).map(time -> NOW.minus(Duration.parse("PT" + time)));
            }
            case "pending" -> {
                node.hasRun = false;
                node.startedAt = Optional.empty();
                node.address = Optional.empty();
                node.instead = Optional.of(new NodeView.Silent("it has no address yet"));
                node.trouble = rest(words);
            }
            case "crashing" -> {
                node.instead = Optional.of(new NodeView.Silent("does not answer"));
                node.trouble = rest(words);
            }
            case "cordoned" -> node.machine = Optional.of(new Machine("m1", true, Optional.empty()));
            case "machine" -> {
                words.removeAll(List.of("lost", "for"));
                Duration time = Duration.parse("PT" + words.remove());
                node.machine =
                        Optional.of(new Machine("m1", false, Optional.of(new Machine.Silence(NOW.minus(time), time))));
                node.instead = Optional.of(new NodeView.Silent("does not answer"));
            }
            case "volume" -> {
                boolean damaged = words.remove("damaged");
                words.removeAll(List.of("lost", "for"));
                Duration time = damaged ? Duration.ZERO : Duration.parse("PT" + words.remove());
                node.lostVolume = Optional.of(new LostVolume(
                        "data-cart-" + node.place,
                        "uid-of-claim",
                        damaged
                                ? "its nodes.conf cannot be used: it is cut off"
                                : "that of claim data-cart-" + node.place + " does not exist any more",
                        time,
                        damaged));
            }
            case "terminating" -> node.terminating = true;
            case "outdated" -> node.outdated = true;
            case "scheduled" -> node.judgedAt = Optional.of(NOW.minus(Duration.parse("PT" + words.remove())));
            case "started" -> node.startedAt = Optional.of(NOW.minus(Duration.parse("PT" + words.remove())));
            // What the node is.
            case "fresh" -> node.becomesFresh();
            case "anew" -> comesBackAsAnother(node);
            case "moved" -> moves(node, new Address(words.remove(), PORT));
            case "owns" -> node.slots = slots(node, words);
            case "claims" -> node.ownWord = Optional.of(slots(node, words));
            case "leads" -> {
                node.primary = Optional.empty();
                node.slots = share(node);
            }
            case "follows" -> follows(node, words);
            case "synced" -> node.syncing = false;
            case "keys" -> node.keys = Long.parseLong(words.remove());
            case "offset" -> node.offset = Long.parseLong(words.remove());
            case "epoch" -> node.epoch = Long.parseLong(words.remove());
            case "timeout" -> node.settings = node.settings.with(Duration.ofMillis(Long.parseLong(words.remove())));
            case "has" -> node.settings = node.settings.with(words.remove(), words.remove());
            case "closed" -> node.open = false;
            case "open" -> node.open = true;
            case "down" -> node.ok = false;
            case "ok" -> node.ok = true;
            case "same-id-as" -> node.id = node(words.remove()).id;
            // Whom it knows, and how it sees them.
            case "acquainted" -> subjects.forEach(node::knows);
            case "knows" -> all(words).forEach(node::knows);
            case "forgot" -> all(words).forEach(node.views::remove);
            case "greets" -> all(words).forEach(other -> node.sees(other, Drawing::inHandshake));
            case "sees" -> {
                DrawnNode other = node(words.remove());
                UnaryOperator<Peer> change = sight(other, words);
                node.sees(other, change);
            }
            default -> throw new IllegalArgumentException("no such verb: " + verb);
        }
    }

    /** The pod's node lost its volume: it has a new id, and the others still know the old one, which nobody answers to. */
    private void comesBackAsAnother(DrawnNode node) {
        String oldName = "old-" + node.name;
        DrawnNode old = new DrawnNode(
                oldName,
                null,
                id("01d%x%x", node.name.charAt(0) - '0', node.name.charAt(2) - '0'),
                node.address.orElseThrow());
        old.slots = node.slots;
        old.primary = node.primary;
        old.epoch = node.epoch;
        old.health = Health.FAILED;
        for (DrawnNode other : nodes.values()) {
            UnaryOperator<Peer> view = other.views.remove(node);
            if (view != null) {
                other.knows(old);
            }
            if (other.primary.equals(Optional.of(node))) {
                other.primary = Optional.of(old);
                other.linkUp = false;
            }
        }
        nodes.put(oldName, old);
        node.becomesFresh();
        node.startedAt = Optional.of(NOW.minusSeconds(1));
    }

    /** Its process has ended a second ago or as long as is said, and all its links with it. Who was in sync is whoever had a link. */
    private void ends(DrawnNode node, Deque<String> words) {
        boolean outOfSync = words.remove("alone");
        boolean loaded = words.remove("loading-till-now");
        Duration ago = rest(words).map(time -> Duration.parse("PT" + time)).orElse(Duration.ofSeconds(1));
        Duration quiet = loaded ? Duration.ZERO : ago;
        Set<Address> inSync = new HashSet<>();
        for (DrawnNode other : nodes.values()) {
            if (other.views.containsKey(node)) {
                other.sees(node, peer -> judged(peer, peer.health(), false));
            }
            if (other.primary.equals(Optional.of(node)) && other.linkUp) {
                other.address.filter(where -> !outOfSync && !other.syncing).ifPresent(inSync::add);
                other.linkUp = false;
                other.downFor = Optional.of(ago);
            }
        }
        node.instead = Optional.of(new NodeView.Silent(
                "its process has ended", Optional.of(new NodeView.Death(node.id, ago, quiet, inSync))));
    }

    private void moves(DrawnNode node, Address to) {
        Optional<Address> from = node.address;
        node.address = Optional.of(to);
        node.startedAt = Optional.of(NOW.minusSeconds(1));
        for (DrawnNode other : nodes.values()) {
            if (other.views.containsKey(node)) {
                other.sees(node, peer -> at(peer, from, false));
            }
            if (other.primary.equals(Optional.of(node)) && other.linkAddress.isEmpty()) {
                other.linkAddress = from;
                other.linkUp = false;
            }
        }
    }

    private void follows(DrawnNode node, Deque<String> words) {
        DrawnNode primary = node(words.remove());
        node.primary = Optional.of(primary);
        node.slots = SlotSet.none();
        node.linkUp = true;
        node.linkAddress = Optional.empty();
        while (!words.isEmpty()) {
            String word = words.remove();
            switch (word) {
                case "at" -> node.linkAddress = Optional.of(new Address(words.remove(), PORT));
                case "down" -> node.linkUp = false;
                case "for" -> node.downFor = Optional.of(Duration.parse("PT" + words.remove()));
                case "never-up" -> {
                    node.linkUp = false;
                    node.downFor = Optional.empty();
                }
                case "syncing" -> node.syncing = true;
                default -> throw new IllegalArgumentException("follows how? " + word);
            }
        }
    }

    private UnaryOperator<Peer> sight(DrawnNode other, Deque<String> words) {
        UnaryOperator<Peer> all = UnaryOperator.identity();
        while (!words.isEmpty()) {
            UnaryOperator<Peer> before = all;
            UnaryOperator<Peer> next = sightOf(other, words);
            all = peer -> next.apply(before.apply(peer));
        }
        return all;
    }

    private UnaryOperator<Peer> sightOf(DrawnNode other, Deque<String> words) {
        String word = words.remove();
        return switch (word) {
            case "failed" -> peer -> judged(peer, Health.FAILED, false);
            case "suspected" -> peer -> judged(peer, Health.SUSPECTED, peer.linkUp());
            case "of-epoch" -> {
                long epoch = Long.parseLong(words.remove());
                yield peer -> new Peer(
                        peer.id(), peer.address(), peer.primary(), peer.slots(), epoch, peer.linkUp(), peer.health());
            }
            case "heard" -> peer -> judged(peer, Health.FINE, true);
            case "linked" -> peer -> judged(peer, peer.health(), true);
            case "unlinked" -> peer -> judged(peer, peer.health(), false);
            case "nowhere" -> peer -> at(peer, Optional.empty(), false);
            case "at" -> {
                Optional<Address> where = Optional.of(new Address(words.remove(), PORT));
                yield peer -> at(peer, where, peer.linkUp());
            }
            case "owning" -> {
                SlotSet slots = slots(other, words);
                yield peer -> owning(peer, Optional.empty(), slots);
            }
            case "following" -> {
                DrawnNode primary = node(words.remove());
                yield peer -> owning(peer, Optional.of(primary.id), SlotSet.none());
            }
            default -> throw new IllegalArgumentException("sees how? " + word);
        };
    }

    private SlotSet slots(DrawnNode node, Deque<String> words) {
        String word = words.remove();
        return switch (word) {
            case "its-share" -> share(node);
            case "nothing" -> SlotSet.none();
            default -> SlotSet.parse(word);
        };
    }

    private SlotSet share(DrawnNode node) {
        return InitialShare.of(Objects.requireNonNull(node.place).shard(), desired.shards());
    }

    private List<DrawnNode> all(Deque<String> words) {
        return words.contains("everybody")
                ? List.copyOf(nodes.values())
                : words.stream().map(this::node).toList();
    }

    private DrawnNode node(String name) {
        DrawnNode node = nodes.get(name);
        if (node == null) {
            throw new NoSuchElementException("nobody is called " + name);
        }
        return node;
    }

    private static Optional<String> rest(Deque<String> words) {
        return words.isEmpty() ? Optional.empty() : Optional.of(String.join(" ", words));
    }

    private static Peer judged(Peer peer, Health health, boolean linkUp) {
        return new Peer(peer.id(), peer.address(), peer.primary(), peer.slots(), peer.epoch(), linkUp, health);
    }

    private static Peer at(Peer peer, Optional<Address> where, boolean linkUp) {
        return new Peer(peer.id(), where, peer.primary(), peer.slots(), peer.epoch(), linkUp, peer.health());
    }

    private static Peer owning(Peer peer, Optional<NodeId> primary, SlotSet slots) {
        return new Peer(peer.id(), peer.address(), primary, slots, peer.epoch(), peer.linkUp(), peer.health());
    }

    /** Its id is made up, and nothing is known of it but where it is said to be. */
    private static Peer inHandshake(Peer peer) {
        String madeUp = "f" + peer.id().value().substring(1);
        return new Peer(
                new NodeId(madeUp), peer.address(), Optional.empty(), SlotSet.none(), 0, false, Health.HANDSHAKE);
    }

    private static Address address(Place place) {
        return new Address("10.0." + place.shard() + "." + (10 + place.ordinal()), PORT);
    }

    private static NodeId id(String format, Object... args) {
        String start = String.format(Locale.ROOT, format, args);
        return new NodeId(start + "0".repeat(40 - start.length()));
    }
}
