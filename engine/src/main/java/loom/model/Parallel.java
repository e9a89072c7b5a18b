package loom.model;

import java.util.ArrayList;
import java.util.List;
import loom.graph.Node;
import loom.graph.Shape;

/**
 * Branches side by side: {@code y = combine(f₀(x), f₁(x), …)}. A branch is one layer; {@code sequential} makes one of several, and
 * without layers the identity.
 *
 * @param combine how one value is made of what the branches give
 */
public record Parallel(List<Layer> branches, Combine combine) implements Layer {
    private static final Field<Parallel, List<Layer>> BRANCHES = Field.required(
            "branches", new FieldType.Layers(), Parallel::branches, "layers that all take the same input");
    private static final Field<Parallel, Combine> COMBINE = Field.optional(
            "combine",
            new FieldType.Variant<>(Combine.Types.ALL),
            new Concat(),
            Parallel::combine,
            "how one value is made of theirs");

    public static final Declaration<Parallel> TYPE = Declaration.of(
            "parallel",
            "branches side by side over the same input, combined into one value",
            List.of(BRANCHES, COMBINE),
            v -> new Parallel(v.get(BRANCHES), v.get(COMBINE)));

    public Parallel {
        branches = List.copyOf(branches);
        if (branches.isEmpty()) {
            throw new FieldException(BRANCHES.name(), "expected at least one layer");
        }
    }

    @Override
    public FieldValues fields() {
        return TYPE.valuesOf(this);
    }

    @Override
    public List<Child> children(Shape input) {
        List<Child> children = new ArrayList<>();
        for (Layer branch : branches) {
            children.add(new Child(Integer.toString(children.size()), branch, input));
        }
        children.addAll(combine.children(input));
        return children;
    }

    private List<Shape> outputs(Shape input) {
        List<Shape> outputs = new ArrayList<>();
        for (Layer branch : branches) {
            outputs.add(branch.outputShape(input));
        }
        return outputs;
    }

    @Override
    public Shape outputShape(Shape input) {
        return combine.outputShape(input, outputs(input));
    }

    @Override
    public Stepping stepping(Shape input) {
        return combine.stepping(input, outputs(input));
    }

    @Override
    public Node lower(LayerContext c, Node x) {
        List<Node> outputs = new ArrayList<>();
        for (int i = 0; i < branches.size(); i++) {
            outputs.add(c.child(Integer.toString(i), x));
        }
        return combine.lower(c, x, outputs);
    }
}
