package io.slotkeeper.engine;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** What a process says of itself (INFO); {@code fields} has every line, also those nobody here has a name for. */
public record ServerInfo(
        EngineVersion version,
        String runId,
        long processId,
        Duration uptime,
        boolean loading,
        Replication replication,
        Persistence persistence,
        Memory memory,
        Map<Integer, Keyspace> databases,
        Map<String, String> fields) {
    public ServerInfo {
        databases = Map.copyOf(databases);
        fields = Map.copyOf(fields);
    }

    /** Reads the text of INFO. */
    public static ServerInfo parse(String text) {
        Fields fields = Fields.parse(text);
        return new ServerInfo(
                version(fields),
                fields.requiredText("run_id"),
                fields.requiredNumber("process_id"),
                Duration.ofSeconds(fields.requiredNumber("uptime_in_seconds")),
                fields.flag("loading") || fields.flag("async_loading"),
                Replication.of(fields),
                Persistence.of(fields),
                new Memory(
                        fields.number("used_memory", 0),
                        fields.number("used_memory_rss", 0),
                        fields.number("maxmemory", 0),
                        fields.text("maxmemory_policy").orElse("noeviction")),
                databases(fields),
                fields.values());
    }

    /** How many keys there are in all databases. */
    public long keys() {
        return databases.values().stream().mapToLong(Keyspace::keys).sum();
    }

    /** Any line by its name. */
    public Optional<String> field(String name) {
        return Optional.ofNullable(fields.get(name));
    }

    /** Valkey prints redis_version 7.2.4 for the sake of old clients, whatever it is. */
    private static EngineVersion version(Fields fields) {
        return fields.text("valkey_version")
                .map(version -> EngineVersion.parse(EngineVersion.Family.VALKEY, version))
                .orElseGet(() -> EngineVersion.parse(EngineVersion.Family.REDIS, fields.requiredText("redis_version")));
    }

    private static Map<Integer, Keyspace> databases(Fields fields) {
        Map<Integer, Keyspace> databases = new TreeMap<>();
        fields.values().forEach((name, value) -> {
            if (name.matches("db[0-9]{1,9}")) {
                Map<String, String> parts = Replication.commaSeparated(value);
                long keys = Long.parseLong(parts.getOrDefault("keys", "0"));
                long expiring = Long.parseLong(parts.getOrDefault("expires", "0"));
                databases.put(Integer.valueOf(name.substring(2)), new Keyspace(keys, expiring));
            }
        });
        return databases;
    }

    /** Bytes in use, bytes of the process, and the limit, where 0 is none. */
    public record Memory(long used, long resident, long limit, String policy) {}

    /** How many keys a database has, and how many of them with a time to live. */
    public record Keyspace(long keys, long expiring) {}
}
