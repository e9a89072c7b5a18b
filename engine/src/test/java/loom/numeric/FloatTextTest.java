package loom.numeric;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigDecimal;
import java.math.MathContext;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class FloatTextTest {
    @ParameterizedTest
    @CsvSource({
        "00000000, 0",
        "80000000, -0",
        "3f800000, 1",
        "bf800000, -1",
        "3dcccccd, 0.1",
        "3eaaaaab, 0.33333334",
        "7f7fffff, 3.4028235e+38",
        "00000001, 1e-45",
        "00800000, 1.1754944e-38",
        "4b800000, 16777216",
        "58800000, 1125899900000000",
        "21800000, 8.6736174e-19",
        "358637bd, 0.000001",
        "33d6bf95, 1e-7",
        "60ad78ec, 100000000000000000000",
        "6258d727, 1e+21",
        "41280000, 10.5",
        "c2f6e979, -123.456"
    })
    void printsShortDecimals(String bits, String text) {
        float value = Float.intBitsToFloat(Integer.parseUnsignedInt(bits, 16));
        assertThat(FloatText.print(value)).isEqualTo(text);
        assertThat(Float.floatToRawIntBits(FloatText.parse(text))).isEqualTo(Float.floatToRawIntBits(value));
    }

    /** The JDK's text is the shortest as well, but never less than two digits. */
    @Test
    void printsTheDigitsOfTheJdkAndParsesThemBack() {
        SplittableRandom random = new SplittableRandom(1);
        for (int i = 0; i < 300_000; i++) {
            int bits = random.nextInt() & 0x7fffffff;
            if (i % 3 == 0) {
                bits = bits & 0x7f800000 | random.nextInt(-2, 3) & 0x7fffff;
            }
            float x = Float.intBitsToFloat(bits);
            if (bits >= 0x7f800000) {
                continue;
            }
            String text = FloatText.print(x);
            assertThat(Float.floatToRawIntBits(FloatText.parse(text))).isEqualTo(bits);
            assertThat(Float.parseFloat(text)).isEqualTo(x);
            BigDecimal ours = new BigDecimal(text);
            BigDecimal jdks = new BigDecimal(Float.toString(x));
            if (digits(ours) > 1) {
                assertThat(ours).as(text).isEqualByComparingTo(jdks);
            } else {
                assertThat(digits(jdks)).isLessThanOrEqualTo(2);
            }
        }
    }

    private static int digits(BigDecimal x) {
        return x.signum() == 0 ? 1 : x.stripTrailingZeros().precision();
    }

    /** Midpoints of neighbouring floats, exactly, and cut or extended: the hardest decimals there are. */
    @Test
    void parsesMidpointsLikeTheJdk() {
        SplittableRandom random = new SplittableRandom(2);
        for (int i = 0; i < 30_000; i++) {
            int bits = random.nextInt(0x7f7fffff);
            if (i % 4 == 0) {
                bits = random.nextInt(1 << 24);
            }
            BigDecimal low = new BigDecimal(Float.intBitsToFloat(bits));
            BigDecimal high = new BigDecimal(Float.intBitsToFloat(bits + 1));
            BigDecimal middle = low.add(high).multiply(new BigDecimal("0.5"));
            check(middle.toString().replace("E+", "E"));
            check(middle.toPlainString());
            check(middle.round(new MathContext(random.nextInt(1, 40))).toString());
            check(middle.toPlainString() + (middle.scale() > 0 ? "" : ".") + "0000000001");
            check(middle.subtract(low.ulp().multiply(new BigDecimal("1e-30"))).toString());
        }
    }

    @Test
    void parsesRandomDecimalsLikeTheJdk() {
        SplittableRandom random = new SplittableRandom(3);
        for (int i = 0; i < 200_000; i++) {
            long digits = random.nextLong(1, 10_000_000_000_000_000L) / (long) Math.pow(10, random.nextInt(16));
            check(digits + "e" + random.nextInt(-65, 45));
            check("0." + digits);
            check("-" + digits + "." + random.nextInt(100_000));
        }
    }

    private static void check(String text) {
        assertThat(Float.floatToRawIntBits(FloatText.parse(text)))
                .as(text)
                .isEqualTo(Float.floatToRawIntBits(Float.parseFloat(text)));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "0",
                "-0",
                "0e5",
                "0.000",
                "-0.0E-3",
                "1e400",
                "-1e400",
                "1e-400",
                "3.4028235677973366e38",
                "3.4028235677973365e38",
                "340282356779733661637539395458142568448",
                "340282356779733661637539395458142568447",
                "7.006492321624085e-46",
                "7.006492321624086e-46",
                "1e99999999999",
                "0e99999999999",
                "1e-99999999999",
                "123456789012345678901234567890"
            })
    void parsesExtremesLikeTheJdk(String text) {
        check(text);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "-",
                "+1",
                "01",
                "-01",
                ".5",
                "1.",
                "1.e3",
                "1e",
                "1e+",
                "0x10",
                "1f",
                " 1",
                "1 ",
                "NaN",
                "Infinity",
                "1.2.3",
                "1e2.5",
                "--1",
                "1_000",
                "\u0661"
            })
    void refusesWhatJsonDoes(String text) {
        assertThatThrownBy(() -> FloatText.parse(text))
                .isInstanceOf(NumberFormatException.class)
                .hasMessage("\"" + text + "\" is not a number");
    }

    @Test
    void refusesToPrintWhatJsonCannotWrite() {
        assertThatThrownBy(() -> FloatText.print(Float.NaN)).hasMessage("0x7fc00000 is not a finite number");
        assertThatThrownBy(() -> FloatText.print(Float.NEGATIVE_INFINITY))
                .hasMessage("0xff800000 is not a finite number");
    }

    @Test
    void bitsAreEightHexadecimalDigits() {
        assertThat(FloatText.bits(1f)).isEqualTo("0x3f800000");
        assertThat(FloatText.bits(0f)).isEqualTo("0x00000000");
        assertThat(FloatText.parseBits("0xBf80000a")).isEqualTo(0xbf80000a);
        for (String wrong : new String[] {"3f800000", "0x3f80000", "0x3f8000000", "0x3f80000g", "0X3f800000"}) {
            assertThatThrownBy(() -> FloatText.parseBits(wrong))
                    .hasMessage("\"" + wrong + "\" is not 0x and eight hexadecimal digits");
        }
    }
}
