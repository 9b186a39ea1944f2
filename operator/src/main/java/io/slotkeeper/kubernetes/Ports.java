package io.slotkeeper.kubernetes;

import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32;

/**
 * Where nodes listen. Each cluster has a bus port of its own: the bus knows no password, and engines introduce themselves to
 * whoever answers at a dead node's address, which may be a new node of another cluster by then.
 */
public final class Ports {
    public static final int CLIENT = 6379;

    static final String CLIENT_NAME = "client";
    static final String BUS_NAME = "bus";
    static final String TCP = "TCP";

    /** Above what programs choose for themselves, below node ports and what kernels give to connections. */
    private static final int FIRST_BUS = 20_000;

    private static final int BUSES = 10_000;

    private Ports() {}

    /** The bus port of a cluster, the same for ever: it stands in every node's nodes.conf. */
    public static int bus(Names names) {
        CRC32 hash = new CRC32();
        hash.update((names.namespace() + "/" + names.cluster()).getBytes(StandardCharsets.UTF_8));
        return FIRST_BUS + (int) (hash.getValue() % BUSES);
    }
}
