package loom.format;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import loom.format.GoLayer.Entry;
import loom.format.GoLayer.Stream;
import loom.format.ModelException.Code;
import loom.graph.Shape;
import loom.graph.Words;
import loom.model.Activation;
import loom.model.Combine;
import loom.model.Concat;
import loom.model.Dense;
import loom.model.FieldException;
import loom.model.Filter;
import loom.model.GridScatter;
import loom.model.Initialiser;
import loom.model.Parallel;
import loom.model.Sequential;
import loom.model.Tensor;

/** Parallel branches of the Go engine's files, every sample combined by itself. */
final class GoParallel {
    private static final List<String> KEYS = List.of(
            "branches",
            "combine_mode",
            "grid_positions",
            "grid_output_rows",
            "grid_output_cols",
            "grid_output_layers",
            "filter_gate",
            "filter_softmax",
            "filter_temperature");
    private static final List<String> MODES = List.of("concat", "add", "avg", "average", "grid_scatter", "filter");

    private final GoLayers reader;
    private final Cursor config;

    private GoParallel(GoLayers reader, Cursor config) {
        this.reader = reader;
        this.config = config;
    }

    static GoLayer read(GoLayers reader, Entry e) {
        Cursor c = e.config();
        GoKeys.others(c, List.of("type", "activation"), KEYS);
        e.weights().ifPresent(w -> GoKeys.others(w, List.of("dtype"), List.of("branch_weights")));
        return new GoParallel(reader, c).layer(e);
    }

    private GoLayer layer(Entry e) {
        List<GoLayer> inside = branches(e);
        int in = inside.get(0).in();
        List<Shape> outputs = new ArrayList<>();
        for (GoLayer branch : inside) {
            if (branch.in() != in) {
                throw branch.at()
                        .at()
                        .error(
                                Code.SHAPE,
                                "expected an input of " + in + " as the first branch, found " + branch.in(),
                                "");
            }
            outputs.add(Shape.of(branch.out()));
        }
        int branches = inside.size();
        Optional<GoLayer> gate = mode().equals("filter") ? Optional.of(gate(e, in, branches)) : Optional.empty();
        Parallel parallel = new Parallel(GoLayer.layers(inside), combine(branches, gate));
        gate.ifPresent(inside::add);
        int out = parallel.combine().outputShape(Shape.of(in), outputs).dim(0);
        return GoLayer.around(parallel, config, in, out, inside);
    }

    private List<GoLayer> branches(Entry e) {
        List<Entry> entries = e.inside(config.member("branches"));
        List<GoLayer> inside = new ArrayList<>();
        Optional<Integer> width = e.width();
        for (int i = 0; i < entries.size(); i++) {
            Entry b = entries.get(i);
            String label = config.layer() + ", layer " + i;
            GoLayer branch = b.config().member("type").string().equals("residual") && width.isPresent()
                    ? identity(b, label, width.get())
                    : reader.read(b.config(), label, width, b.weights());
            width = width.isEmpty() ? Optional.of(branch.in()) : width;
            // The hidden stream runs along the layers of cells only.
            inside.add(branch.with(Stream.NONE));
        }
        return inside;
    }

    /** A branch has no layer before it whose input could be added. */
    private GoLayer identity(Entry b, String label, int width) {
        Cursor c = b.config().in(label + " residual");
        c.allow(GoSchema.LAYER);
        GoKeys.others(c, List.of("type", "activation"), List.of());
        b.withoutWeights();
        reader.notes().add(c.layer() + ": hands its input on, as in the Go engine a branch of that type did");
        return GoLayer.of(new Sequential(List.of()), c, width, width);
    }

    private String mode() {
        return config.optional("combine_mode").map(Cursor::string).orElse("");
    }

