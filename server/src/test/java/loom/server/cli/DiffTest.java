package loom.server.cli;

import static loom.server.cli.AnalyseTest.refused;
import static loom.server.cli.Cli.file;
import static loom.server.cli.Cli.loom;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The model of {@link Cli#MODEL} beside one whose bias is 0.5, 0.5 instead of 0.5, −0.5. */
class DiffTest {
    @TempDir
    private Path dir;

    private Path model;
    private Path other;
    private Path input;

    @BeforeEach
    void files() throws Exception {
        model = file(dir, "m.json", Cli.MODEL);
        other = file(dir, "o.json", Cli.MODEL.replace("AAAAPwAAAL8=", "AAAAPwAAAD8="));
        input = file(dir, "x.json", Cli.INPUT);
    }

    private Path receipt(String name, Path of, Object... options) {
        Path r = dir.resolve(name);
        Object[] all = new Object[6 + options.length];
        System.arraycopy(new Object[] {"run", of, "--input", input, "--receipt", r}, 0, all, 0, 6);
        System.arraycopy(options, 0, all, 6, options.length);
        assertThat(loom(all).status()).isZero();
        return r;
    }

    @Test
    void models() {
        Cli same = loom("diff", model, model);
        assertThat(same.status()).isZero();
        assertThat(same.out()).contains("same      cell 0,0 layer 0 dense", "cosine of all: 1.000000");
        Cli result = loom("diff", model, other);
        assertThat(result.status()).isEqualTo(1);
        // Squares of 1, 2, 3, 4, 0.5, ±0.5: 30.5; the product lacks 2 · 0.25.
        assertThat(result.out())
                .contains("changed   cell 0,0 layer 0 dense: cosine 0.983607, distance 0.181071, largest 1.000000")
                .contains("same      cell 0,0 layer 1 activation");
        assertThat(loom("diff", model, other, "--json").out()).contains("\"kind\": \"changed\", \"cosine\": 0.98360");
    }

    @Test
    void receiptsWithTraces() {
        Path a = receipt("a.json", model, "--trace");
        Path b = receipt("b.json", other, "--trace");
        assertThat(loom("diff", a, a).status()).isZero();
        Cli result = loom("diff", a, b);
        assertThat(result.status()).isEqualTo(1);
        assertThat(result.out())
                .contains("model    differs", "input    same", "program  same")
                .contains("≠ cell 0,0 layer 0 dense: first in chunk 0 (elements 0 and up)")
                .contains(
                        "(cell 0,0 layer 0 dense, add): 1 elements differ, by up to 1048576 units in the last place, the first is 1: 0x41180000 = 9.5 and 0x41280000 = 10.5")
                .contains(
                        "verdict  Not the same model. Different: cell 0,0 layer 0 dense is the first whose bits are not the same. The first value that differs is");
        assertThat(result.out().lines().toList().getLast())
                .contains("= -0.5 and 0x3f000000 = 0.5. Its kernel is b4[N,2] = add!1(b3, b2[1,2]).");
        assertThat(loom("diff", a, a).out())
                .contains("verdict  Identical: the outputs of 2 layers and the model's output, and all ");
        assertThat(loom("diff", a, b, "--json").out())
                .contains(
                        "\"same\": false",
                        "\"differing\": 1, \"farthest\": 1048576, \"element\": 1, \"first\": \"0x41180000\", \"second\": \"0x41280000\", \"kernels\": [\"b4[N,2] = add!1(b3, b2[1,2])\"]");
    }

    @Test
    void receiptsWithoutTraces() {
        Cli result = loom("diff", receipt("a.json", model), receipt("b.json", other, "--trace"));
        assertThat(result.status()).isEqualTo(1);
        assertThat(result.out())
                .contains("values   not compared: that takes two receipts with a trace")
                .contains(
                        "verdict  Not the same model. Different: cell 0,0 layer 0 dense is the first whose bits are not the same.");
    }

    @Test
    void saysWhatIsWrong() {
        Path a = receipt("a.json", model);
        refused(loom("diff", a, model), model + ": expected a receipt as " + a + " is one");
        refused(loom("diff", model, a), model + ": expected a receipt as " + a + " is one");
        refused(loom("diff", a), "Missing required parameter: 'B'");
    }
}
