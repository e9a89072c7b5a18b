package loom.format;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import loom.model.Layer;
import loom.model.Place;
import loom.model.Sequential;
import loom.testing.Approved;
import org.junit.jupiter.api.Test;

/**
 * The two tables of {@code docs/go-loom.md} say what the reader does and what {@link GoEngineTest} compares. After a change: run this
 * test with {@code -Dloom.approve=true}, look at the difference, commit it.
 */
class GoPageTest {
    private static final Path PAGE = Path.of("..", "docs", "go-loom.md");
    private static final String END = "\n\n";

    /** One layer of each type and variant that is read, after a dense layer of six outputs. */
    private static final List<String> EXAMPLES = List.of(
            "{\"type\":\"dense\",\"activation\":\"relu\",\"input_size\":6,\"output_size\":2}",
            "{\"type\":\"softmax\",\"temperature\":0.5}",
            softmax("grid", ",\"softmax_rows\":2,\"softmax_cols\":3"),
            softmax("hierarchical", ",\"hierarchy_levels\":[3,2]"),
            softmax("gumbel", ""),
            softmax("masked", ",\"mask\":[true,true,true,true,true,false]"),
            softmax("sparse", ""),
            softmax("entmax", ",\"entmax_alpha\":1.5"),
            softmax("adaptive", ""),
            softmax("mixture", ""),
            "{\"type\":\"layer_norm\",\"norm_size\":6}",
            "{\"type\":\"rms_norm\",\"norm_size\":3}",
            "{\"type\":\"residual\"}",
            "{\"type\":\"sequential\",\"branches\":[{\"type\":\"softmax\"}]}",
            parallel("concat", ""),
            parallel("add", ""),
            parallel("avg", ""),
            parallel(
                    "grid_scatter",
                    ",\"grid_output_rows\":1,\"grid_output_cols\":2,\"grid_output_layers\":1,\"grid_positions\":["
                            + "{\"branch_index\":0,\"target_col\":1},{\"branch_index\":1}]"),
            parallel("filter", ",\"filter_gate\":{\"type\":\"dense\",\"input_size\":6,\"output_size\":2}"),
            "{\"type\":\"kmeans\",\"num_clusters\":3}",
            conv(1, "\"input_channels\":2,\"input_length\":3"),
            conv(2, "\"input_channels\":1,\"input_height\":2,\"input_width\":3"),
            conv(3, "\"input_channels\":1,\"input_depth\":1,\"input_height\":2,\"input_width\":3"),
            "{\"type\":\"embedding\",\"vocab_size\":9,\"embedding_dim\":4}",
            "{\"type\":\"mha\",\"d_model\":6,\"num_heads\":3}",
            "{\"type\":\"swiglu\",\"input_size\":6,\"output_size\":16}",
            "{\"type\":\"rnn\",\"input_size\":3,\"hidden_size\":4,\"seq_length\":2}",
            "{\"type\":\"lstm\",\"input_size\":6,\"hidden_size\":4}");

    private static String softmax(String variant, String more) {
        return "{\"type\":\"softmax\",\"softmax_variant\":\"" + variant + "\"" + more + "}";
    }

    private static String parallel(String mode, String more) {
        return "{\"type\":\"parallel\",\"combine_mode\":\"" + mode + "\",\"branches\":[{\"type\":\"softmax\"},"
                + "{\"type\":\"softmax\"}]" + more + "}";
    }

    private static String conv(int axes, String input) {
        return "{\"type\":\"conv" + axes + "d\",\"activation\":\"tanh\"," + input
                + ",\"filters\":2,\"kernel_size\":3,\"padding\":1}";
    }

    @Test
    void thePageSaysWhatIsReadAndCompared() throws IOException {
        String page = Files.readString(PAGE);
        String now = with(with(page, "| in a configuration |", layers()), "| case |", recorded());
        Approved.file(PAGE, now);
    }

    /** The page with the table that begins so replaced. */
    private static String with(String page, String head, String table) {
        int from = page.indexOf(head);
        assertThat(from).as(head).isPositive();
        return page.substring(0, from) + head + table + page.substring(page.indexOf(END, from));
    }

    // ---- what is read ----

    private static String layers() {
        StringBuilder b = new StringBuilder(" here |\n| --- | --- |");
        for (String example : EXAMPLES) {
            b.append("\n| `")
                    .append(example)
                    .append("` | ")
                    .append(here(example))
                    .append(" |");
        }
        return b.toString();
    }

    private static String here(String example) {
        String dense = "{\"type\":\"dense\",\"activation\":\"tanh\",\"input_size\":6,\"output_size\":6}";
        LoadedModel m = ModelReader.load("go.json", GoFiles.network(dense, example));
        List<Place> places = m.model().network().places();
        List<String> parts = new ArrayList<>();
        parts.add("`" + text(places.get(places.size() - 1).layer()) + "`");
        for (String note : m.notes()) {
            if (note.startsWith("cell 0,0 layer 1")) {
                parts.add(note.substring(note.indexOf(": ") + 2));
            }
        }
        return String.join("; ", parts);
    }

    /** A sequential by the layers inside it. */
    private static String text(Layer layer) {
        if (!(layer instanceof Sequential s)) {
            return layer.fields().text();
        }
        List<String> inside = new ArrayList<>();
        s.layers().forEach(l -> inside.add(text(l)));
        return "sequential of " + String.join(", ", inside);
    }

    /** A type or variant that is read without being on the page would be missing from it. */
    @Test
    void everyTypeThatIsReadHasAnExample() {
        List<String> aliases = List.of("layernorm", "rmsnorm", "multi_head_attention");
        for (String type : GoSchema.TYPES) {
            assertThat(aliases.contains(type)
                            || EXAMPLES.stream().anyMatch(e -> e.startsWith("{\"type\":\"" + type + "\"")))
                    .as(type)
                    .isTrue();
        }
        for (String variant : GoSchema.SOFTMAX_VARIANTS) {
            assertThat(List.of("standard", "temperature").contains(variant)
                            || EXAMPLES.stream().anyMatch(e -> e.contains("\"softmax_variant\":\"" + variant + "\"")))
                    .as(variant)
                    .isTrue();
        }
    }

    // ---- what was recorded ----

    private static String recorded() {
        Map<String, String> reasons = new LinkedHashMap<>();
        Cursor golden = GoEngineTest.GOLDEN;
        for (Cursor e : golden.member("exclusions").elements()) {
            reasons.put(
                    e.member("case").string() + " " + e.member("part").string(),
                    e.member("reason").string());
        }
        StringBuilder b = new StringBuilder(" answer | gradients |\n| --- | --- | --- |");
        for (Cursor c : golden.member("cases").elements()) {
            String name = c.member("name").string();
            String all = reasons.get(name + " all");
            b.append("\n| `").append(name).append("` | ");
            b.append(all != null ? all : reasons.getOrDefault(name + " forward", "equal"));
            b.append(" | ");
            b.append(c.has("d_output") ? reasons.getOrDefault(name + " gradients", "equal") : "not recorded");
            b.append(" |");
        }
        return b.toString();
    }
}
