package io.slotkeeper.engine;

import java.util.Optional;
import javax.net.ssl.SSLContext;

/** How to be let in: a user with a password, TLS, both or neither. */
public record Access(Optional<User> user, Optional<Tls> tls) {
    private static final Access OPEN = new Access(Optional.empty(), Optional.empty());

    /** No password and no TLS. */
    public static Access open() {
        return OPEN;
    }

    /** With this user's password. */
    public static Access as(String name, String password) {
        return new Access(Optional.of(new User(name, password)), Optional.empty());
    }

    /** The same access over TLS; the certificate must be valid for the server name, which is also sent as SNI. */
    public Access over(SSLContext context, String serverName) {
        return new Access(user, Optional.of(new Tls(context, serverName)));
    }

    /** A user of the engine's ACL. */
    public record User(String name, String password) {
        @Override
        public String toString() {
            return "User[" + name + "]";
        }
    }

    /** Which certificates to trust and to show, and the name the node's certificate must carry. */
    public record Tls(SSLContext context, String serverName) {}
}
