package io.slotkeeper.engine;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("unit")
class ReplyReaderTest {
    private static final Limits SMALL = new Limits(1000, 20, 3);

    @Test
    void everyKindOfReplyIsRead() throws IOException {
        ReplyReader reader =
                reader("+OK\r\n-ERR no\r\n:-7\r\n$5\r\na\r\nbc\r\n*2\r\n:1\r\n*1\r\n$-1\r\n*-1\r\n*0\r\n$0\r\n\r\n");
        assertThat(reader.read().asOk()).isEqualTo(Done.OK);
        assertThat(reader.read()).isEqualTo(new Reply.Failure(new Refusal(Refusal.Code.ERR, "ERR", "no")));
        assertThat(reader.read().asNumber()).isEqualTo(-7);
        assertThat(reader.read().asBytes()).isEqualTo("a\r\nbc".getBytes(UTF_8));
        assertThat(reader.read()).hasToString("Items[items=[Whole[value=1], Items[items=[Nothing[]]]]]");
        assertThat(reader.read()).isEqualTo(new Reply.Nothing());
        assertThat(reader.read().asItems()).isEmpty();
        assertThat(reader.read().asText()).isEmpty();
        assertThat(reader.hasLeftover()).isFalse();
    }

    @Test
    void aReplyThatArrivesByteByByteIsTheSameReply() throws IOException {
        String text = "*2\r\n$3\r\nabc\r\n:12\r\n";
        InputStream drops = new InputStream() {
            private final InputStream all = new ByteArrayInputStream(text.getBytes(UTF_8));

            @Override
            public int read() throws IOException {
                return all.read();
            }

            @Override
            public int read(byte[] into, int offset, int length) throws IOException {
                return all.read(into, offset, 1);
            }
        };
        assertThat(new ReplyReader(drops, SMALL).read().asItems().get(1).asNumber())
                .isEqualTo(12);
    }

    @ParameterizedTest
    @ValueSource(strings = {"+OK", "+OK\r", "$5\r\nabc", "*2\r\n:1\r\n", "", "$3\r\nabc\r"})
    void aHalfReplyIsTheEndOfTheStream(String text) {
        assertThatThrownBy(() -> reader(text).read()).isInstanceOf(EOFException.class);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "HTTP/1.1 400 Bad Request\r\n",
                "\r\n",
                ":\r\n",
                ":abc\r\n",
                ":99999999999999999999\r\n",
                "$-2\r\n",
                "*-7\r\n",
                "$3\r\nabcd\r\n",
                "+a\nb\r\n",
                "+a\rb\r\n",
                "%1\r\n+a\r\n+b\r\n",
                "*1\r\n*1\r\n*1\r\n*1\r\n:1\r\n",
                "$1001\r\n",
                "$9999999999\r\n",
                "*21\r\n",
                "*9999999999\r\n",
                "*2\r\n*10\r\n:1\r\n:1\r\n:1\r\n:1\r\n:1\r\n:1\r\n:1\r\n:1\r\n:1\r\n:1\r\n*10\r\n"
            })
    void garbageAndExcessAreMalformed(String text) {
        assertThatThrownBy(() -> reader(text).read()).isInstanceOf(MalformedReply.class);
    }

    @Test
    void theBoundCountsTheWholeReplyAndBeginsAnewWithTheNext() throws IOException {
        String half = "$600\r\n" + "x".repeat(600) + "\r\n";
        assertThatThrownBy(() -> reader("*2\r\n" + half + half).read())
                .isInstanceOf(MalformedReply.class)
                .hasMessageContaining("more than 1000 bytes");
        ReplyReader reader = reader(half + half);
        reader.read();
        assertThat(reader.read().asBytes()).hasSize(600);
    }

    @Test
    void anEndlessLineIsMalformed() {
        InputStream endless = new InputStream() {
            @Override
            public int read() {
                return '+';
            }
        };
        assertThatThrownBy(() -> new ReplyReader(endless, Limits.DEFAULT).read())
                .isInstanceOf(MalformedReply.class)
                .hasMessageContaining("64 KiB");
    }

    @Test
    void noBytesWhateverMakeTheReaderFailInAnotherWay() {
        long seed = 20_261_121;
        Random random = new Random(seed);
        String alphabet = "+-:$*0123456789\r\nabc \0";
        for (int i = 0; i < 50_000; i++) {
            StringBuilder text = new StringBuilder();
            int length = random.nextInt(24);
            for (int k = 0; k < length; k++) {
                text.append(alphabet.charAt(random.nextInt(alphabet.length())));
            }
            try {
                assertThat(reader(text.toString()).read()).isNotNull();
            } catch (EOFException | MalformedReply expected) {
                assertThat(expected).hasMessageNotContaining("null");
            } catch (IOException | RuntimeException e) {
                throw new AssertionError("seed " + seed + ", bytes '" + text + "'", e);
            }
        }
    }

    private static ReplyReader reader(String text) {
        return new ReplyReader(new ByteArrayInputStream(text.getBytes(UTF_8)), SMALL);
    }
}
