package io.slotkeeper.scenario;

import io.slotkeeper.testkit.AtOnce;
import io.slotkeeper.testkit.Eventually;
import io.slotkeeper.testkit.PodNode;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;

/** What goes wrong on purpose. To whom is decided before it happens, while all is well. */
enum Harm {
    /** Its container is started again. */
    PROCESS_KILLED(Reach.ONE_SHARD, false) {
        @Override
        Runnable on(Scene scene) {
            PodNode victim = scene.somebody();
            return victim::killEngine;
        }
    },
    PROCESS_STANDS_STILL(Reach.ONE_SHARD, false) {
        @Override
        Runnable on(Scene scene) {
            PodNode victim = scene.somebody();
            Duration time = scene.between(500, 9_000);
            return () -> victim.freeze(time);
        }
    },
    POD_DELETED(Reach.ONE_SHARD, true) {
        @Override
        Runnable on(Scene scene) {
            PodNode victim = scene.somebody();
            return () -> delete(victim, Duration.ofSeconds(60));
        }
    },
    POD_DELETED_WITHOUT_GRACE(Reach.ONE_SHARD, false) {
        @Override
        Runnable on(Scene scene) {
            PodNode victim = scene.somebody();
            return () -> delete(victim, Duration.ZERO);
        }
    },
    FAILOVER_ASKED_FOR(Reach.ONE_SHARD, true) {
        @Override
        Runnable on(Scene scene) {
            String heir = scene.replica().name();
            return () -> scene.ask(heir);
        }
    },
    /** What a replica had is copied again. */
    VOLUME_OF_A_REPLICA_LOST(Reach.ONE_SHARD, true) {
        @Override
        Runnable on(Scene scene) {
            PodNode victim = scene.replica();
            return () -> loseVolume(scene, victim);
        }
    },
    /** And a replica serves in the place of a primary. */
    VOLUME_OF_A_PRIMARY_LOST(Reach.ONE_SHARD, false) {
        @Override
        Runnable on(Scene scene) {
            PodNode victim = scene.primary();
            return () -> loseVolume(scene, victim);
        }
    },
    SHARD_KILLED(Reach.WHOLE_SHARD, false) {
        @Override
        Runnable on(Scene scene) {
            int shard = scene.shard();
            List<PodNode> victims = scene.cluster().members().stream()
                    .filter(member -> member.shard() == shard)
                    .toList();
            return () -> killAll(victims);
        }
    },
    TWO_PRIMARIES_KILLED(Reach.EVERYBODY, false) {
        @Override
        Runnable on(Scene scene) {
            int shards = scene.cluster().resource().getSpec().shardCount();
            List<PodNode> victims = IntStream.range(0, Math.min(2, shards))
                    .mapToObj(each -> scene.primary())
                    .toList();
            return () -> killAll(victims);
        }
    },
    ALL_KILLED(Reach.WHOLE_SHARD, false) {
        @Override
        Runnable on(Scene scene) {
            return () -> killAll(scene.cluster().members());
        }
    },
    ALL_PODS_DELETED(Reach.WHOLE_SHARD, false) {
        @Override
        Runnable on(Scene scene) {
            return () -> AtOnce.run(scene.cluster().members().stream()
                    .<Runnable>map(member -> () -> delete(member, Duration.ZERO))
                    .toList());
        }
    },
    MACHINE_DRAINED(Reach.EVERYBODY, true) {
        @Override
        Runnable on(Scene scene) {
            String machine = scene.machine();
            return () -> {
                try {
                    scene.kubernetes().drain(machine, scene.cluster().namespace(), Duration.ofMinutes(2));
                } finally {
                    scene.kubernetes().uncordon(machine);
                }
            };
        }
    },
    MACHINE_CUT_OFF(Reach.EVERYBODY, false) {
        @Override
        Runnable on(Scene scene) {
            String machine = scene.machine();
            Duration time = CUT_FOR.orElseGet(() -> scene.between(1_000, 15_000));
            return () -> {
                try {
                    scene.kubernetes().cut(machine);
                    Eventually.pause(time);
                } finally {
                    scene.kubernetes().heal(machine);
                }
            };
        }
    },
    MACHINE_LOSES_POWER(Reach.EVERYBODY, false) {
        @Override
        Runnable on(Scene scene) {
            String machine = scene.machineWithoutOperator();
            Duration time = scene.between(0, 8_000);
            return () -> {
                try {
                    scene.kubernetes().stop(machine);
                    Eventually.pause(time);
                } finally {
                    scene.kubernetes().start(machine);
                }
            };
        }
    },
    OPERATOR_KILLED(Reach.OPERATOR, true) {
        @Override
        Runnable on(Scene scene) {
            return scene.operator()::kill;
        }
    },
    OPERATOR_STANDS_STILL(Reach.OPERATOR, true) {
        @Override
        Runnable on(Scene scene) {
            Duration time = scene.between(1_000, 20_000);
            return () -> scene.operator().freeze(time);
        }
    },
    API_SERVER_STANDS_STILL(Reach.OPERATOR, true) {
        @Override
        Runnable on(Scene scene) {
            Duration time = scene.between(1_000, 10_000);
            return () -> scene.kubernetes().freezeApiServer(time);
        }
    };

