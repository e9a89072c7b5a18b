package loom.program;

import java.util.ArrayList;
import java.util.List;
import loom.graph.PointOp;
import loom.numeric.Domain;

/** A pointwise kernel's expression, written as nested calls; a term used several times is given a name first. */
final class ExpressionText {
    private final Kernel.Pointwise kernel;
    private final List<Term> terms;
    private final int[] uses;

    ExpressionText(Kernel.Pointwise kernel) {
        this.kernel = kernel;
        this.terms = kernel.code().terms();
        this.uses = new int[terms.size()];
        for (Term t : terms) {
            if (t instanceof Term.Apply a) {
                for (int argument : a.arguments()) {
                    uses[argument]++;
                }
            }
        }
    }

    String text() {
        StringBuilder b = new StringBuilder();
        for (int i = 0; i < terms.size() - 1; i++) {
            if (isNamed(i)) {
                b.append('t').append(i).append(" = ").append(write(i)).append("; ");
            }
        }
        return b.append(write(terms.size() - 1)).toString();
    }

    private boolean isNamed(int term) {
        return uses[term] > 1 && terms.get(term) instanceof Term.Apply;
    }

    private String use(int term) {
        return isNamed(term) ? "t" + term : write(term);
    }

    private String write(int term) {
        return switch (terms.get(term)) {
            case Term.Operand o -> Disassembler.load(kernel.loads().get(o.load()), kernel.space());
            case Term.Constant c -> Disassembler.constant(c.bits(), c.element());
            case Term.Scalar s -> "s" + s.scalar();
            case Term.Index x -> "p" + x.axis();
            case Term.Apply a -> {
                List<String> arguments = new ArrayList<>();
                for (int argument : a.arguments()) {
                    arguments.add(use(argument));
                }
                yield name(a) + Disassembler.site(a.site()) + "(" + String.join(", ", arguments) + ")";
            }
        };
    }

    /** Integer operations and those in the wide domain say so. */
    private static String name(Term.Apply a) {
        String label = a.op() instanceof PointOp.Cast ? "cast" : a.op().label();
        return switch (a.element()) {
            case F32 -> a.domain() == Domain.W ? label + ".w" : label;
            case I32 -> label + ".i32";
            case U32 -> label + ".u32";
        };
    }
}
