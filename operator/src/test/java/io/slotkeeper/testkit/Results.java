package io.slotkeeper.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;

/** Tables of what scenarios measured: build/results/NAME.md, a row at a time; what stands in docs/results.md is from there. */
public final class Results {
    private Results() {}

    /** Adds a row to a table, which is begun with the heading when it is new. */
    public static synchronized void add(String table, List<String> heading, List<?> row) {
        Path file = Engine.repository().resolve("build/results").resolve(table + ".md");
        try {
            Files.createDirectories(file.getParent());
            StringBuilder text = new StringBuilder();
            if (!Files.exists(file)) {
                text.append(line(heading))
                        .append(line(heading.stream().map(name -> "---").toList()));
            }
            text.append(line(row));
            Files.writeString(file, text, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
            System.out.print(table + " " + line(row));
        } catch (IOException e) {
            throw new UncheckedIOException("writing " + file, e);
        }
    }

    private static String line(List<?> cells) {
        return "| " + String.join(" | ", cells.stream().map(String::valueOf).toList()) + " |\n";
    }
}
