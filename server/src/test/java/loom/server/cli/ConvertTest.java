package loom.server.cli;

import static loom.server.cli.AnalyseTest.refused;
import static loom.server.cli.Cli.file;
import static loom.server.cli.Cli.loom;
import static loom.server.cli.Cli.text;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import loom.format.ModelReader;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The bundled digits with fewer bits, on the sample of 500 test digits that is bundled, too. */
class ConvertTest {
    private static final Path RESOURCES =
            Path.of("..", "web-frontend", "src", "main", "resources", "META-INF", "resources");
    private static final Path MODEL = RESOURCES.resolve("models/digits.json");

    @TempDir
    private Path dir;

    private Path sample() throws Exception {
        Path folder = Files.createDirectories(dir.resolve("digits"));
        Files.copy(RESOURCES.resolve("digits/images.idx"), folder.resolve("t10k-images-idx3-ubyte"));
        Files.copy(RESOURCES.resolve("digits/labels.idx"), folder.resolve("t10k-labels-idx1-ubyte"));
        return folder;
    }

    private static double accuracy(Path model, Path data) {
        String out = loom("evaluate", model, "--data", data).out();
        int at = out.indexOf("accuracy") + 11;
        return Double.parseDouble(out.substring(at, at + 6));
    }

    /** Stated in docs/model-json.md: int8 loses at most half a percent of the digits, a quarter of the file is left. */
    @Test
    void digitsWithFewerBits() throws Exception {
        Path data = sample();
        Path report = dir.resolve("r.json");
        Path int8 = dir.resolve("int8.json");
        Cli result = loom("convert", MODEL, int8, "--quantise", "int8", "--calibrate", data, "--report", report);
        assertThat(result.err()).isEmpty();
        assertThat(result.out())
                .contains("0.0.0.kernel              int8            401408        100864")
                .contains("0.0.0.bias                f32                512           512")
                .contains("all                                       407080        102736")
                .contains("output on 500 samples")
                .contains("cell 0,0 layer 0 dense", "network ", "written     " + int8)
                .as("the file that was read holds f32")
                .doesNotContain("stored      0.0.");
        assertThat(text(report)).contains("\"bytes_as_f32\": 407080", "\"relative_error\": ", "\"samples\": 500");
        double before = accuracy(MODEL, data);
        assertThat(accuracy(int8, data)).isGreaterThanOrEqualTo(before - 0.005);
        assertThat(Files.size(int8)).isLessThan(Files.size(MODEL) * 27 / 100);
        Path int4 = dir.resolve("int4.json");
        Path kept = dir.resolve("kept.json");
        loom("convert", MODEL, int4, "--quantise", "int4", "--per", "block", "--block", 64, "--zero-points");
        loom("convert", MODEL, kept, "--quantise", "ternary", "--per", "channel", "--keep", "0.0.1");
        assertThat(accuracy(int4, data)).isGreaterThanOrEqualTo(before - 0.01);
        assertThat(accuracy(kept, data)).isGreaterThanOrEqualTo(before - 0.2);
        assertThat(loom("inspect", int8).out()).contains("stored      0.0.0.kernel as int8, 100864 bytes");
    }

