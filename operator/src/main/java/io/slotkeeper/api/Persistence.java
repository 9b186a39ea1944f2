package io.slotkeeper.api;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** How nodes keep data on their volumes. */
@ValidationRule(
        value = "!has(self.fsync) || (has(self.mode) && self.mode == 'AppendOnly')",
        message = "fsync is about append-only files: write mode: AppendOnly beside it, or leave fsync out",
        fieldPath = ".fsync")
@ValidationRule(
        value = "!has(self.savePoints) || (has(self.mode) && self.mode != 'OnShutdown')",
        message =
                "savePoints need a mode that saves: write mode: AppendOnly or mode: Snapshots beside them, or leave savePoints out",
        fieldPath = ".savePoints")
@ValidationRule(
        value = "!has(self.mode) || self.mode != 'Snapshots' || !has(self.savePoints) || self.savePoints.size() > 0",
        message = "mode: Snapshots without a save point never saves: write one such as \"900 1\", or mode: OnShutdown",
        fieldPath = ".savePoints")
@JsonIgnoreProperties(ignoreUnknown = true)
@JsonInclude(JsonInclude.Include.NON_NULL)
public record Persistence(
        @Nullable
        @JsonPropertyDescription(
                "What a node writes. `AppendOnly`: every write into append-only files, and snapshots at save "
                        + "points. `Snapshots`: snapshots only. `OnShutdown`: one snapshot on an orderly shutdown. Left out: `AppendOnly` with `storage`, "
                        + "`OnShutdown` without.")
        Mode mode,

        @Nullable
        @JsonPropertyDescription(
                "When append-only files are forced to the disk: `Always` before a write is acknowledged, "
                        + "`EverySecond` (when left out), or `Never`, which leaves it to the machine.")
        Fsync fsync,

        @Nullable
        @Size(max = 8)
        @ValidationRule(
                value = "self.all(point, point.matches('^[1-9][0-9]{0,7} [1-9][0-9]{0,8}$'))",
                message = "write each save point as \"<seconds> <changes>\", such as \"900 1\"")
        @JsonPropertyDescription(
                "When snapshots are taken, each as `<seconds> <changes>`. Left out: `3600 1`, `300 100` and "
                        + "`60 10000`. An empty list with `AppendOnly` takes none.")
        List<@Size(max = 20) String> savePoints) {
    /** The engines' own save points. */
    static final List<String> DEFAULT_SAVE_POINTS = List.of("3600 1", "300 100", "60 10000");

    public Persistence {
        savePoints = savePoints == null ? null : List.copyOf(savePoints);
    }

    /** What is written. A mode called Off would be a boolean for YAML 1.1, and kubectl reads that. */
    public enum Mode {
        AppendOnly,
        Snapshots,
        OnShutdown
    }

    /** How often append-only files are forced to the disk. */
    public enum Fsync {
        Always("always"),
        EverySecond("everysec"),
        Never("no");

        private final String setting;

        Fsync(String setting) {
            this.setting = setting;
        }

        /** The value of {@code appendfsync} in the engine's configuration. */
        public String setting() {
            return setting;
        }
    }
}
