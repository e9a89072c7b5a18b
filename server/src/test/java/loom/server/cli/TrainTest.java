package loom.server.cli;

import static loom.server.cli.Cli.file;
import static loom.server.cli.Cli.loom;
import static loom.server.cli.Cli.text;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import loom.format.ModelReader;
import loom.model.Tensor;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Training on images of 2 by 2 pixels: one pixel is bright, the label says which. */
class TrainTest {
    private static final String END = System.lineSeparator();
    private static final String MODEL = """
            {"format": "loom", "version": 1, "name": "corners", "seed": 5, "input": {"shape": [4]},
             "grid": {"rows": 1, "columns": 1},
             "cells": [{"row": 0, "column": 0, "layers": [
               {"type": "dense", "units": 8, "activation": "tanh"}, {"type": "dense", "units": 4}, {"type": "softmax"}]}]}
            """;

    @TempDir
    private Path dir;

    private Path model;
    private Path data;

    @BeforeEach
    void files() throws Exception {
        model = file(dir, "m.json", MODEL);
        data = Files.createDirectory(dir.resolve("data"));
        corners("train", 60);
        corners("t10k", 20);
    }

    private void corners(String prefix, int n) throws Exception {
        byte[] pixels = new byte[4 * n];
        byte[] labels = new byte[n];
        for (int i = 0; i < n; i++) {
            labels[i] = (byte) (i * 7 % 4);
            for (int p = 0; p < 4; p++) {
                pixels[4 * i + p] = (byte) (p == labels[i] ? 200 + i % 50 : i * p % 40);
            }
        }
        idx(prefix + "-images-idx3-ubyte", pixels, n, 2, 2);
        idx(prefix + "-labels-idx1-ubyte", labels, n);
    }

    private void idx(String name, byte[] bytes, int... dims) throws Exception {
        ByteArrayOutputStream file = new ByteArrayOutputStream();
        DataOutputStream out = new DataOutputStream(file);
        out.writeInt(0x0800 | dims.length);
        for (int d : dims) {
            out.writeInt(d);
        }
        out.write(bytes);
        Files.write(data.resolve(name), file.toByteArray());
    }

    private Cli train(Path output, Object... options) {
        Object[] all = new Object[7 + options.length];
        System.arraycopy(new Object[] {"train", "--model", model, "--data", data, "--output", output}, 0, all, 0, 7);
        System.arraycopy(options, 0, all, 7, options.length);
        return loom(all);
    }

    @Test
    void learnsAndSaysHowWell() throws Exception {
        Path trained = dir.resolve("trained.json");
        Cli result = train(trained, "--epochs", 30, "--batch", 8, "--rate", 0.5);
        assertThat(result.err()).isEmpty();
        assertThat(result.status()).isZero();
        assertThat(result.out().lines()).hasSize(31);
        assertThat(result.out())
                .contains("epoch 1: loss ")
                .contains("epoch 30: loss ")
                .endsWith(", 20 of 20 test samples right, macro F1 1.0000" + END + "wrote " + trained + END);
        assertThat(text(trained))
                .contains(
                        "\"training\": \"{ \\\"loss\\\": \\\"cross_entropy\\\"",
                        "\\\"epochs\\\": 30, \\\"batch\\\": 8 }, samples 60\"")
                .contains("\"accuracy\": \"20 of 20 test samples right, macro F1 1.0000\"");
        // What it learned is in the file: the same accuracy without a step of training that matters.
        Path x = file(dir, "x.json", "{\"shape\": [4], \"data\": [0, 0, 1, 0]}");
        String y = loom("run", trained, "--input", x).out();
        float[] p = loom.format.TensorJson.read("y", y).values();
        assertThat(p[2]).isGreaterThan(0.9f);
    }

    @Test
    void theSameSeedGivesTheSameFileAndAnotherSeedAnother() throws Exception {
        Path a = dir.resolve("a.json");
        Path b = dir.resolve("b.json");
        Path c = dir.resolve("c.json");
        train(a, "--epochs", 1);
        train(b, "--epochs", 1, "--seed", 5);
        train(c, "--epochs", 1, "--seed", 6);
        assertThat(text(b)).isEqualTo(text(a));
        assertThat(ModelReader.read("c", text(c)).seed()).isEqualTo(6);
        assertThat(ModelReader.read("c", text(c)).parameters())
                .isNotEqualTo(ModelReader.read("a", text(a)).parameters());
    }

