package io.slotkeeper.engine;

import java.util.List;

/** What one node says of itself and of its cluster; while it loads its data, Redis refuses the second and third part. */
public record NodeReport(ServerInfo server, Outcome<List<ClusterNode>> nodes, Outcome<ClusterInfo> cluster) {}
