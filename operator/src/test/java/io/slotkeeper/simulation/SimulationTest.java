package io.slotkeeper.simulation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import io.slotkeeper.plan.Planner;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The planner in thousands of histories; {@code -Dslotkeeper.seed=N} tells one of them. */
@Tag("unit")
class SimulationTest {
    /** In so many histories every fault and every step happens. */
    private static final int ENOUGH_FOR_EVERYTHING = 1000;

    private static final Simulation SIMULATION = new Simulation(Planner::plan);

    /** Otherwise a seed that failed once would be lost with its failure. */
    @Test
    void aSeedTellsTheSameHistoryEveryTime() {
        String history = told(7);
        assertThat(history.lines()).hasSizeGreaterThan(100);
        assertThat(told(7)).isEqualTo(history);
        assertThat(told(8)).isNotEqualTo(history);
    }

    private static String told(long seed) {
        History history = new History(seed, Planner::plan, true);
        history.run();
        return history.chronicle().end(Integer.MAX_VALUE);
    }

    /** Otherwise its worker would end with all that it told, and the others would look like the whole. */
    @Test
    void aHistoryThatEndsInAnErrorIsAFailure() {
        History.Mind broken = (first, second) -> {
            throw new AssertionError("a broken mind");
        };
        assertThat(new Simulation(broken).run(1, 4).failure())
                .hasValueSatisfying(failure -> assertThat(failure.what()).contains("a broken mind"));
    }

    @Test
    @Timeout(value = 3, unit = TimeUnit.HOURS)
    void clustersSurviveWhateverHappensToThem() {
        Long seed = Long.getLong("slotkeeper.seed");
        if (seed != null) {
            System.out.println(SIMULATION.replay(seed));
            new History(seed, Planner::plan, false).run();
            return;
        }
        long histories = Long.getLong("slotkeeper.histories", 5000);
        long first = Long.getLong("slotkeeper.firstSeed", 1);
        long start = System.nanoTime();
        Simulation.Outcome outcome = SIMULATION.run(first, histories);
        Duration took = Duration.ofNanos(System.nanoTime() - start);
        System.out.println("Simulation, seeds from " + first + ": " + outcome.tally());
        System.out.printf(
                "  time:   %.1f s, %.0f histories and %.0f passes a second%n",
                took.toMillis() / 1000.0,
                outcome.tally().histories * 1000.0 / took.toMillis(),
                outcome.tally().passes * 1000.0 / took.toMillis());
        outcome.failure().ifPresent(failure -> fail(SIMULATION.replay(failure.seed())));
        assertThat(outcome.tally().histories).isEqualTo(histories);
        if (histories < ENOUGH_FOR_EVERYTHING) {
            return;
        }
        assertThat(outcome.tally().fewestPasses).isGreaterThanOrEqualTo(200);
        assertThat(outcome.tally().fewestFaults).isGreaterThanOrEqualTo(5);
        for (Fault fault : Fault.values()) {
            assertThat(outcome.tally().faults).as("faults that happened").containsKey(fault.name());
        }
        assertThat(outcome.tally().steps.keySet())
                .as("kinds of steps that were carried out")
                .hasSize(io.slotkeeper.plan.Step.class.getPermittedSubclasses().length);
    }
}
