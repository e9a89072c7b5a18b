package loom.program;

import java.util.List;

/** Pointwise computation in SSA form: terms in order, the last one is the result. Fused from several graph nodes. */
public record Expression(List<Term> terms) {
    /** Bound of a fused expression: longer chains compile slowly in software WebGPU adapters and spill registers elsewhere. */
    public static final int MAX_TERMS = 64;

    public Expression {
        terms = List.copyOf(terms);
    }

    public Term result() {
        return terms.get(terms.size() - 1);
    }
}