    /** The longest grace of a pod, and some time for a kubelet that is busy. */
    private static final Duration LONGEST_END = Duration.ofSeconds(90);
    /** How long a machine is cut off, where that is not for the dice to say. */
    private static final Optional<Duration> CUT_FOR = Optional.ofNullable(
                    Integer.getInteger("slotkeeper.machine.cut.seconds"))
            .map(Duration::ofSeconds);

    /** How much of a cluster it is about, which decides what may happen beside it. */
    private enum Reach {
        ONE_SHARD,
        /** Every copy of a shard at once: without volumes that would be the end of it. */
        WHOLE_SHARD,
        EVERYBODY,
        OPERATOR
    }

    private final Reach reach;
    /** Nothing may be lost by it. */
    final boolean harmless;

    Harm(Reach reach, boolean harmless) {
        this.reach = reach;
        this.harmless = harmless;
    }

    /** Decides who it is to be; running what is answered does it, and undoes what is to be undone. */
    abstract Runnable on(Scene scene);

    /** One, or two that may go together, as the dice say. */
    static List<Harm> some(Random dice, int shards, boolean volumes) {
        List<Harm> possible = Arrays.stream(values())
                .filter(harm -> volumes
                        || (harm.reach != Reach.WHOLE_SHARD
                                && harm != VOLUME_OF_A_REPLICA_LOST
                                && harm != VOLUME_OF_A_PRIMARY_LOST))
                .toList();
        Harm first = possible.get(dice.nextInt(possible.size()));
        if (dice.nextInt(3) != 0) {
            return List.of(first);
        }
        List<Harm> besides = possible.stream()
                .filter(harm -> (first.reach != Reach.OPERATOR && harm.reach == Reach.OPERATOR)
                        || (shards > 1 && first.reach == Reach.ONE_SHARD && harm.reach == Reach.ONE_SHARD))
                // There is one order at a time.
                .filter(harm -> first != FAILOVER_ASKED_FOR || harm != first)
                .toList();
        return besides.isEmpty() ? List.of(first) : List.of(first, besides.get(dice.nextInt(besides.size())));
    }

    /** There is another pod of that name when it returns, and the process in the former one has ended: without grace the pod is gone first. */
    private static void delete(PodNode victim, Duration grace) {
        String uid = victim.uid();
        ProcessHandle engine = victim.engine();
        victim.delete(grace);
        victim.awaitReplaced(uid);
        engine.onExit().orTimeout(LONGEST_END.toSeconds(), TimeUnit.SECONDS).join();
    }

    private static void loseVolume(Scene scene, PodNode victim) {
        scene.kubernetes()
                .client()
                .persistentVolumeClaims()
                .inNamespace(victim.namespace())
                .withName(Scene.claimOf(victim))
                .delete();
        delete(victim, Duration.ZERO);
    }

    private static void killAll(List<PodNode> victims) {
        AtOnce.run(victims.stream().<Runnable>map(victim -> victim::killEngine).toList());
    }
}
