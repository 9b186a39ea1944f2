package io.slotkeeper.control;

import io.slotkeeper.api.Engine;
import io.slotkeeper.api.RedisClusterSpec;
import io.slotkeeper.engine.Acl;
import io.slotkeeper.engine.AclUser;
import io.slotkeeper.engine.Cluster;
import io.slotkeeper.engine.ClusterInfo;
import io.slotkeeper.engine.ClusterNode;
import io.slotkeeper.engine.Command;
import io.slotkeeper.engine.EngineNode;
import io.slotkeeper.engine.EngineVersion;
import io.slotkeeper.engine.Outcome;
import io.slotkeeper.engine.Replication;
import io.slotkeeper.engine.Reply;
import io.slotkeeper.engine.Server;
import io.slotkeeper.engine.ServerInfo;
import io.slotkeeper.plan.LiveSettings;
import io.slotkeeper.plan.NodeState;
import io.slotkeeper.plan.NodeView;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** What a pass asks every node, in one round trip, and what the plan gets to see of the answer. */
final class Question {
    /** The user with which replicas come to their primary; off on a node that was never given a role. */
    static final String REPLICATION_USER = "slotkeeper-replication";

    private static final Duration LATELY = Duration.ofSeconds(2);

    private static final Command<ServerInfo> INFO = Server.info();
    private static final Command<List<ClusterNode>> NODES = Cluster.nodes();
    private static final Command<ClusterInfo> CLUSTER = Cluster.info();
    private static final Command<Map<String, String>> SETTINGS =
            Server.configGet(RedisClusterSpec.empty().liveSettings().keySet().toArray(String[]::new));
    private static final Command<Optional<AclUser>> REPLICATION = Acl.getUser(REPLICATION_USER);
    private static final List<Command<?>> ALL = List.of(INFO, NODES, CLUSTER, SETTINGS, REPLICATION);

    private Question() {}

    static NodeView ask(EngineNode node) {
        List<Reply> replies = node.pipeline(ALL);
        ServerInfo info = node.outcome(INFO, replies.get(0)).orThrow();
        Outcome<List<ClusterNode>> nodes = node.outcome(NODES, replies.get(1));
        if (info.loading() && nodes.answer().isEmpty()) {
            return new NodeView.Loading();
        }
        return new NodeView.Answering(state(
                info,
                nodes.orThrow(),
                node.outcome(CLUSTER, replies.get(2)).orThrow(),
                node.outcome(SETTINGS, replies.get(3)).orThrow(),
                node.outcome(REPLICATION, replies.get(4)).orThrow()));
    }

    static NodeState state(
            ServerInfo info,
            List<ClusterNode> nodes,
            ClusterInfo cluster,
            Map<String, String> settings,
            Optional<AclUser> replicationUser) {
        ClusterNode myself = nodes.stream()
                .filter(ClusterNode::isMyself)
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("a node does not list itself"));
        return new NodeState(
                myself.id(),
                myself.primary(),
                myself.slots(),
                info.keys(),
                myself.configEpoch(),
                cluster.ok(),
                nodes.stream()
                        .filter(node -> !node.isMyself())
                        .map(Question::peer)
                        .toList(),
                info.replication()
                        .primary()
                        .map(link ->
                                new NodeState.Link(link.address(), link.up(), link.firstSyncGoingOn(), link.downFor())),
                info.replication().replicas().stream()
                        .filter(Question::isInSync)
                        .map(Replication.ReplicaLink::address)
                        .collect(Collectors.toSet()),
                info.replication().offset(),
                new LiveSettings(settings),
                replicationUser.map(AclUser::isOn).orElse(false),
                engine(info.version()));
    }

    /** It confirms once a second. While it still loads its first copy the engine calls it online already, at offset 0. */
    private static boolean isInSync(Replication.ReplicaLink replica) {
        return replica.isOnline()
                && replica.confirmedOffset() > 0
                && replica.lastHeard().compareTo(LATELY) <= 0;
    }

    /** The engine as users ask for it: a patch of it is no other one. */
    static String engine(EngineVersion version) {
        Engine family = switch (version.family()) {
            case REDIS -> Engine.Redis;
            case VALKEY -> Engine.Valkey;
        };
        return family + " " + version.major() + "." + version.minor();
    }

    private static NodeState.Peer peer(ClusterNode node) {
        return new NodeState.Peer(
                node.id(),
                node.address(),
                node.primary(),
                node.slots(),
                node.configEpoch(),
                node.linkUp(),
                health(node));
    }

    private static NodeState.Health health(ClusterNode node) {
        if (node.isInHandshake()) {
            return NodeState.Health.HANDSHAKE;
        }
        if (node.isFailed()) {
            return NodeState.Health.FAILED;
        }
        return node.flags().contains(ClusterNode.Flag.SUSPECTED) ? NodeState.Health.SUSPECTED : NodeState.Health.FINE;
    }
}
