package loom.format;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import loom.numeric.FloatText;

/** Tables as text: a row a line, values between commas, semicolons or tabs; empty lines do not count. */
public final class Csv {
    private Csv() {}

    /**
     * A line that is not empty.
     *
     * @param number in the file, from 1
     */
    public record Line(int number, List<String> cells) {
        /** Whether it names the columns: it is the first, and not numbers. */
        public boolean isHeader() {
            if (number != 1) {
                return false;
            }
            for (String cell : cells) {
                try {
                    FloatText.parse(cell);
                } catch (NumberFormatException e) {
                    return true;
                }
            }
            return false;
        }

        /** The values; {@code where} is the place for the error of one that is no number. */
        public float[] numbers(String where) {
            float[] row = new float[cells.size()];
            for (int i = 0; i < row.length; i++) {
                try {
                    row[i] = FloatText.parse(cells.get(i));
                } catch (NumberFormatException e) {
                    throw new IllegalArgumentException(
                            where + ": value " + (i + 1) + " is not a number: \"" + cells.get(i) + "\"");
                }
            }
            return row;
        }
    }

    public static void each(String text, Consumer<Line> consumer) {
        int number = 0;
        int from = 0;
        while (from < text.length()) {
            int end = text.indexOf('\n', from);
            end = end < 0 ? text.length() : end;
            String line = text.substring(from, end).strip();
            from = end + 1;
            number++;
            if (!line.isEmpty()) {
                consumer.accept(new Line(number, cells(line)));
            }
        }
    }

    private static List<String> cells(String line) {
        List<String> cells = new ArrayList<>();
        int from = 0;
        for (int i = 0; i <= line.length(); i++) {
            if (i == line.length() || line.charAt(i) == ',' || line.charAt(i) == ';' || line.charAt(i) == '\t') {
                cells.add(line.substring(from, i).strip());
                from = i + 1;
            }
        }
        return cells;
    }
}
