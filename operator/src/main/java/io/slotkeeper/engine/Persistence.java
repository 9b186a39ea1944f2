package io.slotkeeper.engine;

import java.time.Instant;
import java.util.Optional;

/** What a process says of its files: whether the last writes worked, and whether one is going on. */
public record Persistence(
        boolean lastSaveWorked,
        boolean saving,
        Instant lastSave,
        long changesSinceLastSave,
        boolean appendOnly,
        boolean rewriting,
        boolean lastRewriteWorked,
        boolean lastAppendWorked,
        Optional<String> loadedPercent) {
    static Persistence of(Fields fields) {
        return new Persistence(
                fields.ok("rdb_last_bgsave_status"),
                fields.flag("rdb_bgsave_in_progress"),
                Instant.ofEpochSecond(fields.number("rdb_last_save_time", 0)),
                fields.number("rdb_changes_since_last_save", 0),
                fields.flag("aof_enabled"),
                fields.flag("aof_rewrite_in_progress") || fields.flag("aof_rewrite_scheduled"),
                fields.ok("aof_last_bgrewrite_status"),
                fields.ok("aof_last_write_status"),
                fields.text("loading_loaded_perc"));
    }
}
