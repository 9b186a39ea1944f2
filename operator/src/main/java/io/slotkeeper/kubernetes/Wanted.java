package io.slotkeeper.kubernetes;

import io.fabric8.kubernetes.api.model.HasMetadata;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The objects that a cluster should have, made once for each blueprint, and which versions of them were found to be like that:
 * making and comparing all of them in each pass took more than a quarter of the operator's time while clusters formed. Nothing but that
 * time depends on it. Objects are applied side by side, so it is used by many at once.
 */
public final class Wanted {
    private final Map<String, Met> met = new ConcurrentHashMap<>();
    private @Nullable Blueprint blueprint;
    private List<HasMetadata> ground = List.of();
    private List<HasMetadata> shards = List.of();

    /** That this version is as this very object says. One that is made anew counts as another, whatever it says. */
    private record Met(HasMetadata wanted, String version) {
        boolean holds(HasMetadata other, HasMetadata found) {
            return wanted == other && version.equals(found.getMetadata().getResourceVersion());
        }
    }

    /** What was made from another blueprint is forgotten. */
    void of(Blueprint now) {
        if (!now.equals(blueprint)) {
            met.clear();
            ground = now.ground();
            shards = now.shards();
            blueprint = now;
        }
    }

    /** What must stand before any pod starts. */
    List<HasMetadata> ground() {
        return ground;
    }

    /** The shards, each with its budget. */
    List<HasMetadata> shards() {
        return shards;
    }

    /** Whether applying an object would change nothing. */
    boolean isMet(HasMetadata wanted, HasMetadata found) {
        String object = wanted.getKind() + "/" + wanted.getMetadata().getName();
        Met before = met.get(object);
        if (before != null && before.holds(wanted, found)) {
            return true;
        }
        if (Difference.between(wanted, found).isPresent()) {
            return false;
        }
        met.put(object, new Met(wanted, found.getMetadata().getResourceVersion()));
        return true;
    }
}
