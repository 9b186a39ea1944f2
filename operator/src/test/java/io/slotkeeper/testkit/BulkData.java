package io.slotkeeper.testkit;

import io.slotkeeper.engine.Reply;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** A data set that lies there while things happen to the cluster, compared value by value afterwards. */
public record BulkData(String prefix, int keys, int valueBytes) {
    /** Writes all of it. */
    public void load(ClusterClient client) {
        inBatches(batch -> {
            Map<String, List<String>> writes = new HashMap<>();
            batch.forEach((key, value) -> writes.put(key, List.of("SET", key, value)));
            client.callAll(writes);
        });
    }

    /** How many keys are there with the right value. */
    public int intact(ClusterClient client) {
        int[] intact = {0};
        inBatches(batch -> {
            Map<String, List<String>> reads = new HashMap<>();
            batch.keySet().forEach(key -> reads.put(key, List.of("GET", key)));
            client.callAll(reads).forEach((key, reply) -> {
                if (!(reply instanceof Reply.Nothing) && reply.asText().equals(batch.get(key))) {
                    intact[0]++;
                }
            });
        });
        return intact[0];
    }

    private void inBatches(java.util.function.Consumer<Map<String, String>> use) {
        Map<String, String> batch = new HashMap<>();
        for (int i = 0; i < keys; i++) {
            String key = prefix + ":" + i;
            batch.put(
                    key, (key + "=").repeat(valueBytes / (key.length() + 1) + 1).substring(0, valueBytes));
            if (batch.size() == 10_000 || i == keys - 1) {
                use.accept(batch);
                batch.clear();
            }
        }
    }
}
