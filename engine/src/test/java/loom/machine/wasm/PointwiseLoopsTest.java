package loom.machine.wasm;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import loom.graph.ElementType;
import loom.graph.Extent;
import loom.graph.Shape;
import loom.program.Expression;
import loom.program.Kernel;
import loom.program.Term;
import org.junit.jupiter.api.Test;

class PointwiseLoopsTest {
    private static PointwiseLoops loops(Shape space, Term term, Shape... loads) {
        return PointwiseLoops.of(new Kernel.Pointwise(
                space,
                List.of(loads).stream().map(shape -> new Kernel.Load(0, shape)).toList(),
                new Expression(List.of(term)),
                1));
    }

    private static final Term ELEMENT = new Term.Operand(0, ElementType.F32);

    @Test
    void whatEveryOperandHasIsOneLoop() {
        Shape space = Shape.batched(3, 1, 5);
        assertThat(loops(space, ELEMENT, space))
                .isEqualTo(new PointwiseLoops(List.of(new Extent(15, true)), List.of(3)));
    }

    /** A row for all samples, then a number for each row. */
    @Test
    void whatAnOperandRepeatsIsALoopOfItsOwn() {
        Shape space = Shape.batched(3, 5);
        assertThat(loops(space, ELEMENT, space, Shape.of(1, 3, 5)))
                .isEqualTo(new PointwiseLoops(List.of(new Extent(1, true), Extent.of(15)), List.of(0, 2)));
        assertThat(loops(space, ELEMENT, space, Shape.batched(3, 1)).outermost())
                .isEqualTo(new Extent(3, true));
    }

    @Test
    void anAxisWhosePositionIsAskedForStandsAlone() {
        Shape space = Shape.of(2, 3, 5, 7);
        assertThat(loops(space, new Term.Index(1), space))
                .isEqualTo(new PointwiseLoops(List.of(Extent.of(2), Extent.of(3), Extent.of(35)), List.of(0, 1, 3)));
    }

    @Test
    void oneElementIsOneTrip() {
        assertThat(loops(Shape.SCALAR, ELEMENT, Shape.SCALAR))
                .isEqualTo(new PointwiseLoops(List.of(Extent.ONE), List.of(-1)));
    }
}
