package io.slotkeeper.testkit;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.slotkeeper.engine.Access;
import io.slotkeeper.engine.Cluster;
import io.slotkeeper.engine.ClusterNode;
import io.slotkeeper.engine.Command;
import io.slotkeeper.engine.CommandRefused;
import io.slotkeeper.engine.Connector;
import io.slotkeeper.engine.EngineException;
import io.slotkeeper.engine.EngineNode;
import io.slotkeeper.engine.Refusal;
import io.slotkeeper.engine.Reply;
import io.slotkeeper.topology.Address;
import io.slotkeeper.topology.HashSlot;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/**
 * What an application has: a client that knows the slot map, follows redirects, and reads the map anew from whoever answers
 * when a node is gone. It never repeats a command by itself: a failed command is the caller's to count. Made for one thread.
 */
public final class ClusterClient implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofMillis(500);
    private static final int REDIRECTS = 5;

    private final Connector connector;
    private final Access access;
    private final Supplier<List<Address>> seeds;
    private final Map<Address, EngineNode> connections = new HashMap<>();
    private final Address[] owners = new Address[HashSlot.COUNT];
    private int redirects;
    private int reads;

    /** A client that finds the cluster at any of the seeds. */
    public ClusterClient(Connector connector, Access access, Supplier<List<Address>> seeds) {
        this.connector = connector;
        this.access = access;
        this.seeds = seeds;
    }

    /** Carries out a command where its key belongs. */
    public Reply call(String key, String... words) {
        int slot = HashSlot.of(key.getBytes(UTF_8));
        if (owners[slot] == null) {
            readMap();
        }
        Address target = owners[slot];
        if (target == null) {
            throw new IllegalStateException("no node says who owns slot " + slot);
        }
        boolean asking = false;
        for (int i = 0; ; i++) {
            try {
                return callAt(target, asking, words);
            } catch (CommandRefused refused) {
                Optional<Refusal.Redirect> redirect = refused.refusal().redirect();
                Optional<Address> next = redirect.flatMap(Refusal.Redirect::to);
                if (next.isEmpty() || i == REDIRECTS) {
                    throw refused;
                }
                redirects++;
                asking = refused.code() == Refusal.Code.ASK;
                target = next.get();
                if (!asking) {
                    owners[slot] = target;
                }
            } catch (EngineException lost) {
                EngineNode broken = connections.remove(target);
                if (broken != null) {
                    broken.close();
                }
                readMap();
                throw lost;
            }
        }
    }

    /** Carries out one command for each key, many at a time; for a cluster that is well. Replies stand by key. */
    public Map<String, Reply> callAll(Map<String, List<String>> commandsByKey) {
        Map<String, Reply> replies = new HashMap<>();
        Eventually.eventually("every key finds its owner", Duration.ofSeconds(10), () -> {
            Set<String> left = new HashSet<>(commandsByKey.keySet());
            left.removeAll(replies.keySet());
            readMap();
            Map<Address, List<String>> keysByOwner = new HashMap<>();
            for (String key : left) {
                Address owner = owners[HashSlot.of(key.getBytes(UTF_8))];
                if (owner != null) {
                    keysByOwner
                            .computeIfAbsent(owner, address -> new ArrayList<>())
                            .add(key);
                }
            }
            keysByOwner.forEach((owner, keys) ->
                    inChunks(keys).forEach(chunk -> replies.putAll(callAllAt(owner, chunk, commandsByKey))));
            return replies.size() == commandsByKey.size();
        });
        return replies;
    }

    /** The replies of those keys that the node does serve; of none if it cannot be reached, so that it is asked again. */
    private Map<String, Reply> callAllAt(Address owner, List<String> keys, Map<String, List<String>> commandsByKey) {
        List<Command<Reply>> commands = keys.stream()
                .map(key -> Command.raw(commandsByKey.get(key).toArray(String[]::new)))
                .toList();
        List<Reply> answers;
        try {
            answers = connection(owner).pipeline(commands);
        } catch (EngineException unreachable) {
            return Map.of();
        }
        Map<String, Reply> replies = new HashMap<>();
        for (int i = 0; i < keys.size(); i++) {
            if (!(answers.get(i) instanceof Reply.Failure)) {
                replies.put(keys.get(i), answers.get(i));
            }
        }
        return replies;
    }

    private static List<List<String>> inChunks(List<String> keys) {
        List<List<String>> chunks = new ArrayList<>();
        for (int from = 0; from < keys.size(); from += 1000) {
            chunks.add(keys.subList(from, Math.min(keys.size(), from + 1000)));
        }
        return chunks;
    }

    /** How many redirects it has followed. */
    public int redirects() {
        return redirects;
    }

    private Reply callAt(Address target, boolean asking, String... words) {
        EngineNode node = connection(target);
        if (!asking) {
            return node.call(words);
        }
        List<Reply> replies = node.pipeline(List.of(Command.raw("ASKING"), Command.raw(words)));
        return node.outcome(Command.raw(words), replies.getLast()).orThrow();
    }

    private EngineNode connection(Address target) {
        EngineNode known = connections.get(target);
        if (known != null && known.isUsable()) {
            return known;
        }
        EngineNode made = connector.connect(target, access, PATIENCE);
        connections.put(target, made);
        return made;
    }

    /** Believes the first node that knows of any slot, another one each time: one out of touch is not asked for ever. */
    private void readMap() {
        List<Address> candidates = new ArrayList<>(seeds.get());
        Collections.rotate(candidates, -reads++);
        candidates.stream()
                .map(this::nodesSeenBy)
                .filter(nodes -> nodes.stream().anyMatch(node -> !node.slots().isEmpty()))
                .findFirst()
                .ifPresent(nodes -> nodes.stream()
                        .filter(node -> node.isPrimary() && !node.isFailed())
                        .forEach(primary -> primary.address()
                                .ifPresent(
                                        address -> primary.slots().slots().forEach(slot -> owners[slot] = address))));
    }

    private List<ClusterNode> nodesSeenBy(Address seed) {
        try (EngineNode node = connector.connect(seed, access, PATIENCE)) {
            return node.call(Cluster.nodes());
        } catch (EngineException unreachable) {
            return List.of();
        }
    }

    @Override
    public void close() {
        connections.values().forEach(EngineNode::close);
    }
}
