package io.slotkeeper.kubernetes;

import io.fabric8.kubernetes.api.model.HasMetadata;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** The labels by which a cluster's belongings are found again. */
public final class Labels {
    public static final String NAME = "app.kubernetes.io/name";
    public static final String MANAGED_BY = "app.kubernetes.io/managed-by";
    public static final String CLUSTER = "slotkeeper.io/cluster";
    public static final String SHARD = "slotkeeper.io/shard";

    /** Kept on pods by the operator: {@link #PRIMARY} or {@link #REPLICA}. */
    public static final String ROLE = "slotkeeper.io/role";

    public static final String PRIMARY = "primary";
    public static final String REPLICA = "replica";

    static final String SLOTKEEPER = "slotkeeper";

    private Labels() {}

    /** What everything of this operator carries, of whichever cluster: what an informer watches. */
    public static Map<String, String> ofAll() {
        return Map.of(NAME, SLOTKEEPER, MANAGED_BY, SLOTKEEPER);
    }

    /** What everything of one cluster carries. */
    public static Map<String, String> of(Names names) {
        Map<String, String> labels = new TreeMap<>(ofAll());
        labels.put(CLUSTER, names.cluster());
        return labels;
    }

    /** What everything of one shard carries. */
    public static Map<String, String> of(Names names, int shard) {
        Map<String, String> labels = of(names);
        labels.put(SHARD, Integer.toString(shard));
        return labels;
    }

    /** The cluster that an object belongs to by its labels. */
    public static Optional<String> clusterOf(HasMetadata object) {
        Map<String, String> labels = object.getMetadata().getLabels();
        return labels == null ? Optional.empty() : Optional.ofNullable(labels.get(CLUSTER));
    }

    static boolean areOf(Names names, HasMetadata object) {
        Map<String, String> labels = object.getMetadata().getLabels();
        return labels != null && labels.entrySet().containsAll(of(names).entrySet());
    }
}
