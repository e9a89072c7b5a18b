package loom.quant;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import loom.format.ModelReader;
import loom.format.PackedTensor;
import loom.graph.Shape;
import loom.machine.reference.ReferenceMachine;
import loom.model.Activation;
import loom.model.Dense;
import loom.model.Model;
import loom.model.Network;
import loom.numeric.Philox;
import loom.numeric.WeightType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class QuantiserTest {
    private static final Model MODEL = Model.initialise(
            Network.of(
                    "m", Shape.of(40), new Dense(48, Activation.Simple.TANH), new Dense(10, Activation.Simple.LINEAR)),
            5);

    private static float[] inputs(int n) {
        float[] x = new float[n * 40];
        for (int i = 0; i < x.length; i++) {
            x[i] = Philox.uniform(3, i, 0, 0, 0);
        }
        return x;
    }

    private static Quantisation how(WeightType type, Quantisation.Per per, int block) {
        return new Quantisation(type, per, block, false, List.of());
    }

    /** Relative errors of weights that are uniform in a range: known from their types' steps. */
    @ParameterizedTest
    @EnumSource(WeightType.class)
    void errorsAreThoseOfTheType(WeightType type) {
        Quantiser.Result r = Quantiser.quantise(MODEL, Quantisation.of(type));
        OutputErrors outputs =
                OutputErrors.measure(new ReferenceMachine(), r, inputs(40)).get();
        double bound = switch (type) {
            case F16 -> 0x1p-11;
            case BF16 -> 0x1p-8;
            case F8_E4M3 -> 0x1p-4;
            case F8_E5M2 -> 0x1p-3;
            case F4 -> 0.13;
            case INT8 -> 0.005;
            case INT4 -> 0.08;
            case TERNARY -> 0.4;
            case BINARY -> 0.52;
        };
        for (QuantisationReport.Parameter p :
                QuantisationReport.of(r, Optional.of(outputs)).parameters()) {
            if (p.name().endsWith("kernel")) {
                assertThat(p.error().relative()).as(p.name()).isBetween(bound / 8, bound);
                assertThat(p.dtype()).isEqualTo(type.label());
                assertThat(p.bytes()).isLessThan(p.bytesAsF32());
            } else {
                assertThat(p.error())
                        .isEqualTo(new Deviation(
                                p.error().elements(), 0, 0, p.error().signal()));
                assertThat(p.dtype()).isEqualTo("f32");
            }
        }
        assertThat(outputs.layers()).hasSize(2);
        assertThat(outputs.output().relative()).isBetween(bound / 100, 2 * bound);
        assertThat(outputs.output()).isEqualTo(outputs.layers().get("cell 0,0 layer 1 dense"));
    }

    /** No weight is further from its number than half a step, unless clipping made all others better. */
    @Test
    void noStepIsWider() {
        Quantiser.Result r = Quantiser.quantise(MODEL, Quantisation.of(WeightType.INT8));
        PackedTensor p = r.packed().get("0.0.0.kernel");
        assertThat(p.block()).isEqualTo(Shape.of(40, 1));
        float[] before = MODEL.parameters().get("0.0.0.kernel").values();
        float[] after = p.widen().values();
        int beyond = 0;
        for (int i = 0; i < after.length; i++) {
            beyond += Math.abs(after[i] - before[i]) > p.scales()[i % 48] * 0.5001f ? 1 : 0;
        }
        assertThat(beyond).isLessThan(after.length / 40);
    }

    @Test
    void whatIsALeastSquare() {
        float[] values = {-3, -2.5f, -0.1f, 0, 0.2f, 0.3f, 2, 4};
        Levels ternary = Levels.of(WeightType.TERNARY, false, values);
        double least = Double.POSITIVE_INFINITY;
        for (int i = 0; i < 4000; i++) {
            least = Math.min(least, error(new Levels(WeightType.TERNARY, false, i / 1000f, 0), values));
        }
        assertThat(ternary.scale()).isEqualTo(2.875f);
        assertThat(error(ternary, values)).isLessThanOrEqualTo(least);
        assertThat(Levels.of(WeightType.BINARY, false, values).scale()).isEqualTo(12.1f / 8);
        float[] even = {-1, -0.5f, 0, 0.5f, 1, 0.25f, 0.75f};
        for (WeightType t : WeightType.values()) {
            if (t.isScaled()) {
                assertThat(Levels.of(t, false, new float[] {0, 0}).scale()).isZero();
                Levels levels = Levels.of(t, false, even);
                assertThat(error(levels, even)).isLessThan(t.bits() < 4 ? 1.3 : 0.05);
            }
        }
    }

    private static double error(Levels levels, float[] values) {
        double sum = 0;
        for (float v : values) {
            double e = v - (double) levels.type().value(levels.code(v)) * levels.scale();
            sum += e * e;
        }
        return sum;
    }

    /** Weights from 5 to 6: a zero point takes them nearer. */
    @Test
    void zeroPoints() {
        float[] values = new float[64];
        for (int i = 0; i < 64; i++) {
            values[i] = i * 0.03125f;
        }
        Levels with = Levels.of(WeightType.INT4, true, values);
        assertThat(with.type().value(with.zero())).isEqualTo(-8);
        double squares = 0;
        for (float v : values) {
            double e = v - (with.type().value(with.code(v)) + 8.0) * with.scale();
            squares += e * e;
        }
        assertThat(squares).isLessThan(error(Levels.of(WeightType.INT4, false, values), values) / 3);
        assertThatThrownBy(() -> new Quantisation(WeightType.F4, Quantisation.Per.BLOCK, 32, true, List.of()))
                .hasMessage("zero points: only int8 and int4 have them, not f4");
        Quantiser.Result r = Quantiser.quantise(
                MODEL, new Quantisation(WeightType.INT4, Quantisation.Per.CHANNEL, 1, true, List.of("0.0.1")));
        assertThat(r.packed()).containsOnlyKeys("0.0.0.kernel");
        assertThat(r.packed().get("0.0.0.kernel").zeroPoints()).hasSize(24);
        assertThat(r.model().parameters().get("0.0.0.kernel"))
                .isEqualTo(r.packed().get("0.0.0.kernel").widen());
    }

    @Test
    void blocksFollowTheLayers() {
        String layers = """
                {"format": "loom", "version": 1, "input": {"shape": [6]}, "grid": {"rows": 1, "columns": 1}, "cells": [
                 {"row": 0, "column": 0, "layers": [
                  {"type": "embedding", "vocabulary": 50, "dimension": 40}, {"type": "lstm", "units": 8},
                  {"type": "conv1d", "filters": 5, "kernel": 3}, {"type": "batch_norm"},
                  {"type": "conv1d_transpose", "filters": 4, "kernel": 2}, {"type": "dense", "units": 64}]}]}
                """;
        Model m = ModelReader.read("m.json", layers);
        assertThat(blocks(m, how(WeightType.INT8, Quantisation.Per.CHANNEL, 1)))
                .containsExactly(
                        Map.entry("0.0.0.embedding", Shape.of(1, 40)),
                        Map.entry("0.0.1.kernel", Shape.of(40, 1)),
                        Map.entry("0.0.1.recurrent_kernel", Shape.of(8, 1)),
                        Map.entry("0.0.2.kernel", Shape.of(1, 6, 3)),
                        Map.entry("0.0.4.kernel", Shape.of(5, 1, 2)),
                        Map.entry("0.0.5.kernel", Shape.of(7, 1)));
        assertThat(blocks(m, how(WeightType.INT8, Quantisation.Per.BLOCK, 6)))
                .containsExactly(
                        Map.entry("0.0.0.embedding", Shape.of(1, 6)),
                        Map.entry("0.0.1.kernel", Shape.of(6, 1)),
                        Map.entry("0.0.1.recurrent_kernel", Shape.of(6, 1)),
                        Map.entry("0.0.2.kernel", Shape.of(1, 2, 3)),
                        Map.entry("0.0.4.kernel", Shape.of(3, 1, 2)),
                        Map.entry("0.0.5.kernel", Shape.of(6, 1)));
        assertThat(Quantiser.quantise(m, how(WeightType.INT8, Quantisation.Per.TENSOR, 1))
                        .packed())
                .allSatisfy((name, p) -> assertThat(p.scales()).hasSize(1));
        // A scale for every number would be larger than the numbers; a filter has three or two to one.
        assertThat(blocks(m, how(WeightType.INT8, Quantisation.Per.BLOCK, 1)))
                .containsOnlyKeys("0.0.2.kernel", "0.0.4.kernel");
    }

    private static Map<String, Shape> blocks(Model m, Quantisation how) {
        Map<String, Shape> blocks = new LinkedHashMap<>();
        Quantiser.quantise(m, how).packed().forEach((name, p) -> blocks.put(name, p.block()));
        return blocks;
    }
}
