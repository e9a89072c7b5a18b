package loom.onnx;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** {@code docs/onnx.md} lists the operators that there are. */
class OnnxPageTest {
    private static final Path PAGE = Path.of("..", "docs", "onnx.md");
    private static final String START = "<!-- operators: written by OnnxPageTest -->\n";
    private static final String END = "<!-- end of operators -->\n";

    /** After a new operator: run this test with {@code -Dloom.approve=true}, look at the difference, commit it. */
    @Test
    void thePageListsTheOperators() throws IOException {
        String page = Files.readString(PAGE);
        int from = page.indexOf(START) + START.length();
        int to = page.indexOf(END);
        String written = page.substring(0, from) + table() + page.substring(to);
        if (Boolean.getBoolean("loom.approve")) {
            Files.writeString(PAGE, written);
        }
        assertEquals(written, Files.readString(PAGE));
    }

    private static String table() {
        StringBuilder b = new StringBuilder(Operators.ALL.size() + " operators, beside `Constant` and `If`.\n\n");
        b.append("| operator | from opset | limits |\n| --- | --- | --- |\n");
        for (Operator o : Operators.ALL.values()) {
            b.append("| ")
                    .append(o.name())
                    .append(" | ")
                    .append(Math.max(7, o.since()))
                    .append(" | ");
            b.append(o.limits()).append(o.limits().isEmpty() ? "|\n" : " |\n");
        }
        return b.toString();
    }
}
