package loom.server.cli;

import static loom.server.cli.Cli.file;
import static loom.server.cli.Cli.loom;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The model of {@link Cli#MODEL}, y = x · [[1, 2], [3, 4]] + [0.5, −0.5], measured. */
class EvaluateTest {
    @TempDir
    private Path dir;

    private Path model;

    @BeforeEach
    void files() throws Exception {
        model = file(dir, "m.json", Cli.MODEL);
    }

    private Cli evaluate(String table, Object... options) throws Exception {
        Path data = file(dir, "t.csv", table);
        Object[] all = new Object[4 + options.length];
        System.arraycopy(new Object[] {"evaluate", model, "--data", data}, 0, all, 0, 4);
        System.arraycopy(options, 0, all, 4, options.length);
        return loom(all);
    }

    @Test
    void classes() throws Exception {
        // The outputs of 1, 0 and of 0, 1 are equal: the answers are 0, 0, 0, 1.
        Cli result = evaluate("0,0,1,0\n1,0,0,1\n0,1,1,0\n1,1,0,1\n");
        assertThat(result.err()).isEmpty();
        assertThat(result.status()).isZero();
        assertThat(result.out().lines().map(String::stripTrailing))
                .contains(
                        "rows       4",
                        "accuracy   0.7500 (3 right)",
                        "class      precision  recall      F1  support",
                        "0             0.6667  1.0000  0.8000        2",
                        "1             1.0000  0.5000  0.6667        2",
                        "macro         0.8333  0.7500  0.7333        4",
                        "     2     0",
                        "     1     1");
        assertThat(evaluate("0,0,1,0\n1,0,0,1\n0,1,1,0\n1,1,0,1\n", "--json").out())
                .contains("\"accuracy\": 0.75", "\"top_k\": [0.75, 1]", "\"f1\": 0.8", "[2, 0]", "[1, 1]");
    }

    @Test
    void labelsNeedATraining() throws Exception {
        Path t = file(dir, "t.json", """
                {"loss": {"type": "cross_entropy", "labels": true}, "schedule": {"type": "constant", "rate": 0.1}}
                """);
        assertThat(evaluate("0,0,0\n1,1,1\n", "--training", t).out()).contains("accuracy   1.0000 (2 right)");
        refused(evaluate("0,0,2\n", "--training", t), "data: label 2 of sample 0 is not a whole number from 0 to 1");
        refused(
                evaluate("0,0,1\n", "--training", t, "--loss", "huber"),
                "--loss: " + t + " says that already, give one of them");
    }

    @Test
    void numbersAndQuestions() throws Exception {
        Cli numbers = evaluate("0,0,0.5,-0.5\n1,0,1.5,3.5\n", "--loss", "mean_squared_error");
        assertThat(numbers.out())
                .contains("loss       1.000000", "mean absolute error  0.500000", "R² of output 0       1.000000")
                .contains("R²                   0.750000");
        assertThat(evaluate("0,0,1,0\n1,0,1,0\n", "--loss", "binary_cross_entropy")
                        .out())
                .contains("accuracy   0.7500", "output     precision");
    }

    /** Answers 0.5, −0.5, 1.5 and 1.5 beside 0.5, −0.5, 3 and 4.5: off by 0, 0, 50 and 66.7 %. */
    @Test
    void deviations() throws Exception {
        Cli result = evaluate("0,0,0.5,-0.5\n1,0,3,4.5\n", "--loss", "mean_squared_error");
        assertThat(result.out().lines().map(String::stripTrailing))
                .contains(
                        "0-10%            2",
                        "50-100%          1", "40-50%           1", "score 70.8333, mean 29.1667 %");
    }

    @Test
    void reports() throws Exception {
        Path page = dir.resolve("r.md");
        String table = "0,0,1,0\n1,0,0,1\n0,1,1,0\n1,1,0,1\n";
        assertThat(evaluate(table, "--report", page).out()).contains("ECE        ");
        assertThat(Cli.text(page))
                .startsWith("# Evaluation on ")
                .contains("| accuracy | 75 % |", "| is \\ answered | 0 | 1 |", "### Calibration", "| wrong row | is |");
        Path json = dir.resolve("r.json");
        evaluate(table, "--report", json);
        assertThat(Cli.text(json)).contains("\"models\": [", "\"confusion\"", "\"expected_error\"");
        refused(
                evaluate(table, "--report", dir.resolve("r.txt")),
                "--report: expected a file that ends in .md or .json");
    }

    /** The same model with another bias, and at fewer bits: 1, 2, 3, 4 and ±0.5 are exact in all of them. */
    @Test
    void modelsBesideEachOther() throws Exception {
        Path other = file(dir, "o.json", Cli.MODEL.replace("AAAAPwAAAL8=", "AAAAPwAAAD8="));
        Cli result = evaluate("0,0,1,0\n1,0,0,1\n", "--compare", other, "--stored", "bf16,F8_E4M3");
        assertThat(result.err()).isEmpty();
        assertThat(result.out().lines()).hasSize(5);
        assertThat(result.out()).contains("1.0000    0.000000  " + model + " as bf16", "0.5000    1.000000  " + other);
        refused(evaluate("0,0,1,0\n", "--stored", "i8"), "--stored: expected F16, BF16, F8_E4M3, F8_E5M2, found i8");
    }

    @Test
    void checkpointsAreModels() throws Exception {
        Path data = file(dir, "d.csv", "0,0,1,0\n1,0,0,1\n");
        Path checkpoint = dir.resolve("c.json");
        assertThat(loom(
                                "train",
                                "--model",
                                model,
                                "--data",
                                data,
                                "--epochs",
                                1,
                                "--output",
                                dir.resolve("t.json"),
                                "--checkpoint",
                                checkpoint)
                        .status())
                .isZero();
        Cli result = evaluate("0,0,1,0\n1,0,0,1\n", "--compare", checkpoint, "--compare", dir.resolve("t.json"));
        assertThat(result.err()).isEmpty();
        assertThat(result.out())
                .contains(checkpoint.toString(), dir.resolve("t.json").toString());
        assertThat(loom("evaluate", checkpoint, "--data", data).out()).startsWith("rows       2");
    }

    @Test
    void saysWhatIsWrong() throws Exception {
        refused(evaluate("0,0,1\n"), dir.resolve("t.csv") + " line 1: expected 4 values");
        refused(loom("evaluate", model, "--data", dir.resolve("no")), dir.resolve("no") + ": no such folder");
        refused(evaluate("0,0,1,0\n", "--loss", "hinge"), "--loss: expected one of ");
    }

    private static void refused(Cli result, String sentence) {
        assertThat(result).isEqualTo(new Cli(2, "", result.err()));
        assertThat(result.err()).startsWith("loom: " + sentence);
        assertThat(result.err().lines()).hasSize(1);
    }
}
