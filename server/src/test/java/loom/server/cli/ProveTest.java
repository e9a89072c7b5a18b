package loom.server.cli;

import static loom.server.cli.Cli.file;
import static loom.server.cli.Cli.loom;
import static loom.server.cli.Cli.text;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProveTest {
    @TempDir
    private Path dir;

    @Test
    void writesDigestsAndComparesThem() throws Exception {
        Path p = dir.resolve("p.json");
        Cli written = loom("prove", "--steps", 3, "--workload", "mlp sgd", "--workload", "conv adamw", "--out", p);
        assertThat(written).isEqualTo(new Cli(0, written.out(), ""));
        assertThat(written.out().lines()).hasSize(3);
        assertThat(written.out()).contains("mlp sgd: 3 steps, ", "conv adamw: 3 steps, ", "wrote " + p);
        Cli same = loom("prove", "--steps", 2, "--workload", "conv adamw", "--compare", p);
        assertThat(same.status()).isZero();
        assertThat(same.out()).contains("the same bits at 2 steps as " + p);
        String text = text(p);
        int at = text.lastIndexOf("\"steps\"");
        String step = text.substring(text.indexOf('"', at + 8) + 1, text.indexOf('"', at + 8) + 17);
        Path q = file(dir, "q.json", text.replace(step, "0123456789abcdef"));
        Cli other = loom("prove", "--steps", 2, "--workload", "conv adamw", "--compare", q);
        assertThat(other.status()).isEqualTo(1);
        assertThat(other.out()).contains("conv adamw: step 1 gives " + step + " and 0123456789abcdef");
    }

    /** Nothing compared is nothing proved. */
    @Test
    void refusesAProofOfOtherWorkloads() throws Exception {
        Path p = dir.resolve("p.json");
        assertThat(loom("prove", "--steps", 1, "--workload", "mlp sgd", "--out", p)
                        .status())
                .isZero();
        Cli other = loom("prove", "--steps", 1, "--workload", "mlp adamw", "--compare", p);
        assertThat(other.status()).isEqualTo(2);
        assertThat(other.err()).startsWith("loom: --compare: " + p + " has no step of these workloads");
    }

    @Test
    void saysWhatIsWrong() throws Exception {
        Path p = file(dir, "p.json", "{\"format\": \"loom\"}");
        refused(loom("prove", "--steps", 1), "--output or --compare: one of them is needed");
        refused(loom("prove", "--steps", 0, "--out", p), "--steps: expected at least 1, found 0");
        refused(loom("prove", "--workload", "gan", "--out", p), "--workload: expected one of mlp sgd, mlp adamw, ");
        refused(loom("prove", "--machine", "gpu", "--out", p), "no machine \"gpu\" here; known: parallel, reference");
        refused(loom("prove", "--steps", 1, "--compare", p), p + ": $.");
    }

    private static void refused(Cli result, String sentence) {
        assertThat(result).isEqualTo(new Cli(2, "", result.err()));
        assertThat(result.err()).startsWith("loom: " + sentence);
        assertThat(result.err().lines()).hasSize(1);
    }
}
