package io.slotkeeper.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.slotkeeper.testkit.Engine;
import io.slotkeeper.testkit.EngineProcess;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The fastest way to learn of a death, on every engine. */
@Tag("engine")
class TripwireContractTest extends SingleNodeContract {
    @ParameterizedTest
    @EnumSource
    void aKilledProcessIsNoticedWithoutAnybodyAsking(Engine engine) throws InterruptedException {
        try (EngineProcess process = start(engine)) {
            CountDownLatch ended = new CountDownLatch(1);
            try (Tripwire tripwire = watch(process, ended)) {
                long start = System.nanoTime();
                process.kill();
                assertThat(ended.await(5, TimeUnit.SECONDS)).isTrue();
                long micros = (System.nanoTime() - start) / 1000;
                System.out.printf(
                        "MEASURED %s: from kill -9 to the tripwire at %s %.1f ms%n",
                        engine, tripwire.address(), micros / 1000.0);
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void aConnectionThatTheNodeClosesIsNoticedAndOneThatWeCloseIsNot(Engine engine) throws InterruptedException {
        try (EngineProcess process = start(engine);
                EngineNode node = connect(process)) {
            CountDownLatch mine = new CountDownLatch(1);
            watch(process, mine).close();
            CountDownLatch theirs = new CountDownLatch(1);
            try (Tripwire tripwire = watch(process, theirs)) {
                assertThat(tripwire.address()).isEqualTo(node.address());
                assertThat(node.call("CLIENT", "KILL", "TYPE", "normal", "SKIPME", "yes")
                                .asNumber())
                        .isPositive();
                assertThat(theirs.await(5, TimeUnit.SECONDS)).isTrue();
                assertThat(mine.getCount()).isEqualTo(1);
            }
        }
    }

    private Tripwire watch(EngineProcess process, CountDownLatch ended) {
        return connector.watch(addressOf(process), Access.open(), PATIENCE, ended::countDown);
    }
}
