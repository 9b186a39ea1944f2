package io.slotkeeper.plan;

import java.time.Duration;

/** What the user wants of the cluster, as far as the engines are concerned; the rest is the Kubernetes objects' business. */
public record Desired(
        int shards, int replicasPerShard, Duration nodeTimeout, boolean requireFullCoverage, boolean keepsData) {}
