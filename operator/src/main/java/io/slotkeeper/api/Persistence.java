package io.slotkeeper.api;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** How nodes keep data on their volumes. */
@JsonIgnoreProperties(ignoreUnknown = true)
@JsonInclude(JsonInclude.Include.NON_NULL)
public record Persistence(
        @Nullable Mode mode,
        @Nullable Fsync fsync,
        @Nullable List<String> savePoints) {
    /** What is written. */
    public enum Mode {
        AppendOnly,
        Snapshots,
        Off
    }

    /** How often append-only files are forced to the disk. */
    public enum Fsync {
        Always,
        EverySecond,
        Never
    }
}
