package loom.train;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import loom.format.Cursor;
import loom.format.DeclaredJson;
import loom.format.ModelException;
import loom.graph.Op;
import loom.graph.Primitive;
import loom.model.Activation;
import loom.model.Dense;
import loom.model.Layer;
import loom.testing.Approved;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.Test;

class DescriptionTest {
    private static final Path PAGE = Path.of("..", "docs", "names.md");

    /** After a new loss or the like: run this test with {@code -Dloom.approve=true}, look at the difference, commit it. */
    @Test
    void thePageSaysWhatTheDeclarationsSay() throws IOException {
        Approved.file(PAGE, Description.markdown());
    }

    /** One name for every kind of operation, and for each of those that are several. */
    @Test
    void namesEveryOperation() {
        List<Class<?>> kinds = new ArrayList<>();
        collect(Op.class, kinds);
        List<String> names = new ArrayList<>();
        Primitive.all().forEach(p -> names.add(p.name()));
        Set<String> different = new LinkedHashSet<>(names);
        assertThat(different).hasSizeGreaterThanOrEqualTo(kinds.size()).contains("matmul", "gelu", "scatter_add", "lt");
        int several = loom.graph.PointOp.UnaryKind.values().length
                + loom.graph.PointOp.BinaryKind.values().length
                + loom.graph.PointOp.CompareKind.values().length
                + loom.graph.PointOp.RandomKind.values().length
                + Op.ReduceKind.values().length
                + loom.graph.Factors.values().length;
        assertThat(names).hasSize(kinds.size() - 6 + several);
    }

    private static void collect(Class<?> type, List<Class<?>> kinds) {
        if (type.isSealed()) {
            for (Class<?> c : type.getPermittedSubclasses()) {
                collect(c, kinds);
            }
        } else {
            kinds.add(type);
        }
    }

    @Test
    void jsonNamesLayersLossesAndOperations() {
        Cursor c = Cursor.parse("describe", Description.json());
        assertThat(names(c, "layer")).isEqualTo(Layer.Types.ALL.names());
        assertThat(names(c, "loss")).isEqualTo(Loss.Types.ALL.names());
        assertThat(names(c, "optimizer")).isEqualTo(Optimizer.Types.ALL.names());
        assertThat(names(c, "operation")).contains("conv");
        Cursor huber = c.member("loss").elements().get(2);
        assertThat(huber.member("fields").elements().get(0).member("name").string())
                .isEqualTo("delta");
    }

    private static List<String> names(Cursor c, String kind) {
        return c.member(kind).elements().stream()
                .map(l -> l.member("name").string())
                .toList();
    }

    @Test
    void oneThingOrAllOfAKind() {
        assertThat(Description.text("dense").orElseThrow())
                .startsWith("layer dense: ")
                .contains("  `units`: number of outputs");
        assertThat(Description.text("loss").orElseThrow().lines().filter(l -> l.startsWith("loss ")))
                .hasSize(5);
        assertThat(Description.text("max").orElseThrow()).contains("operation max: ");
        assertThat(Description.text("nothing")).isEmpty();
        assertThat(Description.text()).contains("layer: dense, ", "\noptimizer: sgd, ", "\noperation: input, ");
    }

    /** By its name, with checked fields. */
    @Test
    void aLayerByItsName() {
        Layer layer = DeclaredJson.read(
                Layer.Types.ALL.find("dense").orElseThrow(),
                Cursor.parse("here", "{\"units\": 3, \"activation\": \"tanh\"}"));
        assertThat(layer).isEqualTo(new Dense(3, Activation.Simple.TANH));
        Assertions.assertThatThrownBy(() -> DeclaredJson.read(
                        Layer.Types.ALL.find("dense").orElseThrow(), Cursor.parse("here", "{\"units\": 0}")))
                .isInstanceOf(ModelException.class);
    }
}
