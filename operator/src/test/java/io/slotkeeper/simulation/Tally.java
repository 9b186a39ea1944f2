package io.slotkeeper.simulation;

import io.slotkeeper.plan.Step;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** What really happened in all those histories, so that a green run that did nothing is visible. */
final class Tally {
    final Map<String, Long> steps = new TreeMap<>();
    final Map<String, Long> faults = new TreeMap<>();
    final Map<String, Long> ends = new TreeMap<>();
    long histories;
    long passes;
    long writes;
    long lost;
    long fewestPasses = Long.MAX_VALUE;
    long fewestFaults = Long.MAX_VALUE;

    void step(Step step) {
        steps.merge(step.getClass().getSimpleName(), 1L, Long::sum);
    }

    void fault(Fault fault) {
        faults.merge(fault.name(), 1L, Long::sum);
    }

    void end(String how) {
        ends.merge(how, 1L, Long::sum);
    }

    void add(Tally other) {
        other.steps.forEach((key, count) -> steps.merge(key, count, Long::sum));
        other.faults.forEach((key, count) -> faults.merge(key, count, Long::sum));
        other.ends.forEach((key, count) -> ends.merge(key, count, Long::sum));
        histories += other.histories;
        passes += other.passes;
        writes += other.writes;
        lost += other.lost;
        fewestPasses = Math.min(fewestPasses, other.fewestPasses);
        fewestFaults = Math.min(fewestFaults, other.fewestFaults);
    }

    @Override
    public String toString() {
        return """
                %,d histories, %,d passes (at least %d each), %,d faults (at least %d each), %,d steps
                  writes: %,d acknowledged, %,d lost by faults, 0 by the operator
                  ends:   %s
                  faults: %s
                  steps:  %s""".formatted(
                        histories,
                        passes,
                        fewestPasses,
                        sum(faults),
                        fewestFaults,
                        sum(steps),
                        writes,
                        lost,
                        list(ends),
                        list(faults),
                        list(steps));
    }

    private static long sum(Map<String, Long> counts) {
        return counts.values().stream().mapToLong(Long::longValue).sum();
    }

    private static String list(Map<String, Long> counts) {
        return counts.entrySet().stream()
                .map(each -> "%s %,d".formatted(each.getKey(), each.getValue()))
                .collect(Collectors.joining(", "));
    }
}
