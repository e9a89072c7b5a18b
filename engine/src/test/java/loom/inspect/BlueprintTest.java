package loom.inspect;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import loom.format.Cursor;
import loom.graph.Shape;
import loom.graph.Words;
import loom.model.Activation;
import loom.model.Cell;
import loom.model.Concat;
import loom.model.Conv;
import loom.model.Dense;
import loom.model.Grid;
import loom.model.Layer;
import loom.model.Lstm;
import loom.model.Model;
import loom.model.Network;
import loom.model.Parallel;
import loom.model.Recurrence;
import loom.model.Sequential;
import org.junit.jupiter.api.Test;

/** Arithmetic counted by hand. */
class BlueprintTest {
    private static Blueprint of(Shape input, Layer... layers) {
        return Inspection.of(Model.initialise(Network.of("m", input, layers), 1))
                .blueprint();
    }

    @Test
    void denseAndCells() {
        Network n = new Network(
                "m",
                Shape.of(5),
                new Grid(
                        1,
                        2,
                        List.of(
                                Cell.of(new Dense(7, Activation.Simple.TANH), new Dense(3, Activation.Simple.LINEAR)),
                                Cell.of(new Dense(2, Activation.Simple.LINEAR, false)))));
        Blueprint b = Inspection.of(Model.initialise(n, 1)).blueprint();
        Blueprint.Cost first = b.layers().get("0.0.0");
        assertThat(first.parameters()).isEqualTo(5 * 7 + 7);
        assertThat(first.outputs()).isEqualTo(7);
        assertThat(first.arithmetic().multiplyAdds()).isEqualTo(5 * 7);
        // The bias, the hyperbolic tangent.
        assertThat(first.arithmetic().elementOperations()).isEqualTo(2 * 7);
        assertThat(b.cells()).containsOnlyKeys("0.0", "0.1");
        assertThat(b.cells().get("0.0").arithmetic().multiplyAdds()).isEqualTo(5 * 7 + 7 * 3);
        assertThat(b.network().arithmetic().multiplyAdds()).isEqualTo(5 * 7 + 7 * 3 + 3 * 2);
        assertThat(b.dearest(2)).containsExactly("0.0.0", "0.0.1");
    }

    /** A layer's own costs: those of layers inside it stand with them. */
    @Test
    void nestedLayers() {
        Blueprint b = of(
                Shape.of(4),
                new Parallel(
                        List.of(
                                new Dense(2, Activation.Simple.LINEAR),
                                new Sequential(List.of(new Dense(3, Activation.Simple.LINEAR)))),
                        new Concat()));
        assertThat(b.layers()).containsOnlyKeys("0.0.0", "0.0.0.0", "0.0.0.1", "0.0.0.1.0");
        assertThat(b.layers().get("0.0.0").arithmetic().multiplyAdds()).isZero();
        assertThat(b.layers().get("0.0.0.1.0").arithmetic().multiplyAdds()).isEqualTo(12);
        assertThat(b.network().parameters()).isEqualTo(4 * 2 + 2 + 4 * 3 + 3);
    }

    /** 3 × 3 taps over 2 channels for each of 4 filters at 5 × 5 positions; an LSTM of 3 on 6 steps of 2. */
    @Test
    void convolutionsAndLoops() {
        Layer conv = new Conv(2, 4, Words.of(3, 3), Activation.Simple.LINEAR);
        assertThat(of(Shape.of(2, 7, 7), conv).network().arithmetic().multiplyAdds())
                .isEqualTo(4 * 25 * 2 * 9);
        Layer lstm = new Lstm(Recurrence.of(3));
        assertThat(of(Shape.of(6, 2), lstm).network().arithmetic().multiplyAdds())
                .isEqualTo(6 * (2 * 12 + 3 * 12));
    }

    @Test
    void jsonHasTheCosts() {
        Model m = Model.initialise(Network.of("m", Shape.of(4), new Dense(3, Activation.Simple.LINEAR)), 1);
        Cursor c = Cursor.parse("m", Inspection.of(m).json());
        assertThat(c.member("multiplyAdds").whole(0, 99)).isEqualTo(12);
        assertThat(c.member("parameterBytes").whole(0, 99)).isEqualTo(60);
        Cursor layer = c.member("layers").elements().get(0);
        assertThat(layer.member("elementOperations").whole(0, 99)).isEqualTo(3);
        assertThat(layer.member("outputBytes").whole(0, 99)).isEqualTo(12);
        assertThat(c.member("cells").elements().get(0).member("path").string()).isEqualTo("0.0");
    }
}
