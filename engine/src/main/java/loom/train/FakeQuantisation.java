package loom.train;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import loom.graph.GraphBuilder;
import loom.graph.Node;
import loom.graph.Op;
import loom.graph.PointOp.CompareKind;
import loom.graph.PointOp.UnaryKind;
import loom.graph.Shape;
import loom.model.Channels;
import loom.model.Model;
import loom.model.NetworkLowering;
import loom.model.ParameterSpec;
import loom.model.Place;
import loom.model.Tensor;
import loom.numeric.F32;
import loom.numeric.WeightType;

/**
 * Quantisation-aware training (Jacob et al. 2018): layers compute with weights rounded as they will be stored, scale·round(w/scale) with the
 * scale max|w|/127 of each channel (7 for int4), and the weights themselves learn by the gradient that the rounded ones get (straight-through;
 * Bengio et al. 2013). Matrices, filters and tables, where that saves bytes; all else stays f32.
 */
record FakeQuantisation(WeightType type) implements NetworkLowering.Weights {
    /** Added and taken off again, it rounds a magnitude below 2^22 to the nearest whole number, ties to even. */
    private static final float ROUNDER = 0x1.8p23f;

    private static final List<WeightType> TYPES = List.of(WeightType.INT8, WeightType.INT4);

    /** Of a type's name; empty if it has none that can be trained so. */
    static Optional<FakeQuantisation> named(String label) {
        return WeightType.of(label).filter(TYPES::contains).map(FakeQuantisation::new);
    }

    private boolean takes(Place place, ParameterSpec spec) {
        Shape shape = spec.shape();
        if (shape.rank() < 2 || spec.role() != ParameterSpec.Role.TRAINED) {
            return false;
        }
        int numbers = shape.elements(1);
        int scales = shape.dim(Channels.axis(place.layer(), shape));
        return type.bytes(numbers) + 4L * scales < 4L * numbers;
    }

    @Override
    public Node of(GraphBuilder g, Place place, ParameterSpec spec, Node w) {
        if (!takes(place, spec)) {
            return w;
        }
        int channel = Channels.axis(place.layer(), spec.shape());
        Node most = g.unary(UnaryKind.ABS, w);
        for (int axis = 0; axis < spec.shape().rank(); axis++) {
            most = axis == channel ? most : g.reduce(Op.ReduceKind.MAX, most, axis);
        }
        float largest = type.largest();
        Node scale = g.divide(most, g.constant(largest));
        Node nothing = g.compare(CompareKind.EQ, scale, g.constant(0f));
        Node q = g.divide(w, g.select(nothing, g.constant(1f), scale));
        q = g.max(g.constant(F32.neg(largest) - 1), g.min(g.constant(largest), q));
        q = g.minus(g.plus(q, g.constant(ROUNDER)), g.constant(ROUNDER));
        return g.surrogate(g.times(q, scale), w);
    }

    /** The model with the weights that its layers computed with in training. */
    Model round(Model model) {
        LinkedHashMap<String, Tensor> values = new LinkedHashMap<>(model.parameters());
        for (Place place : model.network().allPlaces()) {
            for (ParameterSpec spec : place.parameters()) {
                String name = place.parameterName(spec);
                if (takes(place, spec) && values.containsKey(name)) {
                    values.put(name, rounded(values.get(name), Channels.axis(place.layer(), spec.shape())));
                }
            }
        }
        return model.withParameters(values);
    }

    /** The same as {@link #of}, number by number. */
    private Tensor rounded(Tensor t, int channel) {
        Shape shape = t.shape();
        int inner = shape.product(channel + 1, shape.rank()).at(1);
        float[] scales = new float[shape.dim(channel)];
        float[] w = t.values().clone();
        for (int i = 0; i < w.length; i++) {
            int c = i / inner % scales.length;
            scales[c] = Math.max(scales[c], Math.abs(w[i]));
        }
        float largest = type.largest();
        for (int c = 0; c < scales.length; c++) {
            scales[c] = F32.div(scales[c], largest);
        }
        for (int i = 0; i < w.length; i++) {
            float scale = scales[i / inner % scales.length];
            float q = F32.div(w[i], scale == 0 ? 1 : scale);
            q = Math.max(F32.neg(largest) - 1, Math.min(largest, q));
            w[i] = F32.mul(q + ROUNDER - ROUNDER, scale);
        }
        return new Tensor(shape, w);
    }
}
