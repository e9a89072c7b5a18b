package loom.model;

import java.util.List;
import loom.graph.Node;
import loom.graph.Shape;
import loom.graph.ShapeException;

/**
 * A layer with {@link LayerOptions}. Made by {@link LayerOptions#on}; a network's {@link Place} holds layer and options apart, so
 * that only what handles layers outside a network meets this one.
 */
public record Tagged(Layer layer, LayerOptions options) implements Layer {
    public Tagged {
        if (layer instanceof Tagged || options.equals(LayerOptions.NONE)) {
            throw new IllegalArgumentException("options are given once, and only if there are any");
        }
    }

    /** The layer itself. */
    public static Layer untagged(Layer layer) {
        return layer instanceof Tagged t ? t.layer() : layer;
    }

    @Override
    public FieldValues fields() {
        return layer.fields();
    }

    @Override
    public Shape outputShape(Shape input) {
        Shape output = layer.outputShape(input);
        if (options.disabled() && !output.equals(input)) {
            throw new ShapeException("disabled, so it would hand on " + input + " where " + output
                    + " is expected; only a layer that keeps the shape can be disabled");
        }
        return output;
    }

    @Override
    public List<ParameterSpec> parameters(Shape input) {
        List<ParameterSpec> specs = layer.parameters(input);
        if (options.precision() != Precision.F32 && layer.products().isEmpty()) {
            throw new ShapeException("precision " + options.precision() + ": " + layer.typeName()
                    + " has no product with weights that could be so"
                    + (layer instanceof Conv ? " with several groups" : ""));
        }
        return switch (options.precision()) {
            case F32, BF16, F16 -> specs;
            case INT8 -> Int8.parameters(layer, specs);
        };
    }

    @Override
    public List<String> products() {
        return layer.products();
    }

    @Override
    public List<Child> children(Shape input) {
        return layer.children(input);
    }

    @Override
    public Stepping stepping(Shape input) {
        return options.disabled() ? Stepping.EACH_POSITION : layer.stepping(input);
    }

    @Override
    public Node lower(LayerContext c, Node x) {
        return options.disabled() ? x : layer.lower(c, x);
    }
}
