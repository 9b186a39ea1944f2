package io.slotkeeper.engine;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Reads RESP2 replies from a stream that may be hostile. Memory is only taken for what has really arrived, so that a
 * header that announces a huge reply costs nothing; and what may arrive for one reply is bounded by {@link Limits}.
 */
final class ReplyReader {
    private static final int LONGEST_LINE = 64 << 10;

    private final InputStream stream;
    private final Limits limits;
    private final byte[] buffer = new byte[16 << 10];
    private int next;
    private int end;
    private long bytes;
    private int elements;

    ReplyReader(InputStream stream, Limits limits) {
        this.stream = stream;
        this.limits = limits;
    }

    /** Reads one whole reply, or fails: an {@link EOFException} when the stream ends, a {@link MalformedReply} for garbage. */
    Reply read() throws IOException {
        bytes = 0;
        elements = 0;
        return read(0);
    }

    /** Whether bytes have been read that no reply has used. */
    boolean hasLeftover() {
        return next < end;
    }

    private Reply read(int depth) throws IOException {
        int type = readByte();
        return switch (type) {
            case '+' -> new Reply.Status(readLine());
            case '-' -> new Reply.Failure(Refusal.parse(readLine()));
            case ':' -> new Reply.Whole(readNumber());
            case '$' -> readBulk();
            case '*' -> readItems(depth);
            default -> throw new MalformedReply("a reply cannot begin with byte 0x%02x".formatted(type));
        };
    }

    private Reply readBulk() throws IOException {
        long length = readNumber();
        if (length == -1) {
            return new Reply.Nothing();
        }
        if (length < 0) {
            throw new MalformedReply("a string cannot have " + length + " bytes");
        }
        if (length > limits.bytes() - bytes) {
            throw new MalformedReply("a reply of more than " + limits.bytes() + " bytes");
        }
        byte[] content = new byte[(int) Math.min(length, buffer.length)];
        int filled = 0;
        while (filled < length) {
            if (filled == content.length) {
                content = Arrays.copyOf(content, (int) Math.min(length, content.length * 2L));
            }
            if (next == end) {
                fill();
            }
            int taken = Math.min(end - next, content.length - filled);
            System.arraycopy(buffer, next, content, filled, taken);
            next += taken;
            filled += taken;
        }
        count(length);
        if (readByte() != '\r' || readByte() != '\n') {
            throw new MalformedReply("a string is longer than its announced " + length + " bytes");
        }
        return new Reply.Bulk(content);
    }

    private Reply readItems(int depth) throws IOException {
        long length = readNumber();
        if (length == -1) {
            return new Reply.Nothing();
        }
        if (length < 0) {
            throw new MalformedReply("a list cannot have " + length + " elements");
        }
        if (depth >= limits.depth()) {
            throw new MalformedReply("lists inside lists, deeper than " + limits.depth());
        }
        if (length > limits.elements() - elements) {
            throw new MalformedReply("a reply of more than " + limits.elements() + " elements");
        }
        elements += (int) length;
        List<Reply> items = new ArrayList<>();
        for (long i = 0; i < length; i++) {
            items.add(read(depth + 1));
        }
        return new Reply.Items(items);
    }

    private long readNumber() throws IOException {
        String line = readLine();
        try {
            return Long.parseLong(line);
        } catch (NumberFormatException e) {
            throw new MalformedReply("a number was due, got '" + line.substring(0, Math.min(40, line.length())) + "'");
        }
    }

    private String readLine() throws IOException {
        byte[] line = new byte[64];
        int length = 0;
        while (true) {
            int b = readByte();
            if (b == '\r') {
                if (readByte() != '\n') {
                    throw new MalformedReply("a line ends with a carriage return alone");
                }
                return new String(line, 0, length, UTF_8);
            }
            if (b == '\n' || length == LONGEST_LINE) {
                throw new MalformedReply(
                        b == '\n' ? "a line ends without carriage return" : "a line of more than 64 KiB");
            }
            if (length == line.length) {
                line = Arrays.copyOf(line, length * 2);
            }
            line[length++] = (byte) b;
        }
    }

    private int readByte() throws IOException {
        if (next == end) {
            fill();
        }
        count(1);
        return buffer[next++] & 0xff;
    }

    private void count(long more) throws MalformedReply {
        bytes += more;
        if (bytes > limits.bytes()) {
            throw new MalformedReply("a reply of more than " + limits.bytes() + " bytes");
        }
    }

    private void fill() throws IOException {
        int count = stream.read(buffer);
        if (count < 0) {
            throw new EOFException("the node closed the connection");
        }
        next = 0;
        end = count;
    }
}
