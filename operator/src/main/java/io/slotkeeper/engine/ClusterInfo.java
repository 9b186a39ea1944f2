package io.slotkeeper.engine;

import java.util.Map;

/** The answer of CLUSTER INFO: the state of the cluster as one node sees it. */
public record ClusterInfo(
        boolean ok,
        int slotsAssigned,
        int slotsOk,
        int slotsSuspected,
        int slotsFailed,
        int knownNodes,
        int size,
        long currentEpoch,
        long myEpoch,
        Map<String, String> fields) {
    public ClusterInfo {
        fields = Map.copyOf(fields);
    }

    static ClusterInfo parse(String text) {
        Fields fields = Fields.parse(text);
        return new ClusterInfo(
                fields.requiredText("cluster_state").equals("ok"),
                number(fields, "cluster_slots_assigned"),
                number(fields, "cluster_slots_ok"),
                number(fields, "cluster_slots_pfail"),
                number(fields, "cluster_slots_fail"),
                number(fields, "cluster_known_nodes"),
                number(fields, "cluster_size"),
                fields.requiredNumber("cluster_current_epoch"),
                fields.requiredNumber("cluster_my_epoch"),
                fields.values());
    }

    private static int number(Fields fields, String name) {
        return Math.toIntExact(fields.requiredNumber(name));
    }
}
