package loom.program;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import loom.graph.Node;
import loom.graph.Shape;
import loom.graph.TensorType;

/** One pointwise kernel under construction: merges the expressions of its operands. */
final class Fusion {
    private final List<Kernel.Load> loads = new ArrayList<>();
    private final List<Term> terms = new ArrayList<>();
    /** Whose values are computed. */
    private final List<Node> nodes = new ArrayList<>();

    /** True if {@code p} can be merged in and {@code more} more operands still find room for a load each. */
    boolean fits(Value.Pending p, int more) {
        Set<Integer> buffers = new TreeSet<>();
        loads.forEach(l -> buffers.add(l.buffer()));
        p.loads().forEach(l -> buffers.add(l.buffer()));
        return buffers.size() + more - 1 <= Kernel.MAX_LOADED_BUFFERS
                && terms.size() + p.terms().size() + more <= Expression.MAX_TERMS;
    }

    /** Adds an operand; returns the position of its term. */
    int add(Value v, TensorType type) {
        return switch (v) {
            case Value.Leaf l -> term(l.term());
            case Value.Stored s -> term(new Term.Operand(load(s.load()), type.element()));
            case Value.Pending p -> merge(p);
        };
    }

    void apply(Term.Apply term, Node of) {
        terms.add(term);
        nodes.add(of);
    }

    private int merge(Value.Pending p) {
        nodes.addAll(p.nodes());
        List<Integer> moved = new ArrayList<>();
        for (Term t : p.terms()) {
            moved.add(
                    switch (t) {
                        case Term.Operand o ->
                            term(new Term.Operand(load(p.loads().get(o.load())), o.element()));
                        case Term.Constant c -> term(c);
                        case Term.Scalar s -> term(s);
                        case Term.Index i -> term(i);
                        case Term.Apply a -> {
                            List<Integer> arguments = new ArrayList<>();
                            a.arguments().forEach(k -> arguments.add(moved.get(k)));
                            terms.add(new Term.Apply(a.op(), arguments, a.element(), a.domain(), a.site()));
                            yield terms.size() - 1;
                        }
                    });
        }
        return moved.get(moved.size() - 1);
    }

    private int load(Kernel.Load l) {
        int i = loads.indexOf(l);
        if (i < 0) {
            i = loads.size();
            loads.add(l);
        }
        return i;
    }

    private int term(Term t) {
        int i = terms.indexOf(t);
        if (i < 0) {
            i = terms.size();
            terms.add(t);
        }
        return i;
    }

    Value.Pending pending() {
        return new Value.Pending(List.copyOf(loads), List.copyOf(terms), List.copyOf(nodes));
    }

    Kernel.Pointwise kernel(Shape space, int out) {
        // The result is the last term; an operand found among earlier terms is repeated there.
        return new Kernel.Pointwise(space, loads, new Expression(terms), out);
    }
}
