package io.slotkeeper.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A simulation that finds nothing proves something only if it finds what is there. */
@Tag("unit")
class PlantedFaultsTest {
    private static final int HISTORIES = 300;

    @ParameterizedTest
    @EnumSource
    void everyPlantedFaultIsFound(PlantedFault fault) {
        Optional<Simulation.Failure> failure =
                new Simulation(fault).run(1, HISTORIES).failure();
        assertThat(failure)
                .hasValueSatisfying(found ->
                        assertThat(found.what()).containsPattern(Pattern.compile(fault.violation, Pattern.DOTALL)));
    }
}