    private Combine combine(int branches, Optional<GoLayer> gate) {
        return switch (mode()) {
            case "", "concat" -> new Concat();
            case "add" -> Combine.Elementwise.ADD;
            case "avg", "average" -> Combine.Elementwise.AVERAGE;
            case "grid_scatter" -> gridScatter(branches);
            case "filter" ->
                new Filter(
                        gate.orElseThrow().at().layer(),
                        GoSoftmax.kind(reader, config, "filter_softmax", "filter_temperature", branches),
                        Optional.empty());
            default ->
                throw config.member("combine_mode").error(Code.VALUE, Names.unknown("combine mode", mode(), MODES), "");
        };
    }

    private Combine gridScatter(int branches) {
        int[] row = new int[branches];
        int[] column = new int[branches];
        int[] layer = new int[branches];
        boolean[] placed = new boolean[branches];
        Cursor positions = config.member("grid_positions");
        for (Cursor p : positions.elements()) {
            p.allow(List.of("branch_index", "target_row", "target_col", "target_layer"));
            int branch = p.optional("branch_index")
                    .map(x -> x.whole(0, branches - 1))
                    .orElse(0);
            if (placed[branch]) {
                throw p.error(Code.VALUE, "a second place for branch " + branch, "");
            }
            placed[branch] = true;
            row[branch] = GoKeys.size(p, "target_row");
            column[branch] = GoKeys.size(p, "target_col");
            layer[branch] = GoKeys.size(p, "target_layer");
        }
        for (int i = 0; i < branches; i++) {
            if (!placed[i]) {
                throw positions.error(Code.VALUE, "no place for branch " + i, "");
            }
        }
        try {
            return new GridScatter(
                    GoKeys.agree(config, "grid", List.of("grid_output_rows")),
                    GoKeys.agree(config, "grid", List.of("grid_output_cols")),
                    Math.max(1, GoKeys.size(config, "grid_output_layers")),
                    Words.of(row),
                    Words.of(column),
                    Words.of(layer));
        } catch (FieldException x) {
            throw positions.error(Code.VALUE, x.getMessage(), "");
        }
    }

    /** That engine saved no gates and then weighed all branches alike; a gate of zeros does so too, and can learn. */
    private GoLayer gate(Entry e, int in, int branches) {
        Optional<Cursor> described = config.optional("filter_gate")
                .filter(c -> !GoKeys.empty(c))
                .map(c -> c.in(config.layer() + ", layer gate"));
        described.ifPresent(c -> checkGate(c, in, branches));
        if (described.isEmpty() || e.weights().isPresent()) {
            reader.notes()
                    .add(config.layer()
                            + ": the file has no gate, so all branches weigh the same until one is learned");
            if ((long) in * branches > GoKeys.MAX_SIZE) {
                throw config.error(
                        Code.LIMIT, "a gate from " + in + " inputs to " + branches + " branches is too large", "");
            }
        }
        LinkedHashMap<String, Tensor> zeros = new LinkedHashMap<>();
        if (e.weights().isPresent()) {
            zeros.put(Dense.KERNEL, new Tensor(Shape.of(in, branches), new float[in * branches]));
            zeros.put(Dense.BIAS, new Tensor(Shape.of(branches), new float[branches]));
        }
        Initialiser start = described.isPresent() ? Initialiser.Scaled.HE_NORMAL : Initialiser.Constant.ZEROS;
        return GoLayer.of(linear(branches, start), described.orElse(config), in, branches, zeros);
    }

    private static void checkGate(Cursor c, int in, int branches) {
        c.allow(GoSchema.LAYER);
        if (!c.member("type").string().equals("dense")) {
            throw c.member("type").expected("\"dense\", the only gate of the Go engine");
        }
        GoLayers.DenseSize size = GoLayers.denseSize(c);
        if (size.in() != in || size.out() != branches) {
            throw c.error(
                    Code.SHAPE,
                    "expected a gate from " + in + " inputs to " + branches + " branches, found " + size.in() + " to "
                            + size.out(),
                    "");
        }
    }

    /** Its activation, if it names one, was not run. */
    private static Dense linear(int branches, Initialiser initialiser) {
        return new Dense(branches, Activation.Simple.LINEAR, true, initialiser);
    }
}
