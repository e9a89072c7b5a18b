package loom.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Collections;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever is wrong with a file of the Go engine is a {@link ModelException}. */
class GoRefusalsTest {
    /** Within what the keys may hold, but more than our layers take. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"type\":\"rnn\",\"input_size\":3,\"hidden_size\":100000}",
                "{\"type\":\"mha\",\"d_model\":131072,\"num_heads\":131072,\"seq_length\":1}",
                "{\"type\":\"kmeans\",\"num_clusters\":2097152}",
            })
    void sizesThatNoLayerTakes(String layer) {
        String dense = "{\"type\":\"dense\",\"activation\":\"tanh\",\"input_size\":3,\"output_size\":3}";
        String file = layer.contains("mha") ? GoFiles.network(layer) : GoFiles.network(dense, layer);
        assertThatThrownBy(() -> ModelReader.load("go.json", file))
                .isInstanceOf(ModelException.class)
                .hasMessageContaining("a whole number from 1 to");
    }

    @Test
    void moreWeightsThanACountHolds() {
        String cfg = GoFiles.network("{\"type\":\"mha\",\"d_model\":65536,\"num_heads\":1,\"seq_length\":1}");
        String file = GoFiles.bundle(cfg, "{\"k_weights\":[1]}");
        assertThatThrownBy(() -> ModelReader.load("go.json", file))
                .isInstanceOf(ModelException.class)
                .hasMessageContaining("expected a multiple of 4294967296 numbers for heads of 65536, found 1");
    }

    /** A branch of that type hands its input on; that is no reason to take keys which mean nothing. */
    @Test
    void aResidualBranchIsReadAsWell() {
        String dense = "{\"type\":\"dense\",\"activation\":\"tanh\",\"input_size\":2,\"output_size\":2}";
        String parallel = "{\"type\":\"parallel\",\"combine_mode\":\"add\",\"branches\":[" + dense
                + ",{\"type\":\"residual\",\"norm_size\":7}]}";
        assertThatThrownBy(() -> ModelReader.load("go.json", GoFiles.network(dense, parallel)))
                .isInstanceOf(ModelException.class)
                .hasMessageContaining("norm_size");
    }

    /** That engine did not save it, whether it was described or not. */
    @Test
    void aDescribedGateOfASavedModelIsZeros() {
        String dense = "{\"type\":\"dense\",\"activation\":\"tanh\",\"input_size\":2,\"output_size\":2}";
        String parallel = "{\"type\":\"parallel\",\"combine_mode\":\"filter\",\"branches\":["
                + String.join(",", Collections.nCopies(2, dense)) + "],\"filter_gate\":" + dense + "}";
        String weights = "{\"kernel\":[1,0,0,1],\"biases\":[0,0]}";
        String file =
                GoFiles.bundle(GoFiles.network(parallel), "{\"branch_weights\":[" + weights + "," + weights + "]}");
        LoadedModel loaded = ModelReader.load("go.json", file);
        assertThat(loaded.notes()).anyMatch(note -> note.contains("all branches weigh the same"));
        assertThat(loaded.model().parameters())
                .allSatisfy((name, tensor) -> assertThat(tensor).isNotNull());
        assertThat(loaded.model().parameters().entrySet())
                .filteredOn(p -> p.getKey().contains("gate"))
                .isNotEmpty()
                .allSatisfy(p -> assertThat(p.getValue().values()).containsOnly(0));
    }
}