    /** Stated in docs/model-json.md: int8 by int8 loses no more. */
    @Test
    void digitsByProductsOfInt8() throws Exception {
        Path data = sample();
        Path int8 = dir.resolve("int8.json");
        Cli result = loom("convert", MODEL, int8, "--quantise", "int8", "--precision", "int8", "--calibrate", data);
        assertThat(result.err()).isEmpty();
        assertThat(result.out()).contains("precision   int8 in 2 layers", "output on 500 samples");
        assertThat(accuracy(int8, data)).isGreaterThanOrEqualTo(accuracy(MODEL, data) - 0.005);
        assertThat(Files.size(int8)).isLessThan(Files.size(MODEL) * 27 / 100);
        Path x = file(dir, "x.json", "{\"shape\": [784], \"data\": [" + "0.5,".repeat(783) + "1]}");
        Path receipt = dir.resolve("r.json");
        loom("run", int8, "--input", x, "--output", dir.resolve("y.json"), "--receipt", receipt);
        assertThat(loom("verify", receipt).status()).isEqualTo(0);
        assertThat(loom("inspect", int8).out()).contains("activation=relu, bias=true", ", precision int8");
        // Training leaves the numbers, a grid too, and what it writes is as small.
        Path trained = dir.resolve("trained.json");
        for (String part : List.of("images-idx3-ubyte", "labels-idx1-ubyte")) {
            Files.copy(data.resolve("t10k-" + part), data.resolve("train-" + part));
        }
        Cli training =
                loom("train", "--model", int8, "--data", data, "--output", trained, "--epochs", 1, "--grid-bits", 4);
        assertThat(training.status()).as(training.err()).isEqualTo(0);
        assertThat(Files.size(trained)).isLessThan(Files.size(MODEL) * 27 / 100);
        assertThat(accuracy(trained, data)).isGreaterThanOrEqualTo(0.9);
        Path onnx = dir.resolve("int8.onnx");
        assertThat(loom("convert", int8, onnx, "--widen").err()).isEmpty();
        loom("run", onnx, "--input", x, "--output", dir.resolve("z.json"));
        assertThat(text(dir.resolve("z.json"))).isEqualTo(text(dir.resolve("y.json")));
    }

    @Test
    void digitsOfRoundedFloats() throws Exception {
        Path data = sample();
        for (String type : List.of("bf16", "f16")) {
            Path rounded = dir.resolve(type + ".json");
            Path stored = dir.resolve(type + "-stored.json");
            assertThat(loom("convert", MODEL, rounded, "--precision", type).out())
                    .contains("precision   " + type + " in 2 layers");
            assertThat(accuracy(rounded, data)).isGreaterThanOrEqualTo(accuracy(MODEL, data) - 0.005);
            // Weights that are stored so are rounded already.
            loom("convert", MODEL, stored, "--precision", type, "--quantise", type);
            Path x = file(dir, "x.json", "{\"shape\": [784], \"data\": [" + "0.3,".repeat(783) + "1]}");
            loom("run", rounded, "--input", x, "--output", dir.resolve("y.json"));
            loom("run", stored, "--input", x, "--output", dir.resolve("z.json"));
            assertThat(text(dir.resolve("z.json"))).isEqualTo(text(dir.resolve("y.json")));
            Path onnx = dir.resolve(type + ".onnx");
            assertThat(loom("convert", rounded, onnx).err()).isEmpty();
            loom("run", onnx, "--input", x, "--output", dir.resolve("z.json"));
            assertThat(text(dir.resolve("z.json"))).isEqualTo(text(dir.resolve("y.json")));
        }
    }

    @Test
    void besideTheModel() throws Exception {
        Path inside = dir.resolve("a.json");
        Path beside = dir.resolve("b.json");
        loom("convert", MODEL, inside, "--quantise", "f4");
        Cli result = loom("convert", MODEL, beside, "--quantise", "f4", "--safetensors");
        assertThat(result.out()).endsWith("written     " + beside + ", " + dir.resolve("b.safetensors") + "\n");
        assertThat(Files.size(beside)).isLessThan(3000);
        Path x = file(dir, "x.json", "{\"shape\": [784], \"data\": [" + "0.5,".repeat(783) + "1]}");
        loom("run", inside, "--input", x, "--output", dir.resolve("y.json"));
        loom("run", beside, "--input", x, "--output", dir.resolve("z.json"));
        assertThat(text(dir.resolve("y.json"))).isEqualTo(text(dir.resolve("z.json")));
        // Written again: as it is stored, or with the same values as f32.
        Path again = dir.resolve("again.json");
        loom("convert", beside, again);
        assertThat(text(again)).isEqualTo(text(inside));
        loom("convert", inside, dir.resolve("c.json"), "--safetensors");
        assertThat(dir.resolve("c.safetensors")).hasSameBinaryContentAs(dir.resolve("b.safetensors"));
        Path wide = dir.resolve("wide.json");
        loom("convert", beside, wide, "--widen");
        assertThat(ModelReader.load("wide", text(wide)).packed()).isEmpty();
        assertThat(ModelReader.read("wide", text(wide))).isEqualTo(ModelReader.read("a", text(inside)));
        // Rounded once more, but for what is to stay.
        Path mixed = dir.resolve("mixed.json");
        loom("convert", inside, mixed, "--quantise", "bf16", "--keep", "0.0.0");
        assertThat(loom("inspect", mixed).out())
                .contains("stored      0.0.0.kernel as f4, ", "stored      0.0.1.kernel as bf16, ");
        Path onnx = dir.resolve("f4.onnx");
        refused(
                loom("convert", beside, onnx),
                onnx + ": an ONNX file holds its weights as f32, and MODEL stores 2 of them with fewer bits; "
                        + "--widen writes them so");
        assertThat(loom("convert", beside, onnx, "--widen").status()).isZero();
    }

