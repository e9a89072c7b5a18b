package loom.train;

import java.util.List;
import loom.numeric.F32;
import loom.numeric.FloatText;

/** A page under construction. Numbers have four digits after the point, or as many as they need where they are small. */
final class Markdown {
    private final StringBuilder b = new StringBuilder();

    Markdown heading(int level, String text) {
        b.append(b.isEmpty() ? "" : "\n")
                .append("#".repeat(level))
                .append(' ')
                .append(cell(text))
                .append("\n\n");
        return this;
    }

    Markdown line(String text) {
        b.append(text).append("\n\n");
        return this;
    }

    Markdown table(List<String> head, List<List<String>> rows) {
        row(head);
        b.append("|").append(" --- |".repeat(head.size())).append('\n');
        rows.forEach(this::row);
        b.append('\n');
        return this;
    }

    private void row(List<String> cells) {
        b.append('|');
        cells.forEach(c -> b.append(' ').append(cell(c)).append(" |"));
        b.append('\n');
    }

    /** Names of models and files may hold what would end a cell. */
    private static String cell(String text) {
        return text.replace("|", "\\|").replace("\n", " ").replace("\r", " ");
    }

    String text() {
        return b.toString();
    }

    static String real(float v) {
        float rounded = F32.round(v * 10000f) / 10000f;
        return FloatText.print(rounded == 0 || Math.abs(v) > 100000f ? v : rounded);
    }

    static String percent(float share) {
        return FloatText.print(F32.round(share * 10000f) / 100f) + " %";
    }
}
