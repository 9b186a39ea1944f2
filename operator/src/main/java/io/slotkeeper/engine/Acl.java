package io.slotkeeper.engine;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Commands about users: who one is, who may do what. */
public final class Acl {
    private Acl() {}

    /** Becomes this user for the rest of the connection. */
    public static Command<Done> auth(Access.User user) {
        return Command.of("AUTH as " + user.name(), Reply::asOk, "AUTH", user.name(), user.password())
                .hiding(user.password());
    }

    /** The name of the user of this connection. */
    public static Command<String> whoAmI() {
        return Command.of("ACL WHOAMI", Reply::asText, "ACL", "WHOAMI");
    }

    /** Changes or makes a user by rules such as {@code on}, {@code >password}, {@code ~*}, {@code +@all}; {@code reset} first makes it declarative. */
    public static Command<Done> setUser(String name, List<String> rules) {
        List<String> words = new ArrayList<>(List.of("ACL", "SETUSER", name));
        words.addAll(rules);
        String[] passwords = rules.stream()
                .filter(rule -> rule.startsWith(">") || rule.startsWith("<"))
                .map(rule -> rule.substring(1))
                .toArray(String[]::new);
        return Command.of("ACL SETUSER " + name, Reply::asOk, words).hiding(passwords);
    }

    /** Removes users and ends their connections; answers how many there were. */
    public static Command<Integer> deleteUsers(List<String> names) {
        List<String> words = new ArrayList<>(List.of("ACL", "DELUSER"));
        words.addAll(names);
        return Command.of("ACL DELUSER", reply -> Math.toIntExact(reply.asNumber()), words);
    }

    /** Reads the ACL file again; one bad line, and nothing changes. */
    public static Command<Done> load() {
        return Command.of("ACL LOAD", Reply::asOk, "ACL", "LOAD");
    }

    /** What the node knows of a user; empty if there is none of this name. */
    public static Command<Optional<AclUser>> getUser(String name) {
        return Command.of("ACL GETUSER " + name, Acl::user, "ACL", "GETUSER", name);
    }

    private static Optional<AclUser> user(Reply reply) {
        if (reply instanceof Reply.Nothing) {
            return Optional.empty();
        }
        Map<String, Reply> fields = reply.asFields();
        return Optional.of(new AclUser(
                texts(fields.get("flags")),
                texts(fields.get("passwords")),
                text(fields, "commands"),
                text(fields, "keys"),
                text(fields, "channels")));
    }

    private static Set<String> texts(@Nullable Reply reply) {
        Set<String> texts = new TreeSet<>();
        if (reply != null) {
            reply.asItems().forEach(item -> texts.add(item.asText()));
        }
        return texts;
    }

    private static String text(Map<String, Reply> fields, String name) {
        Reply reply = fields.get(name);
        return reply == null ? "" : reply.asText();
    }
}
