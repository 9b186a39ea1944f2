package io.slotkeeper.engine;

import java.util.List;

/** Commands about function libraries, which every shard keeps for itself. */
public final class Functions {
    private Functions() {}

    /** All libraries of the node in one piece. */
    public static Command<byte[]> dump() {
        return Command.of("FUNCTION DUMP", Reply::asBytes, "FUNCTION", "DUMP");
    }

    /** Adds the libraries of a dump; those of the same name are replaced. */
    public static Command<Done> restoreReplacing(byte[] dump) {
        List<byte[]> words =
                List.of(Command.bytes("FUNCTION"), Command.bytes("RESTORE"), dump.clone(), Command.bytes("REPLACE"));
        return new Command<>("FUNCTION RESTORE", words, Reply::asOk, List.of());
    }
}
