package loom.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import loom.graph.Shape;
import loom.machine.NumericTrap;
import loom.machine.reference.ReferenceMachine;
import loom.model.Model;
import loom.run.ModelRunner;
import org.junit.jupiter.api.Test;

/** Embeddings of the Go engine's files; it recorded none, so these are its rules with small numbers. */
class GoEmbeddingTest {
    private static final String WEIGHTS = "{\"embedding_weights\":[1,2,10,20,100,200]}";

    private static String embedding(String more) {
        return "{\"type\":\"embedding\",\"activation\":\"relu\",\"vocab_size\":3,\"embedding_dim\":2" + more + "}";
    }

    private static float[] run(Model model, int batch, float... ids) {
        return ModelRunner.open(new ReferenceMachine(), model)
                .get()
                .run(ids, batch)
                .get();
    }

    @Test
    void savedRows() {
        LoadedModel m =
                ModelReader.load("go.json", GoFiles.bundle(GoFiles.network(embedding(",\"seq_length\":3")), WEIGHTS));
        assertEquals(Shape.of(3), m.model().network().input());
        assertEquals(Shape.of(6), m.model().network().output());
        assertEquals(List.of(), m.notes());
        assertThat(run(m.model(), 2, 2, 0.9f, 1, 1, 1, 2))
                .containsExactly(100, 200, 1, 2, 10, 20, 10, 20, 10, 20, 100, 200);
        assertThatThrownBy(() -> run(m.model(), 1, 0, 3, 0))
                .isInstanceOf(NumericTrap.class)
                .hasMessageContaining("index 3 is outside 0..2");
    }

    @Test
    void aSampleIsOneIdIfNothingSaysMore() {
        String dense = "{\"type\":\"dense\",\"activation\":\"tanh\",\"input_size\":2,\"output_size\":1}";
        LoadedModel m = ModelReader.load("go.json", GoFiles.network(embedding(""), dense));
        assertEquals(Shape.of(1), m.model().network().input());
        assertThat(m.notes())
                .contains("cell 0,0 layer 0 embedding: a sample is one id, since the file does not say how many there"
                        + " are");
        float[] y = run(m.model(), 3, 0, 2, 0);
        assertThat(y[0]).isEqualTo(y[2]).isNotEqualTo(y[1]);
    }

    /** U(−1, 1)/√d. */
    @Test
    void startsAsThereWithinBounds() {
        String wide = "{\"type\":\"embedding\",\"vocab_size\":50,\"embedding_dim\":16}";
        Model m = ModelReader.load("go.json", GoFiles.network(wide)).model();
        float most = 0;
        float least = 0;
        for (float x : m.parameters().get("0.0.0.0.embedding").values()) {
            most = Math.max(most, x);
            least = Math.min(least, x);
        }
        assertThat(most).isBetween(0.24f, 0.25f);
        assertThat(least).isBetween(-0.25f, -0.24f);
    }

    private static void refused(String message, String... layers) {
        assertThatThrownBy(() -> ModelReader.load("go.json", GoFiles.network(layers)))
                .isInstanceOf(ModelException.class)
                .hasMessageContaining(message);
    }

    @Test
    void refusesWhatDoesNotFit() {
        refused("missing vocabulary size, expected one of vocab_size", "{\"type\":\"embedding\",\"embedding_dim\":2}");
        refused("missing embedding size, expected one of embedding_dim", "{\"type\":\"embedding\",\"vocab_size\":2}");
        refused("\"d_model\" means nothing here", embedding(",\"d_model\":2"));
        refused("\"input_length\" is 2 but \"seq_length\" is 3", embedding(",\"input_length\":2,\"seq_length\":3"));
        String dense = "{\"type\":\"dense\",\"activation\":\"tanh\",\"input_size\":2,\"output_size\":4}";
        refused("expected an input of 4 from the layer before, found 3", dense, embedding(",\"seq_length\":3"));
        refused(
                "more than 2^31-1 numbers",
                "{\"type\":\"embedding\",\"vocab_size\":16777216,\"embedding_dim\":16777216}");
        assertThatThrownBy(() -> ModelReader.load(
                        "go.json",
                        GoFiles.bundle(GoFiles.network(embedding("")), "{\"embedding_weights\":[1,2,10,20,100]}")))
                .hasMessageContaining("expected 6 numbers for [3,2], found 5");
    }
}
