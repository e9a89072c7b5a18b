package loom.inspect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import loom.format.Cursor;
import loom.graph.Shape;
import loom.model.Activation;
import loom.model.Cell;
import loom.model.Dense;
import loom.model.Grid;
import loom.model.Model;
import loom.model.Network;
import loom.model.Softmax;
import loom.model.SoftmaxKind;
import org.junit.jupiter.api.Test;

class InspectionTest {
    private static final Model MODEL = Model.initialise(
            new Network(
                    "two cells",
                    Shape.of(6),
                    new Grid(
                            1,
                            2,
                            java.util.List.of(
                                    Cell.of(new Dense(4, new Activation.LeakyRelu(0.1f))),
                                    Cell.of(
                                            new Dense(3, Activation.Simple.LINEAR, false),
                                            new Softmax(new SoftmaxKind.Temperature(0.5f)))))),
            1);

    /** Approved by eye; the listing is part of what a person may compare between versions. */
    @Test
    void textIsAsApproved() throws IOException {
        try (var in = InspectionTest.class.getResourceAsStream("/inspect/two-cells.txt")) {
            assertEquals(
                    new String(in.readAllBytes(), StandardCharsets.UTF_8),
                    Inspection.of(MODEL).text());
        }
    }

    @Test
    void jsonSaysTheSame() {
        Cursor c = Cursor.parse("inspection", Inspection.of(MODEL).json());
        assertEquals(40, c.member("parameters").whole(0, 1 << 20));
        assertEquals(3, c.member("layers").elements().size());
        assertEquals(
                "0.1.1", c.member("layers").elements().get(2).member("path").string());
        assertThat(Inspection.of(MODEL).text())
                .contains(c.member("program").member("digest").string());
    }
}
