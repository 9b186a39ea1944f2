package io.slotkeeper.engine;

import static io.slotkeeper.engine.EngineVersion.Family.REDIS;
import static io.slotkeeper.engine.EngineVersion.Family.VALKEY;

/** What an engine can do that others cannot, and which of its faults have to be mended from outside. */
public record Capabilities(
        SlotMoving slotMoving,
        boolean replicatedOpenSlots,
        boolean forgetSpreads,
        boolean slotStatistics,
        boolean numberedDatabases,
        boolean shutdownFailover,
        boolean manualFailoverTimeout,
        boolean replicateNobody,
        boolean reloadsCertificates,
        boolean replicaFollowsAddress,
        boolean importCopiesFunctions) {
    /** What this version can do. */
    public static Capabilities of(EngineVersion version) {
        boolean valkey = version.family() == VALKEY;
        return new Capabilities(
                slotMoving(version),
                valkey && version.isAtLeast(VALKEY, 8, 0, 0),
                valkey || version.isAtLeast(REDIS, 7, 2, 0),
                version.isAtLeast(VALKEY, 8, 0, 0) || version.isAtLeast(REDIS, 8, 2, 0),
                version.isAtLeast(VALKEY, 9, 0, 0),
                version.isAtLeast(VALKEY, 9, 0, 0),
                version.isAtLeast(VALKEY, 8, 1, 0),
                version.isAtLeast(VALKEY, 9, 0, 0),
                version.isAtLeast(VALKEY, 9, 1, 0),
                valkey,
                version.isAtLeast(REDIS, 8, 4, 0));
    }

    /** Valkey has had the command since 9.0, but before 9.1.2 it fails for good under many writes (valkey#4545). */
    private static SlotMoving slotMoving(EngineVersion version) {
        if (version.isAtLeast(VALKEY, 9, 1, 2)) {
            return SlotMoving.BY_SOURCE;
        }
        return version.isAtLeast(REDIS, 8, 4, 0) ? SlotMoving.BY_DESTINATION : SlotMoving.KEY_BY_KEY;
    }

    /** The ways to move slots; both nodes have to know the same one. */
    public enum SlotMoving {
        /** {@link Slots}: works everywhere. */
        KEY_BY_KEY,
        /** {@link SlotExport}: the owner hands slots over at once. */
        BY_SOURCE,
        /** {@link SlotImport}: the receiver fetches slots at once. */
        BY_DESTINATION
    }
}
