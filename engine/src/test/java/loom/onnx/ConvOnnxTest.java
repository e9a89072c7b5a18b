package loom.onnx;

import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import loom.graph.Words;
import loom.model.Activation;
import loom.model.Conv;
import loom.model.ConvTranspose;
import loom.model.Initialiser;
import loom.model.Layer;
import loom.model.Padding;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Convolutions and their transposes. */
class ConvOnnxTest {
    private static final Set<String> ATTRIBUTES =
            Set.of("auto_pad", "pads", "strides", "dilations", "group", "kernel_shape");

    static Stream<OnnxCase> convolutions() {
        return OnnxCase.of("Conv").stream();
    }

    static Stream<OnnxCase> transposes() {
        return OnnxCase.of("ConvTranspose").stream();
    }

    @ParameterizedTest
    @MethodSource("convolutions")
    void conv(OnnxCase c) {
        OnnxNode n = c.node();
        n.onlyHas(ATTRIBUTES);
        int[] w = c.operand(1).dims();
        int axes = w.length - 2;
        check(
                c,
                new Conv(
                        axes,
                        w[0],
                        Words.of(Arrays.copyOfRange(w, 2, w.length)),
                        OnnxWindows.strides(n, axes),
                        OnnxWindows.padding(n, axes),
                        OnnxWindows.dilations(n, axes),
                        n.whole("group", 1),
                        Activation.Simple.LINEAR,
                        c.optional(2).isPresent(),
                        Initialiser.Scaled.HE_NORMAL));
    }

    @ParameterizedTest
    @MethodSource("transposes")
    void transpose(OnnxCase c) {
        OnnxNode n = c.node();
        Set<String> attributes = new HashSet<>(ATTRIBUTES);
        attributes.addAll(Set.of("output_padding", "output_shape"));
        n.onlyHas(attributes);
        int[] w = c.operand(1).dims();
        int axes = w.length - 2;
        int groups = n.whole("group", 1);
        boolean shaped = n.has("output_shape");
        check(
                c,
                new ConvTranspose(
                        axes,
                        w[1] * groups,
                        Words.of(Arrays.copyOfRange(w, 2, w.length)),
                        OnnxWindows.strides(n, axes),
                        shaped ? paddingFor(c, axes) : OnnxWindows.padding(n, axes),
                        shaped ? outputPaddingFor(c, axes) : n.wholes("output_padding", axes, 0),
                        OnnxWindows.dilations(n, axes),
                        groups,
                        Activation.Simple.LINEAR,
                        c.optional(2).isPresent(),
                        Initialiser.Scaled.HE_NORMAL));
    }

    /** Positions that {@code output_shape} has less than the transpose without padding would give. */
    private static int excess(OnnxCase c, int axes, int axis) {
        OnnxNode n = c.node();
        int span = OnnxWindows.dilations(n, axes).get(axis) * (c.operand(1).dims()[2 + axis] - 1) + 1;
        int whole = (c.operand(0).dims()[2 + axis] - 1)
                        * OnnxWindows.strides(n, axes).get(axis)
                + span;
        return whole - n.wholes("output_shape", axes, 0).get(axis);
    }

    /** Padding that gives {@code output_shape}; of an odd number, one more before. */
    private static Padding paddingFor(OnnxCase c, int axes) {
        int[] around = new int[2 * axes];
        for (int i = 0; i < axes; i++) {
            int both = Math.max(0, excess(c, axes, i));
            around[i] = both - both / 2;
            around[axes + i] = both / 2;
        }
        return new Padding.Explicit(Words.of(around));
    }

    private static Words outputPaddingFor(OnnxCase c, int axes) {
        int[] more = new int[axes];
        for (int i = 0; i < axes; i++) {
            more[i] = Math.max(0, -excess(c, axes, i));
        }
        return Words.of(more);
    }

    private static void check(OnnxCase c, Layer layer) {
        Map<String, OnnxTensor> parameters = new LinkedHashMap<>();
        parameters.put("kernel", c.operand(1));
        c.optional(2).ifPresent(b -> parameters.put("bias", b));
        OnnxCheck.assertGives(OnnxCheck.model(c.operand(0).sample(), layer, parameters), c.operand(0), c.output());
    }
}
