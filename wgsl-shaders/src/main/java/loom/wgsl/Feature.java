package loom.wgsl;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import loom.graph.ElementType;
import loom.graph.Op.ReduceKind;
import loom.graph.PointOp;
import loom.graph.PointOp.BinaryKind;
import loom.graph.PointOp.UnaryKind;
import loom.numeric.Domain;
import loom.program.Kernel;
import loom.program.Term;

/** What a program may have, and a {@link Probe} looks at when it has it. */
sealed interface Feature permits ProductKind, Feature.Function, Feature.Reduction, Feature.Other {
    /** A function of one element that takes many steps. */
    record Function(UnaryKind kind) implements Feature {}

    /**
     * Of rows or, with others between the elements of each, of columns.
     *
     * @param chunked sums of more than a chunk
     */
    record Reduction(ReduceKind kind, ElementType element, boolean rows, boolean chunked) implements Feature {}

    /** Everything else. */
    enum Other implements Feature {
        /** Of elements; commits; traps. All programs are taken to have it. */
        ARITHMETIC,
        POWER,
        /** Domain W. */
        WIDE,
        /** And comparisons, which give integers. */
        INTEGERS,
        RANDOM,
        COPIES,
        /** Slices, and carried values that are computed where they lie. */
        LOOPS,
        /** Of tables: gathered, and summed by index. */
        ROWS
    }

    /** Those of a program with any batch. */
    static Set<Feature> of(Layout layout) {
        // Products first: their shaders are the longest to compile.
        Set<Feature> all = new LinkedHashSet<>(layout.kinds());
        all.add(Other.ARITHMETIC);
        add(layout.program().kernels(), all);
        return all;
    }

    private static void add(List<Kernel> kernels, Set<Feature> all) {
        for (Kernel kernel : kernels) {
            switch (kernel) {
                case Kernel.Pointwise p -> p.code().terms().forEach(term -> add(term, all));
                case Kernel.Reduce r ->
                    all.add(new Reduction(r.kind(), r.element(), r.inner().isOne(), ReduceWgsl.isChunked(r)));
                case Kernel.Copy c -> all.add(Other.COPIES);
                case Kernel.Gather g -> all.add(Other.ROWS);
                case Kernel.ScatterAdd s -> all.add(Other.ROWS);
                case Kernel.MatMul m -> {}
                case Kernel.Loop l -> {
                    all.add(Other.LOOPS);
                    add(l.body(), all);
                }
            }
        }
    }

    private static void add(Term term, Set<Feature> all) {
        if (!(term instanceof Term.Apply apply)) {
            return;
        }
        if (apply.element() != ElementType.F32) {
            all.add(Other.INTEGERS);
        }
        if (apply.domain() == Domain.W) {
            all.add(Other.WIDE);
        }
        switch (apply.op()) {
            case PointOp.Unary u -> add(u.kind(), all);
            case PointOp.Binary b -> {
                if (b.kind() == BinaryKind.POW) {
                    all.add(Other.POWER);
                }
            }
            case PointOp.Compare c -> all.add(Other.INTEGERS);
            case PointOp.Select s -> all.add(Other.INTEGERS);
            case PointOp.Cast c -> all.add(Other.INTEGERS);
            case PointOp.Random r -> all.add(Other.RANDOM);
        }
    }

    private static void add(UnaryKind kind, Set<Feature> all) {
        switch (kind) {
            case NEG, ABS -> {}
            case NARROW -> all.add(Other.WIDE);
            case EXP, LOG, TANH, SIGMOID, SOFTPLUS, ERF, GELU, SILU, SIN, COS, SQRT, RSQRT, FLOOR ->
                all.add(new Function(kind));
        }
    }

    /** All that programs may have on a device with these variants. */
    static Set<Feature> all(Variants variants) {
        Set<Feature> all = new LinkedHashSet<>(ProductKinds.of(variants));
        all.addAll(List.of(Other.values()));
        for (UnaryKind kind : UnaryKind.values()) {
            add(kind, all);
        }
        for (boolean rows : new boolean[] {false, true}) {
            all.add(new Reduction(ReduceKind.SUM, ElementType.F32, rows, false));
            all.add(new Reduction(ReduceKind.SUM, ElementType.F32, rows, true));
            for (ReduceKind kind : List.of(ReduceKind.MAX, ReduceKind.MIN)) {
                all.add(new Reduction(kind, ElementType.F32, rows, false));
                all.add(new Reduction(kind, ElementType.I32, rows, false));
            }
        }
        return all;
    }
}
