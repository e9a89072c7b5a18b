package loom.numeric;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class BytesTest {
    @ParameterizedTest
    @CsvSource({
        "'', e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
        "abc, ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
        "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq,"
                + " 248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"
    })
    void sha256GivesTheStandardsExamples(String message, String digest) {
        assertThat(Sha256.hexOf(message.getBytes(StandardCharsets.UTF_8))).isEqualTo(digest);
    }

    @Test
    void sha256AgreesWithTheJdkForEveryLengthAndSplit() throws Exception {
        SplittableRandom random = new SplittableRandom(1);
        for (int length = 0; length < 300; length++) {
            byte[] data = new byte[length];
            random.nextBytes(data);
            int split = random.nextInt(length + 1);
            byte[] digest = new Sha256()
                    .update(data, 0, split)
                    .update(data, split, length - split)
                    .digest();
            assertThat(digest).isEqualTo(MessageDigest.getInstance("SHA-256").digest(data));
        }
    }

    @Test
    void sha256TakesWordsLowestByteFirst() {
        byte[] bytes = {0x44, 0x33, 0x22, 0x11};
        assertThat(new Sha256().updateLittleEndian(0x11223344).digest()).isEqualTo(Sha256.of(bytes));
    }

    @Test
    void base64AgreesWithTheJdk() {
        SplittableRandom random = new SplittableRandom(2);
        for (int length = 0; length < 100; length++) {
            byte[] data = new byte[length];
            random.nextBytes(data);
            String text = Base64.encode(data);
            assertThat(text).isEqualTo(java.util.Base64.getEncoder().encodeToString(data));
            assertThat(decoded(text)).isEqualTo(data);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "abc, 'base64 text has 3 characters, which is not a multiple of 4'",
        "'ab d', 'base64 text has the character '' '' at position 2'",
        "ab=d, 'base64 text has the character ''='' at position 2'",
        "a===, 'base64 text has the character ''='' at position 1'",
        "====, 'base64 text has the character ''='' at position 0'",
        "AB==, 'base64 text ends in ''B'', whose unused bits are not zero'",
        "AAB=, 'base64 text ends in ''B'', whose unused bits are not zero'",
        "AA==AAAA, 'base64 text has the character ''='' at position 2'"
    })
    void base64RefusesWrongText(String text, String message) {
        assertThatThrownBy(() -> decoded(text))
                .isInstanceOf(NumberFormatException.class)
                .hasMessage(message);
    }

    /** A text in the middle of others, as in a file. */
    private static byte[] decoded(String text) {
        byte[] file = ("AA==" + text + "AAAA").getBytes(StandardCharsets.UTF_8);
        return Base64.decode(file, 4, file.length - 8);
    }

    @Test
    void floatsInBase64AreThoseOfItsBytes() {
        SplittableRandom random = new SplittableRandom(3);
        for (int n : new int[] {0, 1, 2, 3, 4, 5, 6, 7, 100, 3 * Pieces.SIZE + 2}) {
            byte[] data = new byte[4 * n];
            random.nextBytes(data);
            byte[] file = ("AA==" + Base64.encode(data) + "=").getBytes(StandardCharsets.US_ASCII);
            float[] values = Base64.decodeFloats(file, 4, file.length - 5);
            assertThat(Base64.size(file, 4, file.length - 5)).isEqualTo(data.length);
            ByteBuffer words = ByteBuffer.allocate(data.length).order(ByteOrder.LITTLE_ENDIAN);
            for (float v : values) {
                words.putInt(Float.floatToRawIntBits(v));
            }
            assertThat(words.array()).isEqualTo(data);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 15, 16, 47, 48, 50, 53})
    void aWrongCharacterAmongFloatsIsNamed(int position) {
        String text = Base64.encode(new byte[40]);
        byte[] file = ("AAAAA" + text).getBytes(StandardCharsets.US_ASCII);
        file[5 + position] = '!';
        assertThatThrownBy(() -> Base64.decodeFloats(file, 5, text.length()))
                .isInstanceOf(NumberFormatException.class)
                .hasMessage("base64 text has the character '!' at position " + position);
    }

    @Test
    void base64IsAscii() {
        for (String text : new String[] {"AAAA\u00e9AA", "AAAA\u00e9AAA", "AAAA\u20ac"}) {
            assertThatThrownBy(() -> decoded(text))
                    .hasMessage("base64 text has a character that is not ASCII at position 4");
        }
    }

    @Test
    void piecesEndWhereOneStops() {
        int end = 5 * Pieces.SIZE + 3;
        assertThat(Pieces.each(7, end, (from, to) -> to)).isEqualTo(end);
        assertThat(Pieces.each(7, 7, (from, to) -> to)).isEqualTo(7);
        for (int stop : new int[] {7, 8, 7 + Pieces.SIZE, 8 + 2 * Pieces.SIZE, end - 1}) {
            assertThat(Pieces.each(7, end, (from, to) -> Math.min(Math.max(from, stop), to)))
                    .isEqualTo(stop);
        }
    }
}
