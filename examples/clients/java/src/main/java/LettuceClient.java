import io.lettuce.core.MaintNotificationsConfig;
import io.lettuce.core.RedisException;
import io.lettuce.core.RedisURI;
import io.lettuce.core.cluster.ClusterClientOptions;
import io.lettuce.core.cluster.ClusterTopologyRefreshOptions;
import io.lettuce.core.cluster.RedisClusterClient;
import io.lettuce.core.cluster.SlotHash;
import io.lettuce.core.cluster.api.StatefulRedisClusterConnection;
import io.lettuce.core.cluster.api.sync.RedisAdvancedClusterCommands;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.TreeSet;
import java.util.UUID;
import java.util.stream.Stream;

/**
 * A Lettuce client that knows nothing but its binding: the cluster's connection Secret, mounted as files below
 * $SERVICE_BINDING_ROOT/NAME (servicebinding.io). {@code LettuceClient set KEY VALUE | get KEY | fill COUNT}
 */
public final class LettuceClient {
    private LettuceClient() {}

    public static void main(String[] words) throws IOException {
        RedisClusterClient client = RedisClusterClient.create(binding());
        // Lettuce looks at the topology again when it is told MOVED or loses a node, at most every five seconds by
        // default; a new primary is usually there in less.
        ClusterClientOptions.Builder options = ClusterClientOptions.builder()
                .topologyRefreshOptions(ClusterTopologyRefreshOptions.builder()
                        .adaptiveRefreshTriggersTimeout(Duration.ofMillis(500))
                        .enablePeriodicRefresh(Duration.ofSeconds(30))
                        .build());
        // Notices of maintenance are a service of Redis' own cloud.
        options.maintNotificationsConfig(MaintNotificationsConfig.disabled());
        client.setOptions(options.build());
        try (StatefulRedisClusterConnection<String, String> connection = client.connect()) {
            RedisAdvancedClusterCommands<String, String> cluster = connection.sync();
            switch (words.length == 0 ? "" : words[0]) {
                case "set" -> System.out.println(cluster.set(words[1], words[2]));
                case "get" -> System.out.println(cluster.get(words[1]));
                case "fill" -> System.out.println(fill(connection, Integer.parseInt(words[1])));
                default -> throw new IllegalArgumentException("say: set KEY VALUE | get KEY | fill COUNT");
            }
        } finally {
            client.shutdown(Duration.ZERO, Duration.ofSeconds(2));
        }
    }

    /** Writes so many keys, reads each back from the primary that its slot belongs to, and says who has them. */
    private static String fill(StatefulRedisClusterConnection<String, String> connection, int count) {
        RedisAdvancedClusterCommands<String, String> cluster = connection.sync();
        String run = "fill:" + UUID.randomUUID();
        TreeSet<String> owners = new TreeSet<>();
        for (int i = 0; i < count; i++) {
            cluster.set(run + ":" + i, Integer.toString(i));
        }
        for (int i = 0; i < count; i++) {
            String key = run + ":" + i;
            if (!Integer.toString(i).equals(cluster.get(key))) {
                throw new RedisException(key + " reads wrong");
            }
            RedisURI owner = connection.getPartitions().getPartitionBySlot(SlotHash.getSlot(key)).getUri();
            owners.add(owner.getHost() + ":" + owner.getPort());
        }
        return "Lettuce wrote and read %d keys on %d primaries: %s"
                .formatted(count, owners.size(), String.join(" ", owners));
    }

    /** The first binding of our type; an application with several would go by the folder's name. */
    private static RedisURI binding() throws IOException {
        Path root = Path.of(System.getenv("SERVICE_BINDING_ROOT"));
        try (Stream<Path> folders = Files.list(root)) {
            for (Path folder : folders.sorted().toList()) {
                if (Files.exists(folder.resolve("type")) && "redis".equals(entry(folder, "type"))) {
                    return RedisURI.builder()
                            .withHost(entry(folder, "host"))
                            .withPort(Integer.parseInt(entry(folder, "port")))
                            .withAuthentication(entry(folder, "username"), entry(folder, "password").toCharArray())
                            .withTimeout(Duration.ofSeconds(5))
                            .build();
                }
            }
        }
        throw new IllegalStateException("no binding of type redis below " + root);
    }

    private static String entry(Path folder, String name) throws IOException {
        return Files.readString(folder.resolve(name));
    }
}
