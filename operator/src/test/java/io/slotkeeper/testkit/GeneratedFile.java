package io.slotkeeper.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A file that is both generated and committed: the tests fail when it is stale, and `make crds` writes it anew. */
public record GeneratedFile(String path, String content) {
    /** Set by `make crds`: files are written instead of compared. */
    private static final String WRITE = "slotkeeper.write";

    /** Fails when the committed file is not what is generated today. */
    public void isUpToDate() {
        if (Boolean.getBoolean(WRITE)) {
            write();
        }
        assertThat(committed()).as(path + " is stale: run `make crds`").isEqualTo(content);
    }

    /** What users have. */
    public String committed() {
        try {
            return Files.exists(file()) ? Files.readString(file()) : "";
        } catch (IOException e) {
            throw new UncheckedIOException(path, e);
        }
    }

    private void write() {
        try {
            Files.createDirectories(file().getParent());
            Files.writeString(file(), content);
        } catch (IOException e) {
            throw new UncheckedIOException(path, e);
        }
    }

    private Path file() {
        return Engine.repository().resolve(path);
    }
}
