package io.slotkeeper.engine;

import io.slotkeeper.topology.Address;
import java.util.Optional;

/** An error reply: its first word as a code, the word itself, and the text behind it. */
public record Refusal(Code code, String word, String text) {
    static Refusal parse(String line) {
        int blank = line.indexOf(' ');
        String word = blank < 0 ? line : line.substring(0, blank);
        return new Refusal(Code.of(word), word, blank < 0 ? "" : line.substring(blank + 1));
    }

    /** Where MOVED or ASK point to; empty for every other error. */
    public Optional<Redirect> redirect() {
        if (code != Code.MOVED && code != Code.ASK) {
            return Optional.empty();
        }
        String[] parts = text.split(" ", -1);
        int colon = parts.length < 2 ? -1 : parts[1].lastIndexOf(':');
        if (colon < 0) {
            return Optional.empty();
        }
        try {
            // With `cluster-preferred-endpoint-type unknown-endpoint` the host is empty: the one that was asked.
            Optional<Address> to = colon == 0 ? Optional.empty() : Optional.of(Address.parse(parts[1]));
            return Optional.of(new Redirect(Integer.parseInt(parts[0]), to));
        } catch (IllegalArgumentException notARedirect) {
            return Optional.empty();
        }
    }

    /** The whole line as the node sent it. */
    public String line() {
        return text.isEmpty() ? word : word + " " + text;
    }

    Refusal hiding(Iterable<String> secrets) {
        String hidden = text;
        for (String secret : secrets) {
            if (!secret.isEmpty()) {
                hidden = hidden.replace(secret, "***");
            }
        }
        return new Refusal(code, word, hidden);
    }

    /** The slot that was asked for, and where it is; no address means another port of the same host. */
    public record Redirect(int slot, Optional<Address> to) {}

    /** The first words of error replies that somebody here may want to tell apart. */
    public enum Code {
        ASK,
        BUSY,
        BUSYKEY,
        CLUSTERDOWN,
        CROSSSLOT,
        ERR,
        EXECABORT,
        FAILOVER,
        INPROG,
        IOERR,
        LOADING,
        MASTERDOWN,
        MISCONF,
        MOVED,
        NOAUTH,
        NOGOODSLAVE,
        NOPERM,
        NOREPLICAS,
        OOM,
        READONLY,
        TRYAGAIN,
        UNBLOCKED,
        WRONGPASS,
        WRONGTYPE,
        /** Any other word; {@link Refusal#word} has it. */
        OTHER;

        static Code of(String word) {
            for (Code code : values()) {
                if (code != OTHER && code.name().equals(word)) {
                    return code;
                }
            }
            return OTHER;
        }
    }
}
