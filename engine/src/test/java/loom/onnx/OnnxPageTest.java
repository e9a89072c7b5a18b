package loom.onnx;

import java.io.IOException;
import java.nio.file.Path;
import loom.testing.Approved;
import org.junit.jupiter.api.Test;

/** {@code docs/onnx.md} lists the operators that there are. */
class OnnxPageTest {
    private static final Path PAGE = Path.of("..", "docs", "onnx.md");
    private static final String START = "<!-- operators: written by OnnxPageTest -->\n";
    private static final String END = "<!-- end of operators -->\n";

    /** After a new operator: run this test with {@code -Dloom.approve=true}, look at the difference, commit it. */
    @Test
    void thePageListsTheOperators() throws IOException {
        Approved.part(PAGE, START, END, table());
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
