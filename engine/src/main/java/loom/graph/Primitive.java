package loom.graph;

import java.util.ArrayList;
import java.util.List;

/**
 * The operations that everything is made of, by name and with a line about each; {@link Op} says exactly what they are.
 *
 * @param name as in listings
 */
public record Primitive(String name, String doc) {
    /** What an operation is called. */
    public static Primitive of(Op op) {
        return switch (op) {
            case Op.Input o -> new Primitive("input", "fed before every run");
            case Op.Parameter o -> new Primitive("parameter", "weights, kept by the machine");
            case Op.State o -> new Primitive("state", "kept by the machine from run to run");
            case Op.Scalar o -> new Primitive("scalar", "a number given with every run");
            case Op.Splat o -> new Primitive("splat", "one number everywhere");
            case Op.Table o -> new Primitive("table", "numbers known when the graph is built");
            case Op.Iota o -> new Primitive("iota", "the index along an axis");
            case Op.Broadcast o -> new Primitive("broadcast", "axes of extent 1 repeated");
            case Op.Reshape o -> new Primitive("reshape", "the same elements under another shape");
            case Op.Permute o -> new Primitive("permute", "axes in another order");
            case Op.Slice o -> new Primitive("slice", "every so many elements of a part of each axis");
            case Op.Pad o -> new Primitive("pad", "zeros around and between");
            case Op.Concat o -> new Primitive("concat", "one after the other along an axis");
            case Op.Reverse o -> new Primitive("reverse", "an axis the other way round");
            case Op.Window o -> new Primitive("window", "windows that slide over the spatial axes");
            case Op.Unwindow o -> new Primitive("unwindow", "elements of windows by the position they came from");
            case Op.Conv o -> new Primitive("conv", "convolution, one product-sum an element");
            case Op.Gather o -> new Primitive("gather", "rows of a table by their indices");
            case Op.ScatterAdd o -> new Primitive("scatter_add", "rows added up by their indices");
            case Op.StopGradient o -> new Primitive("stop_gradient", "the operand, with derivative zero");
            case Op.Surrogate o -> new Primitive("surrogate", "one value, with the derivative of another");
            case Op.Reduce o ->
                switch (o.kind()) {
                    case SUM -> new Primitive("sum", "sum along an axis, in 32 lanes");
                    case MAX -> new Primitive("max", "largest along an axis");
                    case MIN -> new Primitive("min", "least along an axis");
                };
            case Op.MatMul o ->
                new Primitive(
                        o.factors().operation(),
                        switch (o.factors()) {
                            case F32 -> "matrix product, k in blocks of 128";
                            case BF16 -> "matrix product of operands rounded to bf16";
                            case F16 -> "matrix product of operands rounded to f16";
                            case INT8 -> "matrix product of operands rounded to int8, exact in i32";
                        });
            case Op.Loop o -> new Primitive("loop", "a body run so many times, with values carried along");
            case Op.Result o -> new Primitive("result", "one of several results of a loop");
            case PointOp.Unary o -> new Primitive(o.label(), "function of each element");
            case PointOp.Binary o -> new Primitive(o.label(), "function of each two elements");
            case PointOp.Compare o -> new Primitive(o.label(), "comparison of each two elements: 1 or 0");
            case PointOp.Select o -> new Primitive(o.label(), "of each two elements the first where a mask is not 0");
            case PointOp.Cast o -> new Primitive(o.label(), "the number in another element type");
            case PointOp.Random o -> new Primitive(o.label(), "a random number for each element, by Philox");
        };
    }

    private static void pointwise(List<Primitive> all) {
        for (PointOp.UnaryKind k : PointOp.UnaryKind.values()) {
            all.add(of(new PointOp.Unary(k)));
        }
        for (PointOp.BinaryKind k : PointOp.BinaryKind.values()) {
            all.add(of(new PointOp.Binary(k)));
        }
        for (PointOp.CompareKind k : PointOp.CompareKind.values()) {
            all.add(of(new PointOp.Compare(k)));
        }
        all.add(of(new PointOp.Select()));
        all.add(of(new PointOp.Cast(ElementType.F32)));
        for (PointOp.RandomKind k : PointOp.RandomKind.values()) {
            all.add(of(new PointOp.Random(k, 0, 0)));
        }
    }

    /** All of them. */
    public static List<Primitive> all() {
        TensorType scalar = TensorType.f32(Shape.SCALAR);
        Words none = Words.of();
        Graph body = new GraphBuilder().build();
        Words w = Words.of(1);
        WindowGeometry one = new WindowGeometry(w, w, w, Words.of(0), Words.of(0), w);
        List<Op> structure = new ArrayList<>(List.of(
                new Op.Input("", scalar),
                new Op.Parameter("", scalar),
                new Op.State("", scalar),
                new Op.Scalar("", ElementType.F32),
                new Op.Splat(0, scalar),
                new Op.Table(none, scalar),
                new Op.Iota(0, scalar),
                new Op.Broadcast(Shape.SCALAR),
                new Op.Reshape(Shape.SCALAR),
                new Op.Permute(none),
                new Op.Slice(none, none, none),
                new Op.Pad(none, none, none),
                new Op.Concat(0),
                new Op.Reverse(0),
                new Op.Window(one),
                new Op.Unwindow(one, none),
                new Op.Conv(one, 1),
                new Op.Gather(0),
                new Op.ScatterAdd(0, Extent.ONE),
                new Op.StopGradient(),
                new Op.Surrogate(),
                new Op.Loop(body, 0, 0, 0, false),
                new Op.Result(0)));
        for (Op.ReduceKind k : Op.ReduceKind.values()) {
            structure.add(new Op.Reduce(k, 0));
        }
        for (Factors f : Factors.values()) {
            structure.add(new Op.MatMul(false, false, f));
        }
        List<Primitive> all = new ArrayList<>();
        structure.forEach(op -> all.add(of(op)));
        pointwise(all);
        return all;
    }
}
