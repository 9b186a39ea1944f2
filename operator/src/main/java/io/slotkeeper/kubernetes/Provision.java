package io.slotkeeper.kubernetes;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.slotkeeper.api.Auth.PasswordSecret;
import io.slotkeeper.api.RedisCluster;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Supplier;

/**
 * Sees to it that a cluster's objects are there and as they should be. First what pods rest on, then the shards, and the
 * shards only when all they rest on is ours: a pod must not mount what belongs to somebody else. Whatever is as it should be
 * is not written again.
 */
public final class Provision {
    /** Written at the same time, so that a cluster of many shards is there as fast as one of few. */
    private static final int AT_ONCE = 8;

    private static final int PASSWORD_BYTES = 24;

    private final ApiServer server;
    private final Lookup lookup;
    private final NodeDefaults defaults;
    private final Passwords passwords;

    /** {@code lookup} says what there is, so that a pass over an unchanged cluster asks the API server only for a Secret of the user's. */
    public Provision(ApiServer server, Lookup lookup, NodeDefaults defaults) {
        this(server, lookup, defaults, randomPasswords());
    }

    Provision(ApiServer server, Lookup lookup, NodeDefaults defaults, Supplier<String> newPassword) {
        this.server = server;
        this.lookup = lookup;
        this.defaults = defaults;
        this.passwords = new Passwords(server, lookup, newPassword);
    }

    /** One pass over all objects of a cluster. {@code wanted} is what the pass before left. */
    public Provided provide(RedisCluster cluster, Wanted wanted) {
        Blueprint blueprint = Blueprint.of(cluster, defaults);
        wanted.of(blueprint);
        Work work = new Work();
        Names names = blueprint.names();
        work.attempt(StatefulSet.class, names.shard(0), () -> inTheWayOfShards(blueprint))
                .ifPresent(obstacles -> obstacles.forEach(work::metAnObstacle));
        if (!work.isUnhindered()) {
            return new Provided(work.written(), work.obstacles(), known(blueprint, work));
        }
        Optional<Password> operator = passwords.generated(names.operatorSecret(), blueprint, work);
        passwords.generated(names.replicationSecret(), blueprint, work);
        passwords.generated(names.nodeSecret(), blueprint, work);
        Optional<Password> application = applicationPassword(blueprint, work);
        applyAll(wanted.ground(), wanted, blueprint, work);
        application.ifPresent(password -> bind(password, wanted, blueprint, work));
        if (work.isUnhindered()) {
            applyAll(wanted.shards(), wanted, blueprint, work);
        }
        return new Provided(work.written(), work.obstacles(), operator);
    }

    /** Only looks, for a cluster that is to be left as it is: there is no more to know of it than the way into its nodes. */
    public Provided look(RedisCluster cluster) {
        Work work = new Work();
        Optional<Password> operator = known(Blueprint.of(cluster, defaults), work);
        return new Provided(work.written(), work.obstacles(), operator);
    }

    private Optional<Password> known(Blueprint blueprint, Work work) {
        return passwords.known(blueprint.names().operatorSecret(), blueprint, work);
    }

    /** What stands in the way of shards that are not there yet. */
    private List<Obstacle> inTheWayOfShards(Blueprint blueprint) {
        if (!lacksShards(blueprint)) {
            return List.of();
        }
        List<PersistentVolumeClaim> claims = lookup.claims(blueprint.names().namespace());
        List<Obstacle> obstacles = new ArrayList<>(Claims.obstacles(claims, blueprint));
        if (Claims.areWanted(claims, blueprint)) {
            StorageClasses.obstacle(lookup.storageClasses(), blueprint).ifPresent(obstacles::add);
        }
        return obstacles;
    }

    private Optional<Password> applicationPassword(Blueprint blueprint, Work work) {
        Optional<PasswordSecret> given = blueprint.spec().ownPasswordSecret();
        return given.isPresent()
                ? passwords.given(given.get(), blueprint, work)
                : passwords.generated(blueprint.names().passwordSecret(), blueprint, work);
    }

    /** What running nodes do not know would shut out whoever is told, so a formed cluster's binding keeps the password it has. */
    private void bind(Password password, Wanted wanted, Blueprint blueprint, Work work) {
        Names names = blueprint.names();
        work.attempt(
                        Secret.class,
                        names.bindingSecret(),
                        () -> lookup.find(Secret.class, names.namespace(), names.bindingSecret()))
                .ifPresent(told -> {
                    if (blueprint.formed()
                            && told.filter(binding -> Binding.tellsAnother(binding, password))
                                    .isPresent()) {
                        PasswordSecret source = Passwords.ofApplications(blueprint);
                        work.metAnObstacle(
                                new Obstacle.PasswordChanged(source.name(), source.keyInUse(), names.bindingSecret()));
                    } else {
                        apply(Binding.of(blueprint, password), wanted, blueprint, work);
                    }
                });
    }

    private boolean lacksShards(Blueprint blueprint) {
        Names names = blueprint.names();
        return blueprint
                .shardNumbers()
                .anyMatch(shard -> lookup.find(StatefulSet.class, names.namespace(), names.shard(shard))
                        .isEmpty());
    }

    private void applyAll(List<HasMetadata> objects, Wanted wanted, Blueprint blueprint, Work work) {
        try (ExecutorService hands =
                Executors.newFixedThreadPool(AT_ONCE, Thread.ofVirtual().factory())) {
            List<? extends Future<?>> writes = objects.stream()
                    .map(object -> hands.submit(() -> apply(object, wanted, blueprint, work)))
                    .toList();
            for (Future<?> write : writes) {
                await(write);
            }
        }
    }

    private static void await(Future<?> write) {
        try {
            write.get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while objects were being applied", e);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof RuntimeException failure) {
                throw failure;
            }
            throw new IllegalStateException("applying an object", e.getCause());
        }
    }

    private <T extends HasMetadata> void apply(T object, Wanted wanted, Blueprint blueprint, Work work) {
        @SuppressWarnings("unchecked")
        Class<T> kind = (Class<T>) object.getClass();
        work.attempt(
                        object,
                        () -> lookup.find(
                                kind,
                                object.getMetadata().getNamespace(),
                                object.getMetadata().getName()))
                .ifPresent(found -> apply(object, Standing.of(found, blueprint), wanted, work));
    }

    private <T extends HasMetadata> void apply(T object, Standing<T> standing, Wanted wanted, Work work) {
        switch (standing) {
            case Standing.InTheWay<T> other -> work.metAnObstacle(other.obstacle());
            case Standing.Ours<T> ours when wanted.isMet(object, ours.object()) -> {}
            case Standing.Ours<T> ours -> write(object, work);
            case Standing.Absent<T> absent -> write(object, work);
        }
    }

    private void write(HasMetadata object, Work work) {
        work.attempt(object, () -> server.apply(object)).ifPresent(work::wrote);
    }

    private static Supplier<String> randomPasswords() {
        SecureRandom random = new SecureRandom();
        return () -> {
            byte[] bytes = new byte[PASSWORD_BYTES];
            random.nextBytes(bytes);
            return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
        };
    }
}
