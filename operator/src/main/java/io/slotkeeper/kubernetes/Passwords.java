package io.slotkeeper.kubernetes;

import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.slotkeeper.api.Auth.PasswordSecret;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * The passwords of a cluster: those of the operator, of replication and of the nodes themselves, and the users' own. Each is
 * generated once and from then on only read. They are created rather than applied, so that an operator whose cache is behind
 * cannot put a second password over the one that nodes have started with.
 */
final class Passwords {
    private final ApiServer server;
    private final Lookup lookup;
    private final Supplier<String> generator;

    Passwords(ApiServer server, Lookup lookup, Supplier<String> generator) {
        this.server = server;
        this.lookup = lookup;
        this.generator = generator;
    }

    /** Where the users' own password lies, generated or theirs. */
    static PasswordSecret ofApplications(Blueprint blueprint) {
        return blueprint
                .spec()
                .ownPasswordSecret()
                .orElseGet(() -> new PasswordSecret(blueprint.names().passwordSecret(), null));
    }

    /** Makes or finds a Secret of the cluster's own and answers its password. */
    Optional<Password> generated(String name, Blueprint blueprint, Work work) {
        return find(name, blueprint, work)
                .flatMap(found ->
                        found.isPresent() ? existing(found.get(), blueprint, work) : created(name, blueprint, work));
    }

    /** Answers the password of a Secret of the cluster's own, if it is there, and changes nothing. */
    Optional<Password> known(String name, Blueprint blueprint, Work work) {
        return find(name, blueprint, work)
                .flatMap(found -> found)
                .filter(found -> standing(found, blueprint) instanceof Standing.Ours)
                .flatMap(ours -> read(ours, PasswordSecret.DEFAULT_KEY));
    }

    /** Finds the password in a Secret that the user has made. */
    Optional<Password> given(PasswordSecret secret, Blueprint blueprint, Work work) {
        return find(secret.name(), blueprint, work).flatMap(found -> {
            Optional<Password> password = found.flatMap(existing -> read(existing, secret.keyInUse()));
            if (password.isEmpty()) {
                work.metAnObstacle(new Obstacle.PasswordMissing(secret.name(), secret.keyInUse(), found.isPresent()));
            }
            return password;
        });
    }

    /** What there is of this name, which may be nothing; none at all when that cannot be said. */
    private Optional<Optional<Secret>> find(String name, Blueprint blueprint, Work work) {
        return work.attempt(
                Secret.class,
                name,
                () -> lookup.find(Secret.class, blueprint.names().namespace(), name));
    }

    private Optional<Password> created(String name, Blueprint blueprint, Work work) {
        if (blueprint.formed()) {
            work.metAnObstacle(new Obstacle.PasswordLost(name, PasswordSecret.DEFAULT_KEY));
            return Optional.empty();
        }
        Password password = new Password(generator.get());
        Secret wanted = secret(name, password, blueprint);
        Optional<Secret> created =
                work.attempt(wanted, () -> server.create(wanted)).flatMap(made -> made);
        if (created.isPresent()) {
            work.wrote(wanted);
            return Optional.of(password);
        }
        return work.attempt(
                        wanted,
                        () -> server.find(Secret.class, blueprint.names().namespace(), name))
                .flatMap(first -> first)
                .flatMap(first -> existing(first, blueprint, work));
    }

    private Optional<Password> existing(Secret secret, Blueprint blueprint, Work work) {
        return switch (standing(secret, blueprint)) {
            case Standing.Absent<Secret> a -> Optional.empty();
            case Standing.InTheWay<Secret> other -> {
                work.metAnObstacle(other.obstacle());
                yield Optional.empty();
            }
            case Standing.Ours<Secret> ours -> {
                settle(ours.object(), blueprint, work);
                Optional<Password> password = read(secret, PasswordSecret.DEFAULT_KEY);
                if (password.isEmpty()) {
                    work.metAnObstacle(
                            new Obstacle.PasswordLost(secret.getMetadata().getName(), PasswordSecret.DEFAULT_KEY));
                }
                yield password;
            }
        };
    }

    private static Standing<Secret> standing(Secret secret, Blueprint blueprint) {
        return isPutBack(secret, blueprint) ? new Standing.Ours<>(secret) : Standing.of(Optional.of(secret), blueprint);
    }

    /** A formed cluster had a Secret of each of these names, so one that nobody owns was put back by a person, without labels. */
    private static boolean isPutBack(Secret secret, Blueprint blueprint) {
        return blueprint.formed()
                && secret.getMetadata().getOwnerReferences().isEmpty()
                && secret.getMetadata().getDeletionTimestamp() == null
                && read(secret, PasswordSecret.DEFAULT_KEY).isPresent();
    }

    /** A Secret that was retained goes with its new cluster if that retains nothing, and the other way round. */
    private void settle(Secret secret, Blueprint blueprint, Work work) {
        ObjectMeta wanted = blueprint.retained(secret.getMetadata().getName());
        boolean settled = secret.getMetadata().getOwnerReferences().equals(wanted.getOwnerReferences())
                && Labels.areOf(blueprint.names(), secret);
        if (!settled) {
            work.attempt(secret, () -> server.handOver(secret, wanted)).ifPresent(work::wrote);
        }
    }

    private static Secret secret(String name, Password password, Blueprint blueprint) {
        return new SecretBuilder()
                .withMetadata(blueprint.retained(name))
                .withType("Opaque")
                .addToData(PasswordSecret.DEFAULT_KEY, Binding.encoded(password.value()))
                .build();
    }

    /** A line feed at the end, which editors add and shells drop, is not part of a password. */
    private static Optional<Password> read(Secret secret, String key) {
        Map<String, String> content = secret.getData();
        return Optional.ofNullable(content == null ? null : content.get(key))
                .map(value -> new String(Base64.getDecoder().decode(value), StandardCharsets.UTF_8))
                .map(value -> value.replaceFirst("\\n+$", ""))
                .filter(value -> !value.isEmpty())
                .map(Password::new);
    }
}
