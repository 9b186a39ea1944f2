package io.slotkeeper.engine;

/** A decoder met a reply of another shape than its command promises; the node makes a {@link ProtocolViolation} of it. */
final class UnexpectedReply extends RuntimeException {
    UnexpectedReply(String expected, Reply reply) {
        super("expected " + expected + ", got " + shortened(reply.toString()));
    }

    UnexpectedReply(String message) {
        super(message);
    }

    private static String shortened(String text) {
        return text.length() <= 200 ? text : text.substring(0, 200) + "…";
    }
}
