package loom.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import loom.conformance.LayerCases;
import loom.format.ModelReader;
import loom.graph.Shape;
import loom.machine.reference.ReferenceMachine;
import loom.run.Decoder;
import loom.run.ModelRunner;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AttentionTest {
    private static final int LENGTH = 6;
    private static final int FEATURES = 8;
    private static final Rope HALVES = new Rope.Rotary(false);

    private static Layer named(String name, Layer layer) {
        return LayerOptions.NONE.named(name).on(layer);
    }

    private static float[] answer(Model model, float... x) {
        int batch = x.length / model.network().input().elements(1);
        return ModelRunner.open(new ReferenceMachine(), model)
                .get()
                .run(x, batch)
                .get();
    }

    private static float[] random(int count, int seed) {
        Random random = new Random(seed);
        float[] x = new float[count];
        for (int i = 0; i < count; i++) {
            x[i] = random.nextFloat() * 2 - 1;
        }
        return x;
    }

    // ---- values: the paper's formula in plain loops ----

    /** Head by head, query by query, in double precision; {@code x [LENGTH, FEATURES]}. */
    private static double[][] formula(Attention a, LinkedHashMap<String, Tensor> p, double[][] x) {
        int heads = a.heads().count();
        int shared = a.heads().keyValueHeads().orElse(heads);
        int size = a.heads().dimension().orElse(FEATURES / heads);
        double[][] q = linear(p, "query", x);
        double[][] k = linear(p, "key", x);
        double[][] v = linear(p, "value", x);
        double[][] side = new double[x.length][heads * size];
        for (int h = 0; h < heads; h++) {
            int other = h / (heads / shared);
            double[][] qh = head(a, p, "query", q, h, size);
            double[][] kh = head(a, p, "key", k, other, size);
            for (int i = 0; i < x.length; i++) {
                double[] weight = new double[x.length];
                double sum = 0;
                for (int j = 0; j < x.length; j++) {
                    boolean seen = (!a.sight().causal() || j <= i)
                            && (a.sight().window().isEmpty()
                                    || Math.abs(i - j) < a.sight().window().get());
                    double score = 0;
                    for (int e = 0; e < size; e++) {
                        score += qh[i][e] * kh[j][e];
                    }
                    weight[j] = seen
                            ? Math.exp(score * a.scale().map(Float::doubleValue).orElse(1 / Math.sqrt(size)))
                            : 0;
                    sum += weight[j];
                }
                for (int j = 0; j < x.length; j++) {
                    for (int e = 0; e < size; e++) {
                        side[i][h * size + e] += weight[j] / sum * v[j][other * size + e];
                    }
                }
            }
        }
        return linear(p, "output", side);
    }

    private static double[][] linear(LinkedHashMap<String, Tensor> p, String name, double[][] x) {
        Tensor w = p.get("0.0.0." + name);
        Tensor b = p.get("0.0.0." + name + "_bias");
        int out = w.shape().dim(1);
        double[][] y = new double[x.length][out];
        for (int i = 0; i < x.length; i++) {
            for (int o = 0; o < out; o++) {
                y[i][o] = b == null ? 0 : b.values()[o];
                for (int e = 0; e < x[i].length; e++) {
                    y[i][o] += x[i][e] * w.values()[e * out + o];
                }
            }
        }
        return y;
    }

    private static double[][] head(
            Attention a, LinkedHashMap<String, Tensor> p, String name, double[][] all, int head, int size) {
        double[][] y = new double[all.length][size];
        for (int i = 0; i < all.length; i++) {
            double square = 0;
            for (int e = 0; e < size; e++) {
                y[i][e] = all[i][head * size + e];
                square += y[i][e] * y[i][e] / size;
            }
            for (int e = 0; a.qkNorm().isPresent() && e < size; e++) {
                y[i][e] *= p.get("0.0.0." + name + "_scale").values()[e]
                        / Math.sqrt(square + a.qkNorm().get());
            }
            if (a.rope() instanceof Rope.Rotary r) {
                int d = r.dimensions().orElse(size);
                for (int pair = 0; pair < d / 2; pair++) {
                    int first = r.interleaved() ? 2 * pair : pair;
                    int second = r.interleaved() ? first + 1 : pair + d / 2;
                    double t = i * Math.pow(r.base(), -2.0 * pair / d);
                    double u = y[i][first] * Math.cos(t) - y[i][second] * Math.sin(t);
                    y[i][second] = y[i][second] * Math.cos(t) + y[i][first] * Math.sin(t);
                    y[i][first] = u;
                }
            }
        }
        return y;
    }

    private static void isTheFormula(Attention attention) {
        Model model = LayerCases.model(Network.of("", Shape.of(LENGTH, FEATURES), attention));
        float[] x = random(2 * LENGTH * FEATURES, 3);
        float[] found = answer(model, x);
        for (int sample = 0; sample < 2; sample++) {
            double[][] rows = new double[LENGTH][FEATURES];
            for (int i = 0; i < LENGTH * FEATURES; i++) {
                rows[i / FEATURES][i % FEATURES] = x[sample * LENGTH * FEATURES + i];
            }
            double[][] expected = formula(attention, model.parameters(), rows);
            for (int i = 0; i < LENGTH * FEATURES; i++) {
                assertThat((double) found[sample * LENGTH * FEATURES + i])
                        .as("%s sample %d element %d", attention, sample, i)
                        .isCloseTo(expected[i / FEATURES][i % FEATURES], within(2e-6));
            }
        }
    }

    @Test
    void computesTheFormula() {
        isTheFormula(Attention.of(1));
        isTheFormula(Attention.of(4).causal());
        isTheFormula(Attention.of(4).withKeyValueHeads(2).withBiases(false, true));
        isTheFormula(Attention.of(2).withHeadDimension(3).withKeyValueHeads(1).withBiases(true, false));
        isTheFormula(Attention.of(2).withWindow(2));
        isTheFormula(Attention.of(2).withWindow(3).causal().withScale(1.5f));
        isTheFormula(Attention.of(2).with(HALVES));
        isTheFormula(Attention.of(2).with(new Rope.Rotary(true, 500f, Optional.empty())));
        isTheFormula(Attention.of(2)
                .with(new Rope.Rotary(false, 10f, Optional.of(2)))
                .causal());
        isTheFormula(Attention.of(2).withQkNorm(1e-5f).with(HALVES));
    }

    // ---- what is seen ----

    @Test
    void causalAnswersDoNotDependOnLaterPositions() {
        Model model = LayerCases.model(Network.of(
                "", Shape.of(LENGTH, FEATURES), Attention.of(2).causal().with(HALVES)));
        float[] x = random(LENGTH * FEATURES, 4);
        float[] before = answer(model, x);
        x[4 * FEATURES] += 1;
        float[] after = answer(model, x);
        for (int i = 0; i < 4 * FEATURES; i++) {
            assertEquals(before[i], after[i]);
        }
        assertThat(after[5 * FEATURES]).isNotEqualTo(before[5 * FEATURES]);
    }

    /** The value of every position is its token, so that an answer is the mean of the tokens that are seen. */
    private static Model meanOfTokens(Attention attention, int length) {
        Layer value = new Dense(1, Activation.Simple.LINEAR, false, Initialiser.Constant.ONES);
        Network network = Network.of("", Shape.of(length), new Reshape(Shape.of(length, 1)), value, attention);
        Model model = Model.initialise(network, 1);
        LinkedHashMap<String, Tensor> p = model.parameters();
        for (String name : List.of("query", "key", "value", "output")) {
            float weight = name.equals("value") || name.equals("output") ? 1 : 0;
            p.put("0.0.2." + name, new Tensor(Shape.of(1, 1), new float[] {weight}));
        }
        return model.withParameters(p);
    }

    private static Attention notPadding(float padding) {
        return Attention.of(1).withPadding(Earlier.of("input"), padding);
    }

    @Test
    void paddingIsNotSeen() {
        assertArrayEquals(new float[] {2, 2, 2, 2}, answer(meanOfTokens(notPadding(0), 4), 1, 3, 0, 0));
        assertArrayEquals(new float[] {3, 3, 3, 3}, answer(meanOfTokens(notPadding(-1), 4), -1, 3, -1, 3));
        assertArrayEquals(
                new float[] {1, 2, 2, 2, 7, 7, 7, 7},
                answer(meanOfTokens(notPadding(0).causal(), 4), 1, 3, 0, 0, 7, 0, 0, 7));
    }

    @Test
    void whereAllIsPaddingEverythingVisibleCountsTheSame() {
        assertArrayEquals(new float[] {5, 5, 5}, answer(meanOfTokens(notPadding(5), 3), 5, 5, 5));
        Attention causal = notPadding(4).causal();
        assertArrayEquals(new float[] {4, 4, 9}, answer(meanOfTokens(causal, 3), 4, 4, 9));
    }

    @Test
    void paddingOfFeaturesIsWhereAllOfThemAreEqual() {
        Attention a = Attention.of(1).withPadding(Earlier.of("input"), 0);
        Model model = LayerCases.model(Network.of("", Shape.of(3, 2), a));
        float[] alone = answer(model, 1, 2, 0, 1, 0, 0);
        float[] other = answer(model, 1, 2, 0, 1, 0, 0);
        assertArrayEquals(alone, other);
        Model shorter = Model.initialise(Network.of("", Shape.of(2, 2), Attention.of(1)), 1)
                .withParameters(model.parameters());
        float[] two = answer(shorter, 1, 2, 0, 1);
        for (int i = 0; i < two.length; i++) {
            assertThat(alone[i]).isCloseTo(two[i], within(1e-6f));
        }
    }

    // ---- memory, position by position, files ----

    @Test
    void memoryHasItsOwnLengthAndWidth() {
        Network network = Network.of(
                "",
                Shape.of(5, 3),
                named("memory", new Slice(0, 0, 2)),
                new Recall("input"),
                new Slice(0, 2, 3),
                new Dense(4, Activation.Simple.LINEAR),
                Attention.of(2).to(Earlier.of("memory")));
        assertEquals(Shape.of(3, 4), network.parameters().get("0.0.4.key").shape());
        assertEquals(Shape.of(4, 4), network.parameters().get("0.0.4.query").shape());
        assertEquals(Shape.of(3, 4), network.output());
        assertThat(NetworkLowering.obstacle(network).orElseThrow())
                .hasMessage(
                        "cell 0,0 layer 0 slice \"memory\": cannot answer position by position: it takes a part of the"
                                + " sequence");
    }

    @Test
    void onlyCausalAttentionAnswersPositionByPosition() {
        assertThat(NetworkLowering.obstacle(Network.of("", Shape.of(4, 4), Attention.of(2)))
                        .orElseThrow())
                .hasMessageEndingWith("attention: cannot answer position by position: it is not causal");
    }

    @Test
    void aNewSequenceAndAnotherBatchForgetTheOld() {
        Model model = LayerCases.model(
                Network.of("", Shape.of(3, 4), Attention.of(2).causal().with(HALVES)));
        Decoder decoder = Decoder.open(new ReferenceMachine(), model).get();
        float[] first = decoder.step(1, 2, 3, 4).get();
        float[] second = decoder.step(4, 3, 2, 1).get();
        assertThat(decoder.reset().get().step(4, 3, 2, 1).get()).isNotEqualTo(second);
        assertArrayEquals(first, decoder.reset().get().step(1, 2, 3, 4).get());
        Decoder two = Decoder.open(new ReferenceMachine(), model, 2, 1).get();
        float[] both = two.step(9, 9, 9, 9, 1, 2, 3, 4).get();
        assertArrayEquals(first, java.util.Arrays.copyOfRange(both, 4, 8));
    }

    @Test
    void readsFiles() {
        Model model = ModelReader.read("model.json", """
                {"format": "loom", "version": 1, "input": {"shape": [6, 8]}, "grid": {"rows": 1, "columns": 1},
                 "cells": [{"row": 0, "column": 0, "layers": [
                   {"type": "dense", "units": 5, "name": "encoder"},
                   {"type": "recall", "from": "input"},
                   {"type": "attention", "heads": 4, "key_value_heads": 2, "head_dimension": 6, "memory": "encoder",
                    "padding": {"from": "input", "shape": [6, 8]}, "padding_value": -1, "window": 3, "qk_norm": 1e-6,
                    "rope": {"type": "half_split", "base": 500000}, "bias": false, "dropout": 0.1, "scale": 0.5}]}]}
                """);
        Attention expected = Attention.of(4)
                .withKeyValueHeads(2)
                .withHeadDimension(6)
                .to(Earlier.of("encoder"))
                .withPadding(Earlier.of("input", Shape.of(6, 8)), -1)
                .withWindow(3)
                .withQkNorm(1e-6f)
                .with(new Rope.Rotary(false, 500000f, Optional.empty()))
                .withBiases(false, true)
                .withDropout(0.1f)
                .withScale(0.5f);
        assertEquals(expected, model.network().grid().cell(0, 0).layers().get(2));
    }

    // ---- refusals ----

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{'heads': 3} | 3 heads do not divide 8 features, and there is no head_dimension",
                "{'heads': 4, 'key_value_heads': 3} | key_value_heads: expected a divisor of 4 heads, found 3",
                "{'heads': 8, 'rope': 'half_split'} | rope turns pairs: 1 dimensions of a head of 1",
                "{'heads': 4, 'rope': {'type': 'interleaved', 'dimensions': 4}} | rope turns pairs: 4 dimensions of a head of 2",
                "{'heads': 2, 'memory': 'nothing'} | memory \"nothing\": no layer has this name; known: input, row, rows",
                "{'heads': 2, 'memory': 'row'} | attention needs [positions, features], not memory \"row\" [48]",
                "{'heads': 2, 'padding': 'row'} | padding \"row\" [48]: expected [6] or [6,features]",
            })
    void refuses(String fields, String message) {
        String layer = "{'type': 'attention', " + fields.substring(1);
        String file = "{'format': 'loom', 'version': 1, 'input': {'shape': [6, 8]}, 'grid': {'rows': 1, 'columns': 1},"
                + "'cells': [{'row': 0, 'column': 0, 'layers': [{'type': 'flatten', 'name': 'row'},"
                + "{'type': 'reshape', 'shape': [6, 8], 'name': 'rows'}," + layer + "]}]}";
        assertThatThrownBy(() -> ModelReader.read("f", file.replace('\'', '"')))
                .hasMessageEndingWith("attention: " + message);
    }

    @Test
    void refusesOtherThanSequencesOfFeatures() {
        assertThatThrownBy(() -> Network.of("", Shape.of(8), Attention.of(2)))
                .hasMessage("cell 0,0 layer 0 attention: attention needs [positions, features], not [8]");
    }
}
