package io.slotkeeper.engine;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What a node sent back for one command. */
public sealed interface Reply {
    /** A short text such as OK. */
    record Status(String text) implements Reply {}

    /** An error. */
    record Failure(Refusal refusal) implements Reply {}

    /** A whole number. */
    record Whole(long value) implements Reply {}

    /** A string of bytes. */
    final class Bulk implements Reply {
        private final byte[] bytes;

        Bulk(byte[] bytes) {
            this.bytes = bytes;
        }

        /** A copy of the bytes. */
        public byte[] bytes() {
            return bytes.clone();
        }

        @Override
        public String toString() {
            return "Bulk[" + bytes.length + " bytes]";
        }
    }

    /** A list of replies. */
    record Items(List<Reply> items) implements Reply {
        public Items {
            items = List.copyOf(items);
        }
    }

    /** The null of the protocol: nothing there. */
    record Nothing() implements Reply {}

    /** The text of a status, a bulk string or a number. */
    default String asText() {
        return switch (this) {
            case Status status -> status.text();
            case Bulk bulk -> new String(bulk.bytes, UTF_8);
            case Whole whole -> Long.toString(whole.value());
            case Failure failure -> throw new UnexpectedReply("a text", failure);
            case Items items -> throw new UnexpectedReply("a text", items);
            case Nothing nothing -> throw new UnexpectedReply("a text", nothing);
        };
    }

    /** The bytes of a bulk string. */
    default byte[] asBytes() {
        if (this instanceof Bulk bulk) {
            return bulk.bytes();
        }
        throw new UnexpectedReply("a string of bytes", this);
    }

    /** The number of an integer reply, or of a text that is one: engines differ in which of the two they send. */
    default long asNumber() {
        try {
            return this instanceof Whole whole ? whole.value() : Long.parseLong(asText());
        } catch (NumberFormatException e) {
            throw new UnexpectedReply("a number", this);
        }
    }

    /** The elements of a list. */
    default List<Reply> asItems() {
        if (this instanceof Items items) {
            return items.items();
        }
        throw new UnexpectedReply("a list", this);
    }

    /** A list of names and values in turn, as a map in the order of arrival. */
    default Map<String, Reply> asFields() {
        List<Reply> items = asItems();
        if (items.size() % 2 != 0) {
            throw new UnexpectedReply("a list of names and values", this);
        }
        Map<String, Reply> fields = new LinkedHashMap<>();
        for (int i = 0; i < items.size(); i += 2) {
            fields.put(items.get(i).asText(), items.get(i + 1));
        }
        return fields;
    }

    /** Nothing but a plain OK will do. */
    default Done asOk() {
        if (this instanceof Status status && status.text().equals("OK")) {
            return Done.OK;
        }
        throw new UnexpectedReply("OK", this);
    }
}
