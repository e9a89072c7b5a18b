package loom.numeric;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Against the JVM's parser, which is exact. */
class DoubleTextTest {
    private static void same(String text) {
        assertThat(Double.doubleToRawLongBits(DoubleText.parse(text)))
                .as(text)
                .isEqualTo(Double.doubleToRawLongBits(Double.parseDouble(text)));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "0",
                "-0",
                "-0.0",
                "1",
                "-12.5",
                "1e22",
                "1E+23",
                "9007199254740993",
                "9007199254740992.9999",
                "0.1",
                "-3.1234567890123457",
                "1.7976931348623157e308",
                "1.7976931348623159e308",
                "1e309",
                "-1e400",
                "4.9e-324",
                "2.4703282292062327e-324",
                "2.4703282292062328e-324",
                "2.2250738585072014e-308",
                "2.2250738585072011e-308",
                "1e-400",
                "0.000e99999999999",
                "1e-99999999999"
            })
    void chosenNumbers(String text) {
        same(text);
    }

    @Test
    void drawnNumbersAsShortestAndAsLongText() {
        SplittableRandom random = new SplittableRandom(3);
        for (int i = 0; i < 3000; i++) {
            double d = i % 3 == 0 ? -20 * random.nextDouble() : Double.longBitsToDouble(random.nextLong());
            if (Double.isFinite(d)) {
                same(Double.toString(d));
                same(new BigDecimal(d).toPlainString());
                double next = Math.nextUp(d);
                if (Double.isFinite(next)) {
                    String middle = new BigDecimal(d)
                            .add(new BigDecimal(next))
                            .divide(BigDecimal.TWO)
                            .toPlainString();
                    same(middle);
                    same(middle + (middle.indexOf('.') < 0 ? ".0001" : "0001"));
                }
            }
        }
    }
}
