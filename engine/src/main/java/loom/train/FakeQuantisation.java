package loom.train;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import loom.graph.GraphBuilder;
import loom.graph.Node;
import loom.graph.Op;
import loom.graph.PointOp.CompareKind;
import loom.graph.PointOp.UnaryKind;
import loom.graph.Shape;
import loom.machine.Execution;
import loom.machine.NamedValues;
import loom.machine.ScalarWords;
import loom.machine.reference.ReferenceMachine;
import loom.model.Channels;
import loom.model.Model;
import loom.model.NetworkLowering;
import loom.model.ParameterSpec;
import loom.model.Place;
import loom.model.Tensor;
import loom.numeric.F32;
import loom.numeric.WeightType;
import loom.program.Compiler;
import loom.program.Program;

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

    /** The model with the weights that its layers computed with in training, by the same graph. */
    Model round(Model model) {
        GraphBuilder g = new GraphBuilder();
        List<String> names = new ArrayList<>();
        for (Place place : model.network().allPlaces()) {
            for (ParameterSpec spec : place.parameters()) {
                String name = place.parameterName(spec);
                if (takes(place, spec) && model.parameters().containsKey(name)) {
                    g.output(name, of(g, place, spec, g.parameter(name, spec.shape())));
                    names.add(name);
                }
            }
        }
        LinkedHashMap<String, Tensor> values = new LinkedHashMap<>(model.parameters());
        if (!names.isEmpty()) {
            values.putAll(computed(Compiler.compile(g.build()), model, names));
        }
        return model.withParameters(values);
    }

    /** On the reference machine, whose runs are over when they return. */
    private static LinkedHashMap<String, Tensor> computed(Program program, Model model, List<String> names) {
        Execution e = new ReferenceMachine().prepare(program).get();
        names.forEach(
                name -> NamedValues.write(e, name, model.parameters().get(name).values()));
        e.batch(1);
        e.run(new ScalarWords().of(program));
        e.finish().get();
        LinkedHashMap<String, Tensor> rounded = new LinkedHashMap<>();
        for (String name : names) {
            Shape shape = model.parameters().get(name).shape();
            rounded.put(
                    name, new Tensor(shape, e.readFloats(program.output(name)).get()));
        }
        e.close();
        return rounded;
    }
}
