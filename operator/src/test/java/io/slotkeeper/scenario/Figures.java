package io.slotkeeper.scenario;

import io.slotkeeper.testkit.Engine;
import io.slotkeeper.testkit.Ledger;
import io.slotkeeper.testkit.Results;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/** The tables of docs/results.md that these scenarios fill; seconds everywhere. */
final class Figures {
    private Figures() {}

    static void formation(Engine engine, String shape, List<Formed> runs) {
        Results.add(
                "formation",
                List.of(
                        "engine",
                        "shards × replicas",
                        "runs",
                        "last engine start to well (min / median / max)",
                        "last container start to well",
                        "apply to well",
                        "apply to Ready"),
                List.of(
                        engine,
                        shape,
                        runs.size(),
                        spread(runs.stream().map(Formed::lastEngineToWell).toList()),
                        spread(runs.stream().map(Formed::lastContainerToWell).toList()),
                        spread(runs.stream().map(Formed::applyToWell).toList()),
                        spread(runs.stream().map(Formed::applyToReady).toList())));
    }

    static void atOnce(Engine engine, List<Duration> ready) {
        Results.add(
                "eight-at-once",
                List.of("engine", "clusters of 3 × 1", "first apply to Ready (min / median / max)"),
                List.of(engine, ready.size(), spread(ready)));
    }

    static void sleepers(int pods, Duration started) {
        Results.add("sleepers", List.of("pods that only sleep", "all started"), List.of(pods, seconds(started)));
    }

    static void operatorKilled(Engine engine, Duration moment, Formed formed) {
        Results.add(
                "operator-killed",
                List.of("engine", "killed after apply", "apply to well", "apply to Ready"),
                List.of(engine, seconds(moment), seconds(formed.applyToWell()), seconds(formed.applyToReady())));
    }

    static void podsDeletedOneByOne(
            Engine engine, boolean volumes, List<Duration> well, List<Duration> ready, Ledger.Report report) {
        Results.add(
                "pods-deleted",
                List.of(
                        "engine",
                        "volumes",
                        "pods",
                        "deleted to well (min / median / max)",
                        "deleted to Ready",
                        "longest stall",
                        "acked",
                        "lost",
                        "failed"),
                List.of(
                        engine,
                        volumes ? "yes" : "no",
                        well.size(),
                        spread(well),
                        spread(ready),
                        seconds(report.longestStall()),
                        report.acknowledged(),
                        report.lost().size(),
                        report.failures()));
    }

    static void allPodsDeleted(
            Engine engine, Ledger.Report report, Duration lastStartToWell, Duration well, Duration ready) {
        Results.add(
                "all-pods-deleted",
                List.of(
                        "engine",
                        "longest stall",
                        "last container start to well",
                        "deleted to well",
                        "deleted to Ready",
                        "acked",
                        "lost"),
                List.of(
                        engine,
                        seconds(report.longestStall()),
                        seconds(lastStartToWell),
                        seconds(well),
                        seconds(ready),
                        report.acknowledged(),
                        report.lost().size()));
    }

    static void failoversAskedFor(Engine engine, List<Duration> stalls, List<Duration> done, int acknowledged) {
        Results.add(
                "failovers-asked-for",
                List.of("engine", "failovers", "longest stall (min / median / max)", "annotated to done", "acked"),
                List.of(engine, stalls.size(), spread(stalls), spread(done), acknowledged));
    }

    static void primariesKilled(
            Engine engine,
            String shape,
            String operator,
            List<Duration> stalls,
            List<Duration> well,
            int acknowledged,
            int lost) {
        Results.add(
                "primaries-killed",
                List.of(
                        "engine",
                        "shards × replicas",
                        "operator",
                        "kills",
                        "longest stall (min / median / max)",
                        "killed to well",
                        "acked",
                        "lost"),
                List.of(engine, shape, operator, stalls.size(), spread(stalls), spread(well), acknowledged, lost));
    }

    static void undisturbed(Engine engine, String what, Ledger.Report report) {
        Results.add(
                "no-failover",
                List.of("engine", "a primary that", "longest stall", "acked", "lost", "failed"),
                List.of(
                        engine,
                        what,
                        seconds(report.longestStall()),
                        report.acknowledged(),
                        report.lost().size(),
                        report.failures()));
    }

