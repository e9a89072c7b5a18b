package loom.program;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.function.BiFunction;
import loom.graph.GraphBuilder;
import loom.graph.Node;
import loom.graph.PointOp.UnaryKind;
import loom.graph.Shape;
import loom.graph.TensorType;
import loom.machine.Execution;
import loom.machine.reference.ReferenceMachine;
import org.junit.jupiter.api.Test;

class InPlaceTest {
    /** {@code w := w − use(xᵀ·x)}. */
    private static Program program(BiFunction<GraphBuilder, Node, Node> use) {
        GraphBuilder g = new GraphBuilder();
        Node x = g.input("x", TensorType.f32(Shape.batched(2)));
        Node w = g.parameter("w", Shape.of(2, 2));
        Node gradient = g.matMul(x, true, x, false);
        g.update(w, g.minus(w, use.apply(g, gradient)));
        g.output("w before", g.unary(UnaryKind.NEG, w));
        return Compiler.compile(g.build());
    }

    private static Kernel.MatMul product(Program p) {
        for (Kernel k : p.kernels()) {
            if (k instanceof Kernel.MatMul m) {
                return m;
            }
        }
        throw new AssertionError("no product");
    }

    private static int value(Program p) {
        return p.commits().get(0).value();
    }

    private static void steps(Program p, float... expected) {
        Execution e = new ReferenceMachine().prepare(p).get();
        e.write(p.source("w"), new float[] {10, 20, 30, 40});
        e.write(p.source("x"), new float[] {1, 2});
        e.run();
        e.finish().get();
        assertThat(e.readFloats(p.source("w")).get()).containsExactly(expected);
        assertThat(e.readFloats(p.output("w before")).get()).containsExactly(-10, -20, -30, -40);
    }

    @Test
    void aNewValueTakesThePlaceOfTheGradient() {
        Program p = program((g, gradient) -> g.times(gradient, 2f));
        assertThat(product(p).out()).isEqualTo(value(p));
        assertThat(p.slotElements(1))
                .as("the gradient has no memory of its own")
                .hasSize(p.slots());
        int elements = 0;
        for (int n : p.slotElements(1)) {
            elements += n;
        }
        // x, w, its new value, what is read of the old one
        assertThat(elements).isEqualTo(2 + 4 + 4 + 4);
        steps(p, 8, 16, 26, 32);
    }

    @Test
    void aGradientThatIsReadLaterStays() {
        Program p = program((g, gradient) -> {
            g.output("gradient", gradient);
            return gradient;
        });
        assertThat(product(p).out()).isNotEqualTo(value(p)).isEqualTo(p.output("gradient"));
        steps(p, 9, 18, 28, 36);
    }

    @Test
    void anElementThatNeedsOthersIsNotComputedInTheirPlace() {
        Program p = program((g, gradient) -> g.plus(gradient, g.slice(gradient, 0, 1, 1)));
        assertThat(product(p).out()).isNotEqualTo(value(p));
        steps(p, 10 - 1 - 2, 20 - 2 - 4, 30 - 2 - 2, 40 - 4 - 4);
    }
}