    @Test
    void onnx() throws Exception {
        Path onnx = dir.resolve("digits.onnx");
        assertThat(loom("convert", MODEL, onnx).out()).endsWith("written     " + onnx + ", opset 20\n");
        Path x = file(dir, "x.json", "{\"shape\": [784], \"data\": [" + "0.5,".repeat(783) + "1]}");
        loom("run", MODEL, "--input", x, "--output", dir.resolve("y.json"));
        loom("run", onnx, "--input", x, "--output", dir.resolve("z.json"));
        assertThat(text(dir.resolve("z.json"))).isEqualTo(text(dir.resolve("y.json")));
        Path random = file(dir, "r.json", """
                {"format": "loom", "version": 1, "input": {"shape": [4]}, "grid": {"rows": 1, "columns": 1},
                 "cells": [{"row": 0, "column": 0, "layers": [
                   {"type": "softmax", "kind": {"type": "sparsemax"}}]}]}
                """);
        refused(loom("convert", random, onnx), "cell 0,0 layer 0 softmax: has no form in ONNX: a loop");
    }

    @Test
    void misuse() throws Exception {
        Path out = dir.resolve("o.json");
        refused(
                loom("convert", MODEL, out, "--quantise", "int9"),
                "--quantise: expected f16, bf16, f8_e4m3, f8_e5m2, f4, int8, int4, ternary, binary, found int9");
        refused(
                loom("convert", MODEL, out, "--quantise", "int8", "--per", "row"),
                "--per: expected tensor, channel, block, found row");
        refused(loom("convert", MODEL, out, "--quantise", "f16", "--per", "tensor"), "--per: f16 has no scales");
        refused(
                loom("convert", MODEL, out, "--quantise", "f4", "--zero-points"),
                "--zero-points: only int8 and int4 have them, not f4");
        refused(
                loom("convert", MODEL, out, "--quantise", "int4", "--block", 0),
                "--block: expected at least 1, found 0");
        refused(loom("convert", MODEL, out, "--quantise", "int8", "--block", 64), "--block: only with --per block");
        refused(loom("convert", MODEL, out, "--block", 64), "--block belongs to --quantise");
        refused(
                loom("convert", MODEL, out, "--precision", "int8"),
                "--precision int8: weights of int8 are made by --quantise int8");
        refused(loom("convert", MODEL, out, "--precision", "f8"), "--precision: expected bf16, f16, int8, found f8");
        refused(
                loom("convert", MODEL, out, "--quantise", "int8", "--per", "tensor", "--precision", "int8"),
                "--precision int8: no layer multiplies by weights of int8 that have a scale for each channel and no zero points");
        refused(
                loom("convert", MODEL, out, "--quantise", "int8", "--keep", "0.0.9"),
                "--keep 0.0.9: no parameter's name starts so");
        refused(
                loom("convert", MODEL, out, "--per", "tensor"),
                "--per, --zero-points, --calibrate and --report belong to --quantise");
        refused(
                loom("convert", MODEL, dir.resolve("o"), "--safetensors"),
                "--safetensors: expected a file that ends in .json, found " + dir.resolve("o"));
        refused(
                loom("convert", MODEL, dir.resolve("o.onnx"), "--quantise", "int8"),
                "--quantise: an ONNX file holds its weights as f32");
        Path x = file(dir, "x.json", Cli.INPUT);
        refused(
                loom("convert", MODEL, out, "--quantise", "int8", "--calibrate", x),
                x + ": 2 numbers are no samples of [784]");
        assertThat(out).doesNotExist();
    }
}
