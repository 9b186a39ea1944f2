package io.slotkeeper.engine;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Commands about the process itself: is it there, what does it say of itself, how is it configured. */
public final class Server {
    private static final String[] INFO_SECTIONS = {"server", "memory", "persistence", "replication", "keyspace"};

    private Server() {}

    /** Answers PONG; a loading node refuses with LOADING, a replica that lost its primary may with MASTERDOWN. */
    public static Command<String> ping() {
        return Command.of("PING", Reply::asText, "PING");
    }

    /** The sections the operator reads; a loading node answers this as well. */
    public static Command<ServerInfo> info() {
        List<String> words = new ArrayList<>(List.of("INFO"));
        words.addAll(List.of(INFO_SECTIONS));
        return Command.of("INFO", reply -> ServerInfo.parse(reply.asText()), words);
    }

    /** Which end of the replication the node is. */
    public static Command<Role> role() {
        return Command.of("ROLE", Role::parse, "ROLE");
    }

    /** How many keys there are in the selected database. */
    public static Command<Long> dbSize() {
        return Command.of("DBSIZE", Reply::asNumber, "DBSIZE");
    }

    /** Makes another numbered database the one of this connection: see {@link Capabilities#numberedDatabases}. */
    public static Command<Done> select(int database) {
        return Command.of("SELECT " + database, Reply::asOk, "SELECT", Integer.toString(database));
    }

    /**
     * Waits until so many replicas have confirmed what this connection wrote, at most for the given time; answers how many
     * have. The call needs a deadline beyond that time.
     */
    public static Command<Integer> waitForReplicas(int replicas, Duration atMost) {
        return Command.of(
                "WAIT",
                reply -> Math.toIntExact(reply.asNumber()),
                "WAIT",
                Integer.toString(replicas),
                Long.toString(atMost.toMillis()));
    }

    /** The values of all settings that match the patterns; some are secrets, so never log the answer. */
    public static Command<Map<String, String>> configGet(String... patterns) {
        List<String> words = new ArrayList<>(List.of("CONFIG", "GET"));
        words.addAll(List.of(patterns));
        return Command.of("CONFIG GET", Server::texts, words);
    }

    /** Changes all these settings or none of them. */
    public static Command<Done> configSet(Map<String, String> settings) {
        List<String> words = new ArrayList<>(List.of("CONFIG", "SET"));
        settings.forEach((name, value) -> words.addAll(List.of(name, value)));
        String[] secrets = settings.entrySet().stream()
                .filter(setting -> isSecret(setting.getKey()))
                .map(Map.Entry::getValue)
                .toArray(String[]::new);
        return Command.of("CONFIG SET " + String.join(" ", settings.keySet()), Reply::asOk, words)
                .hiding(secrets);
    }

    /** Starts a save in the background, or schedules it behind the rewrite that is running. */
    public static Command<String> backgroundSave() {
        return Command.of("BGSAVE", Reply::asText, "BGSAVE", "SCHEDULE");
    }

    /** Names this connection for people who look at CLIENT LIST. */
    public static Command<Done> clientName(String name) {
        return Command.of("CLIENT SETNAME", Reply::asOk, "CLIENT", "SETNAME", name);
    }

    private static boolean isSecret(String setting) {
        return setting.endsWith("auth") || setting.endsWith("pass");
    }

    private static Map<String, String> texts(Reply reply) {
        Map<String, String> texts = new LinkedHashMap<>();
        reply.asFields().forEach((name, value) -> texts.put(name, value.asText()));
        return texts;
    }
}
