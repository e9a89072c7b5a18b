package loom.program;

import java.util.List;
import loom.graph.ElementType;
import loom.graph.PointOp;
import loom.numeric.Domain;

/** One step of an {@link Expression}: a value of the element at hand. */
public sealed interface Term {
    ElementType element();

    /** The element that load {@code load} of the kernel has at this position. */
    record Operand(int load, ElementType element) implements Term {}

    /** The same word everywhere. */
    record Constant(int bits, ElementType element) implements Term {}

    /** Run-time scalar {@code scalar} of the program. */
    record Scalar(int scalar, ElementType element) implements Term {}

    /** i32 index along axis {@code axis} of the kernel's space. */
    record Index(int axis) implements Term {
        @Override
        public ElementType element() {
            return ElementType.I32;
        }
    }

    /**
     * An operation on earlier terms.
     *
     * @param arguments positions of terms in the expression
     * @param domain domain the result is rounded to, if it is f32
     * @param site trap site to test the result for, or -1 where it cannot leave its domain
     */
    record Apply(PointOp op, List<Integer> arguments, ElementType element, Domain domain, int site) implements Term {
        public Apply {
            arguments = List.copyOf(arguments);
        }
    }
}
