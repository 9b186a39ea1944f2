package io.slotkeeper.kubernetes;

import java.util.List;
import java.util.Optional;

/** Why something could not be brought about that only a user can mend, or only time. */
public sealed interface Obstacle {
    /** What is wrong and what to do, for a reader who knows nothing of this program. */
    String sentence();

    /** An object of a derived name that this cluster did not make. {@code owner}: whose it is, as far as can be seen. */
    record Conflict(String kind, String name, String owner) implements Obstacle {
        @Override
        public String sentence() {
            return "%s %s belongs to %s and is left alone: rename or delete it, or give the cluster another name"
                    .formatted(kind, name, owner);
        }
    }

    /** An object that is about to go with the cluster of this name that was there before. */
    record Leaving(String kind, String name) implements Obstacle {
        @Override
        public String sentence() {
            return "%s %s is still being deleted: nothing to do, its successor is made when it is gone"
                    .formatted(kind, name);
        }
    }

    /** The API server understood what was wanted and refused it: a quota, an admission rule, a right that is missing. */
    record Refused(String kind, String name, String answer) implements Obstacle {
        @Override
        public String sentence() {
            return "the API server refuses %s %s: %s".formatted(kind, name, answer);
        }
    }

    /** The API server, or somebody it asks, gave no answer that stands: it was too busy, out of reach, or somebody else was faster. */
    record ApiServerTrouble(String kind, String name, String answer) implements Obstacle {
        @Override
        public String sentence() {
            return "the API server neither takes nor refuses %s %s, which is tried again: %s"
                    .formatted(kind, name, answer);
        }
    }

    /** The user's own Secret does not have the password. */
    record PasswordMissing(String secret, String key, boolean secretExists) implements Obstacle {
        @Override
        public String sentence() {
            return secretExists
                    ? "Secret %s has no key %s, or an empty one: add the password under that key".formatted(secret, key)
                    : "Secret %s does not exist: create it with the password under the key %s".formatted(secret, key);
        }
    }

    /** A generated password that running nodes know has gone. A new one would shut its user out. */
    record PasswordLost(String secret, String key) implements Obstacle {
        @Override
        public String sentence() {
            return ("Secret %s has lost its key %s, which the running nodes still know: put it back, or create it with a new "
                            + "password of letters and digits and delete the cluster's pods, which takes every shard away for a moment, "
                            + "and without volumes all data")
                    .formatted(secret, key);
        }
    }

    /** Running nodes know another password than the one that users are to have. {@code binding}: the Secret that still has theirs. */
    record PasswordChanged(String secret, String key, String binding) implements Obstacle {
        @Override
        public String sentence() {
            return ("the password in Secret %s, key %s, is not the one that the running nodes know, and this version of Slotkeeper "
                            + "cannot give them another: put the old one back, which Secret %s still has")
                    .formatted(secret, key, binding);
        }
    }

    /** Nothing can make the volumes. {@code name}: the class that was asked for, or nothing for the default. */
    record StorageClassMissing(Optional<String> name) implements Obstacle {
        @Override
        public String sentence() {
            return name.map(named -> "storage class %s does not exist: create it".formatted(named))
                            .orElse("there is no default storage class: mark one as the default")
                    + ", or delete this cluster and name another one in spec.storage.className";
        }
    }

    /** Claims of an earlier cluster of this name for which this one has no pods. {@code mend}: how it would have. */
    record RetainedClaims(List<String> claims, String mend) implements Obstacle {
        private static final int NAMED = 3;

        public RetainedClaims {
            claims = List.copyOf(claims);
        }

        @Override
        public String sentence() {
            String named = String.join(", ", claims.subList(0, Math.min(NAMED, claims.size())));
            return "an earlier cluster of this name left more claims than this one uses (%s%s): %s, or delete them if their data may go"
                    .formatted(named, claims.size() > NAMED ? " and " + (claims.size() - NAMED) + " more" : "", mend);
        }
    }
}