    @Test
    void trainingGoesOnFromParametersInTheFile() throws Exception {
        Path once = dir.resolve("once.json");
        train(once, "--epochs", 10, "--rate", 0.5);
        model = once;
        Cli more = train(dir.resolve("more.json"), "--epochs", 1, "--rate", 0.5, "--seed", 9);
        float first = loss(loomTrainedFromNothing());
        assertThat(loss(more)).isLessThan(first / 2);
    }

    private Cli loomTrainedFromNothing() throws Exception {
        model = file(dir, "again.json", MODEL);
        return train(dir.resolve("nothing.json"), "--epochs", 1, "--rate", 0.5);
    }

    private static float loss(Cli result) {
        String line = result.out().lines().findFirst().orElseThrow();
        return Float.parseFloat(line.substring("epoch 1: loss ".length(), line.indexOf(',')));
    }

    @Test
    void roundsParametersToAGrid() throws Exception {
        Path trained = dir.resolve("trained.json");
        Cli result = train(trained, "--epochs", 20, "--batch", 8, "--rate", 0.5, "--grid-bits", 6);
        assertThat(result.out()).contains("rounded to multiples of 2^-6, 20 of 20 test samples right");
        int off = 0;
        for (Tensor t : ModelReader.read("t", text(trained)).parameters().values()) {
            for (float v : t.values()) {
                off += v * 64 == Math.rint(v * 64) ? 0 : 1;
            }
        }
        assertThat(off).isZero();
        assertThat(Rounding.round(2.5f / 64, 6)).isEqualTo(2f / 64);
        assertThat(Rounding.round(-0.001f, 6)).isEqualTo(0f);
        assertThat(Float.floatToRawIntBits(Rounding.round(-0.001f, 6))).isZero();
    }

    @Test
    void storingWhatWasTrainedSoWithFewBitsChangesNothing() throws Exception {
        Path trained = dir.resolve("trained.json");
        Path small = dir.resolve("small.json");
        Cli result = train(trained, "--epochs", 20, "--batch", 8, "--rate", 0.5, "--quantise-aware", "int8");
        assertThat(result.err()).isEmpty();
        assertThat(result.out()).contains("20 of 20 test samples right");
        assertThat(loom("convert", trained, small, "--quantise", "int8").status())
                .isZero();
        assertThat(text(small)).contains("\"int8\"");
        assertThat(ModelReader.read("s", text(small)).parameters())
                .isEqualTo(ModelReader.read("t", text(trained)).parameters());
    }

    @Test
    void saysWhatIsWrong() throws Exception {
        Path out = dir.resolve("o.json");
        refused(train(out, "--quantise-aware", "int3"), "--quantise-aware: expected int8 or int4, found \"int3\"");
        refused(
                train(out, "--quantise-aware", "int8", "--grid-bits", 8),
                "--grid-bits: the training is aware of int8, its weights are multiples of their scales already");
        refused(
                train(out, "--loss", "hinge"),
                "--loss: expected one of mean_squared_error, mean_absolute_error, huber, cross_entropy, binary_cross_entropy, found hinge");
        refused(train(out, "--rate", "fast"), "--rate: expected a number, found fast");
        refused(train(out, "--rate", "-1"), "--rate: expected a number above 0, found -1");
        refused(train(out, "--batch", 0), "--batch: expected at least 1, found 0");
        refused(train(out, "--grid-bits", 25), "--grid-bits: expected 0 to 24, found 25");
        Path images = data.resolve("t10k-images-idx3-ubyte");
        idx("t10k-images-idx3-ubyte", new byte[9 * 20], 20, 3, 3);
        refused(train(out), images + ": images of shape [3,3], expected as many values as the model's input [4] has");
        Files.write(images, new byte[] {1, 2, 3, 4});
        refused(train(out), images + ": not an IDX file of unsigned bytes");
        Files.delete(images);
        refused(train(out), images + ": no such file or folder");
        Path labels = data.resolve("train-labels-idx1-ubyte");
        idx("train-labels-idx1-ubyte", new byte[59], 59);
        refused(train(out), labels + ": shape [59], expected one label for each of 60 images");
        idx("train-labels-idx1-ubyte", new byte[] {4}, 1);
        idx("train-images-idx3-ubyte", new byte[4], 1, 2, 2);
        refused(train(out), labels + ": label 4 of sample 0 is not below 4, the number of the model's outputs");
        data = dir.resolve("nowhere");
        refused(train(out), data + ": no such folder; data/mnist.sh fetches the MNIST digits into data/mnist");
        assertThat(Files.exists(out)).isFalse();
    }