    static void apiServerAway(Engine engine, Duration away, Ledger.Report report) {
        Results.add(
                "api-server-away",
                List.of("engine", "API server away", "longest stall of a primary killed meanwhile", "acked", "lost"),
                List.of(
                        engine,
                        seconds(away),
                        seconds(report.longestStall()),
                        report.acknowledged(),
                        report.lost().size()));
    }

    static void chaos(Engine engine, Object shape, String title, List<Harm> harms, Round round) {
        Results.add(
                "chaos",
                List.of(
                        "engine",
                        "shards × replicas",
                        "seed.round",
                        "what",
                        "for",
                        "begun to well",
                        "longest stall",
                        "acked",
                        "lost",
                        "failed"),
                List.of(
                        engine,
                        shape,
                        title,
                        harms,
                        seconds(round.harm()),
                        seconds(round.well()),
                        seconds(round.report().longestStall()),
                        round.report().acknowledged(),
                        round.report().lost().size(),
                        round.report().failures()));
    }

    static void failures(Engine engine, Harm harm, List<Round> rounds) {
        Map<String, Integer> failed = new TreeMap<>();
        rounds.forEach(
                round -> round.report().failures().forEach((kind, count) -> failed.merge(kind, count, Integer::sum)));
        Results.add(
                "failures",
                List.of(
                        "engine",
                        "what",
                        "times",
                        "begun to well (min / median / max)",
                        "longest stall",
                        "acked",
                        "lost",
                        "failed"),
                List.of(
                        engine,
                        harm,
                        rounds.size(),
                        spread(rounds.stream().map(Round::well).toList()),
                        spread(rounds.stream()
                                .map(round -> round.report().longestStall())
                                .toList()),
                        rounds.stream()
                                .mapToInt(round -> round.report().acknowledged())
                                .sum(),
                        rounds.stream()
                                .mapToInt(round -> round.report().lost().size())
                                .sum(),
                        failed));
    }

    static void sideBySide(
            Engine engine, String what, SideBySideMeasurement.Outcome plain, SideBySideMeasurement.Outcome ours) {
        Results.add(
                "side-by-side",
                List.of(
                        "engine",
                        "what",
                        "plain: longest stall",
                        "lost",
                        "failed",
                        "ours: longest stall",
                        "lost",
                        "failed"),
                Stream.of(Stream.of(engine, what), cells(plain), cells(ours))
                        .flatMap(cells -> cells)
                        .toList());
    }

    private static Stream<Object> cells(SideBySideMeasurement.Outcome outcome) {
        return outcome.report()
                .map(report -> Stream.<Object>of(
                        seconds(report.longestStall()), report.lost().size(), report.failures()))
                .orElse(Stream.of("more than a minute", "?", "?"));
    }

    static void machineEmptied(Engine engine, int primaries, Duration left, Ledger.Report report) {
        Results.add(
                "machines-emptied",
                List.of("engine", "primaries on it", "cordoned to left", "longest stall", "acked", "lost", "failed"),
                List.of(
                        engine,
                        primaries,
                        seconds(left),
                        seconds(report.longestStall()),
                        report.acknowledged(),
                        report.lost().size(),
                        report.failures()));
    }

    static void idle(Duration watched, double corePercent, long megabytes, Duration startToLeading) {
        Results.add(
                "idle",
                List.of("seconds watched", "operator, % of a core", "resident MiB", "start to leading"),
                List.of(
                        watched.toSeconds(),
                        String.format(Locale.ROOT, "%.2f", corePercent),
                        megabytes,
                        seconds(startToLeading)));
    }

    static String spread(List<Duration> times) {
        List<Duration> sorted = times.stream().sorted().toList();
        return seconds(sorted.getFirst()) + " / " + seconds(sorted.get(sorted.size() / 2)) + " / "
                + seconds(sorted.getLast());
    }

    private static String seconds(Duration time) {
        return String.format(Locale.ROOT, "%.2f", time.toMillis() / 1000.0);
    }
}
