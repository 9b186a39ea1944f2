package io.slotkeeper.engine;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;

/**
 * One command as a value: the words to send and how to read the reply. The name stands in messages and logs, so it holds
 * no secret; secrets among the words are named, because engines repeat words in their error texts.
 */
public record Command<T>(String name, List<byte[]> words, Function<Reply, T> decoder, List<String> secrets) {
    public Command {
        words = List.copyOf(words);
        secrets = List.copyOf(secrets);
        if (words.isEmpty()) {
            throw new IllegalArgumentException("a command needs at least one word");
        }
    }

    /** A command whose reply is handed over as it came; its first word is its name. */
    public static Command<Reply> raw(String... words) {
        return of(words.length == 0 ? "" : words[0], reply -> reply, words);
    }

    static <T> Command<T> of(String name, Function<Reply, T> decoder, String... words) {
        return of(name, decoder, List.of(words));
    }

    static <T> Command<T> of(String name, Function<Reply, T> decoder, List<String> words) {
        return new Command<>(name, bytes(words), decoder, List.of());
    }

    /** The same command with words that no message may repeat. */
    public Command<T> hiding(String... newSecrets) {
        List<String> all = new ArrayList<>(secrets);
        all.addAll(Arrays.asList(newSecrets));
        return new Command<>(name, words, decoder, all);
    }

    /** The same command with another reading of its reply. */
    public <U> Command<U> as(Function<? super T, U> reading) {
        return new Command<>(name, words, reply -> reading.apply(decoder.apply(reply)), secrets);
    }

    static List<byte[]> bytes(List<String> words) {
        return words.stream().map(Command::bytes).toList();
    }

    static byte[] bytes(String word) {
        return word.getBytes(UTF_8);
    }

    void writeTo(ByteArrayOutputStream out) {
        writeHeader(out, '*', words.size());
        for (byte[] word : words) {
            writeHeader(out, '$', word.length);
            out.writeBytes(word);
            out.write('\r');
            out.write('\n');
        }
    }

    private static void writeHeader(ByteArrayOutputStream out, char type, int count) {
        out.write(type);
        out.writeBytes(bytes(Integer.toString(count)));
        out.write('\r');
        out.write('\n');
    }

    @Override
    public String toString() {
        return name;
    }
}
