package loom.numeric;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

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
            assertThat(Base64.decode(text)).isEqualTo(data);
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
        assertThatThrownBy(() -> Base64.decode(text))
                .isInstanceOf(NumberFormatException.class)
                .hasMessage(message);
    }
}
