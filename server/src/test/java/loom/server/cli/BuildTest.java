package loom.server.cli;

import static loom.server.cli.AnalyseTest.refused;
import static loom.server.cli.Cli.file;
import static loom.server.cli.Cli.loom;
import static loom.server.cli.Cli.text;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import loom.format.Cursor;
import loom.format.ModelReader;
import loom.format.tensors.SafetensorsWriter;
import loom.format.tensors.StoredTensor;
import loom.format.tensors.TensorFile;
import loom.model.Model;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BuildTest {
    @TempDir
    private Path dir;

    private Path model;
    private Path input;

    @BeforeEach
    void files() throws Exception {
        model = file(dir, "m.json", Cli.MODEL);
        input = file(dir, "x.json", Cli.INPUT);
    }

    private static Model read(Path file) throws Exception {
        return ModelReader.read(file.toString(), text(file));
    }

    /** {@link Cli#MODEL} gives 7.5, 9.5 for 1, 2. */
    @Test
    void graft() throws Exception {
        Path out = dir.resolve("g.json");
        Cli result = loom("build", "graft", model, model, "--output", out, "--combine", "add");
        assertThat(result).isEqualTo(new Cli(0, "written     " + out + ", [2] -> [2]\n", ""));
        Path y = dir.resolve("y.json");
        loom("run", out, "--input", input, "--output", y);
        assertThat(text(y)).contains("[15, 19]");
        refused(
                loom("build", "graft", model, "--output", out, "--combine", "glue"),
                "--combine: expected one of concat, add, average, multiply, grid_scatter, filter, found glue");
        refused(loom("build", "graft", model, "--output", out, "--drop", 2), "model 0 has 2 layers");
    }

    @Test
    void splitJoinAndCells() throws Exception {
        Path a = dir.resolve("a.json");
        Path b = dir.resolve("b.json");
        Path c = dir.resolve("c.json");
        assertThat(loom("build", "split", model, 1, a, b).status()).isZero();
        assertThat(loom("build", "join", a, b, c).status()).isZero();
        assertThat(loom("diff", model, c).status()).isZero();
        assertThat(loom("build", "cells", model, c, "--rows", 2).status()).isZero();
        assertThat(read(c).network().grid().rows()).isEqualTo(2);
        refused(loom("build", "split", model, 2, a, b), "a model of 2 layers split at layer 2, expected 1 to 1");
        refused(loom("build", "cells", model, c, "--rows", 0), "rows: expected a whole number from 1 to 1024");
    }

    @Test
    void tensors() throws Exception {
        LinkedHashMap<String, StoredTensor> all = new LinkedHashMap<>();
        all.put("fc.weight", StoredTensor.of("fc.weight", new int[] {1, 2}, 3, 4));
        all.put("fc.bias", StoredTensor.of("fc.bias", new int[] {1}, 5));
        Path weights = dir.resolve("w.safetensors");
        Files.write(weights, SafetensorsWriter.write(new TensorFile(all, new LinkedHashMap<>())));
        Path out = dir.resolve("t.json");
        Cli result = loom("build", "tensors", weights, out);
        assertThat(result.out())
                .startsWith("fc: bias [1], weight [1,2]: dense(units=1")
                .contains("[2] -> [1]");
        Path y = dir.resolve("y.json");
        loom("run", out, "--input", input, "--output", y);
        assertThat(text(y)).contains("[16]");
        refused(loom("build", "tensors", weights, out, "--input", "two"), "expected a shape like 1,28,28, found two");
        Cli wrong = loom("build", "tensors", weights, out, "--input", "3");
        assertThat(wrong.err()).startsWith("loom: " + weights + ": no network was found");
    }

    @Test
    void random() throws Exception {
        Cli result = loom("build", "random", dir, "--input", "2", "--outputs", 1, "--count", 3, "--seed", 8);
        assertThat(result.out().lines()).hasSize(3);
        assertThat(read(dir.resolve("network-2.json")).network().output().dims())
                .containsExactly(1);
        refused(
                loom("build", "random", dir.resolve("no"), "--input", "2", "--outputs", 1),
                dir.resolve("no") + ": no such folder");
    }

    @Test
    void evolve() throws Exception {
        StringBuilder table = new StringBuilder();
        for (int i = 0; i < 24; i++) {
            table.append(i % 5 - 2)
                    .append(',')
                    .append(i % 3 - 1)
                    .append(',')
                    .append((i % 5 - 2) * (i % 3 - 1))
                    .append('\n');
        }
        Path data = file(dir, "t.csv", table.toString());
        Path out = dir.resolve("e.json");
        Object[] command = {
            "evolve",
            "--data",
            data,
            "--input",
            "2",
            "--outputs",
            1,
            "--loss",
            "mean_squared_error",
            "--epochs",
            2,
            "--generations",
            2,
            "--population",
            3,
            "--output",
            out
        };
        Cli result = loom(command);
        assertThat(result.err()).isEmpty();
        assertThat(result.out()).contains("generation 0: loss ", "generation 1: loss ", "written     " + out);
        String first = text(out);
        loom(command);
        assertThat(text(out)).isEqualTo(first);
        refused(
                loom("evolve", "--data", data, "--input", "2", "--outputs", 1, "--output", out, "--population", 1),
                "--population: expected at least 2, found 1");
    }

    @Test
    void describe() {
        assertThat(loom("describe").out()).contains("layer: dense, ", "loss: mean_squared_error, ", "operation: ");
        assertThat(loom("describe", "adamw").out()).startsWith("optimizer adamw: ");
        assertThat(loom("describe", "--json").out()).contains("\"operation\": [");
        assertThat(loom("describe").out()).contains("\napi: ", " LoomModel.run, ");
        assertThat(loom("describe", "LoomModel.save").out())
                .isEqualTo("api LoomModel.save: The model as a model.json file.\n  save(): Promise<Blob>\n");
        assertThat(loom("describe", "api").out()).contains("api LoomModel.save: ", "api LoomAnalysis.pipeline: ");
        Cursor all = Cursor.parse("describe", loom("describe", "--json").out());
        assertThat(all.member("layer").elements()).hasSizeGreaterThan(30);
        assertThat(all.member("api").elements()).hasSizeGreaterThan(50);
        refused(loom("describe", "dence"), "nothing is called \"dence\"; describe without a name lists all");
    }
}
