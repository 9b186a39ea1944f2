package io.slotkeeper.simulation;

import static org.assertj.core.api.Assertions.fail;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A simulation that finds nothing proves something only if it finds what is there, by the rule that it breaks. */
@Tag("unit")
class PlantedFaultsTest {
    private static final int HISTORIES = 1000;

    @ParameterizedTest
    @EnumSource
    void everyPlantedFaultIsFound(PlantedFault fault) {
        Pattern expected = Pattern.compile(fault.violation, Pattern.DOTALL);
        List<String> others = new ArrayList<>();
        for (long seed = 1; seed <= HISTORIES; seed++) {
            try {
                new History(seed, fault, false).run();
            } catch (Violation violation) {
                if (expected.matcher(violation.getMessage()).lookingAt()) {
                    return;
                }
                others.add(violation.getMessage());
            }
        }
        fail("nothing that begins with '%s' in %d histories, only %s", fault.violation, HISTORIES, others);
    }
}
