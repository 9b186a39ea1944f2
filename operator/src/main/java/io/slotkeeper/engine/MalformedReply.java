package io.slotkeeper.engine;

import java.io.IOException;

/** The bytes that arrived are no RESP, or too many; whatever follows them on the connection cannot be understood. */
final class MalformedReply extends IOException {
    MalformedReply(String message) {
        super(message);
    }
}
