package io.slotkeeper.engine;

import java.util.List;

/** What one node says of itself and of its cluster; a node that is loading its data refuses the second and third part. */
public record NodeReport(ServerInfo server, Outcome<List<ClusterNode>> nodes, Outcome<ClusterInfo> cluster) {}