    @Test
    void goesOnFromACheckpointWithTheSameBits() throws Exception {
        Path table = file(dir, "t.csv", "a;b;c;d;kind\n" + "0;0;0;1;3\n0;0;1;0;2\n0;1;0;0;1\n1;0;0;0;0\n".repeat(6));
        Path whole = dir.resolve("whole.json");
        Path half = dir.resolve("half.json");
        Path rest = dir.resolve("rest.json");
        Path checkpoint = dir.resolve("c.json");
        String options = """
                {"loss": {"type": "cross_entropy", "labels": true}, "optimizer": "adamw", "batch": 5, "epochs": EPOCHS,
                 "schedule": {"type": "cosine", "from": 0.05, "steps": 20}}
                """;
        Path four = file(dir, "four.json", options.replace("EPOCHS", "4"));
        Path two = file(dir, "two.json", options.replace("EPOCHS", "2"));
        Cli all = loom("train", "--model", model, "--data", table, "--training", four, "--output", whole);
        assertThat(all).isEqualTo(new Cli(0, all.out(), ""));
        loom(
                "train",
                "--model",
                model,
                "--data",
                table,
                "--training",
                two,
                "--output",
                half,
                "--checkpoint",
                checkpoint);
        // The same training, asked to go on for two epochs more.
        Path longer = file(dir, "longer.json", text(checkpoint).replace("\"epochs\": 2", "\"epochs\": 4"));
        Cli resumed = loom("train", "--resume", longer, "--data", table, "--test", table, "--output", rest);
        assertThat(resumed.err()).isEmpty();
        assertThat(resumed.out()).startsWith("epoch 3: loss ").contains(" of 24 test samples right");
        assertThat(ModelReader.read("rest", text(rest)).parameters())
                .isEqualTo(ModelReader.read("whole", text(whole)).parameters());
        refused(
                loom("train", "--resume", longer, "--data", data, "--output", rest),
                "the checkpoint was made with other data: digest ");
    }

    @Test
    void refusesTablesWithTheLineThatIsWrong() throws Exception {
        Path out = dir.resolve("out.json");
        data = file(dir, "t.csv", "0,0,0,1, 1,0,0,0\n0,0,1,0, 0,1,0\n");
        refused(train(out), data + " line 2: expected 8 values (4 of the input [4], 4 of the target [4]), found 7");
        data = file(dir, "u.csv", "0,0,0,1, 1,0,0,0\n0,0,x,0, 0,1,0,0\n");
        refused(train(out), data + " line 2: value 3 is not a number: \"x\"");
        data = file(dir, "v.json", "{\"inputs\": {\"shape\": [1, 4], \"data\": [0, 0, 0, 1]}}");
        refused(train(out), data + ": $: missing key \"targets\"");
        refused(train(out, "--training", "t.json", "--rate", 1), "--rate: t.json says that already, give one of them");
        refused(train(out, "--optimizer", "adan"), "--optimizer: expected one of sgd, adam, ");
    }

    private static void refused(Cli result, String sentence) {
        assertThat(result).isEqualTo(new Cli(2, "", result.err()));
        assertThat(result.err()).startsWith("loom: " + sentence).endsWith(END);
        assertThat(result.err().lines()).hasSize(1);
    }
}
