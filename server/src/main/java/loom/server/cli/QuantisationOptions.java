package loom.server.cli;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import loom.format.Cursor;
import loom.format.PackedTensor;
import loom.format.TensorJson;
import loom.model.Model;
import loom.model.Network;
import loom.model.Place;
import loom.model.Precision;
import loom.numeric.WeightType;
import loom.quant.Deviation;
import loom.quant.Int8Products;
import loom.quant.OutputErrors;
import loom.quant.Quantisation;
import loom.quant.QuantisationReport;
import loom.quant.Quantiser;
import loom.train.Sgd;
import loom.train.Training;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Weights with fewer bits, and the report about them. */
final class QuantisationOptions {
    @Option(
            names = "--quantise",
            paramLabel = "TYPE",
            description = "Stores weights as int8, int4, ternary, binary, f8_e4m3, f8_e5m2, f4, bf16 or f16.")
    private Optional<String> type = Optional.empty();

    @Option(
            names = "--per",
            paramLabel = "PART",
            description =
                    "What has a scale of its own: tensor, channel or block (default channel; block for int4 and f4).")
    private Optional<String> per = Optional.empty();

    @Option(
            names = "--block",
            paramLabel = "N",
            description = "Numbers of a block (default " + Quantisation.BLOCK + ").")
    private Optional<Integer> block = Optional.empty();

    @Option(names = "--zero-points", description = "With int8 and int4: a zero point beside every scale.")
    private boolean zeroPoints;

    @Option(
            names = "--keep",
            paramLabel = "NAME",
            description =
                    "Parameters whose names start so, and their layers, stay as they are; can be given several times.")
    private List<String> keep = List.of();

    @Option(
            names = "--precision",
            paramLabel = "TYPE",
            description =
                    "Layers round what they multiply, and their weights, to int8 (with --quantise int8), bf16 or f16.")
    private Optional<String> precision = Optional.empty();

    @Option(
            names = "--calibrate",
            paramLabel = "DATA",
            description = "An input, or data as for evaluate: measures what fewer bits do to every layer's output.")
    private Optional<Path> calibrate = Optional.empty();

    @Option(names = "--report", paramLabel = "R.json", description = "Writes sizes and errors to a file.")
    private Optional<Path> report = Optional.empty();

    @Mixin
    private MachineChoice machine = new MachineChoice();

    /**
     * A model with fewer bits.
     *
     * @param packed the parameters that are stored with fewer bits
     * @param text what that saves and costs
     */
    record Narrow(Model model, Map<String, PackedTensor> packed, String text) {}

    /** The model with fewer bits, if that was asked for. */
    Optional<Narrow> apply(Model model) {
        if (type.isEmpty()) {
            if (per.isPresent() || zeroPoints || calibrate.isPresent() || report.isPresent()) {
                throw new CommandFailed("--per, --zero-points, --calibrate and --report belong to --quantise");
            }
            if (!keep.isEmpty() && precision.isEmpty()) {
                throw new CommandFailed("--keep belongs to --quantise and --precision");
            }
            checkKept(model);
            if (block.isPresent()) {
                throw new CommandFailed("--block belongs to --quantise");
            }
            return precision().map(p -> {
                Model rounding = rounding(model, p);
                return new Narrow(rounding, Map.of(), counted(p, layers(rounding, p)));
            });
        }
        checkKept(model);
        Optional<Precision> of = precision();
        Quantiser.Result weights =
                Quantiser.quantise(of.map(p -> rounding(model, p)).orElse(model), how());
        Quantiser.Result result = of.filter(p -> p == Precision.INT8)
                .map(p -> int8(weights))
                .orElse(new Quantiser.Result(model, weights.model(), weights.packed()));
        Optional<OutputErrors> outputs =
                calibrate.map(file -> OutputErrors.measure(machine.create(), result, inputs(file, model.network()))
                        .get());
        QuantisationReport r = QuantisationReport.of(weights, outputs);
        report.ifPresent(file -> Disk.write(file, r.json()));
        String layers = of.map(p -> counted(p, layers(result.model(), p))).orElse("");
        return Optional.of(new Narrow(result.model(), result.packed(), layers + table(r)));
    }

    private Optional<Precision> precision() {
        Optional<Precision> p = precision.map(
                name -> named("--precision", name, new Precision[] {Precision.BF16, Precision.F16, Precision.INT8}));
        if (p.equals(Optional.of(Precision.INT8)) && !type.equals(Optional.of(WeightType.INT8.label()))) {
            throw new CommandFailed("--precision int8: weights of int8 are made by --quantise int8");
        }
        return p;
    }

    /** Rounding of floats needs no other weights; int8 does. */
    private Model rounding(Model model, Precision p) {
        if (p == Precision.INT8) {
            return model;
        }
        Set<String> paths = new LinkedHashSet<>();
        for (Place place : model.network().allPlaces()) {
            boolean hasProducts = !place.layer().products().isEmpty();
            if (hasProducts && !isKept(place) && place.options().precision() != Precision.INT8) {
                paths.add(place.path());
            }
        }
        if (paths.isEmpty()) {
            throw new CommandFailed("--precision " + p + ": no layer has a product with weights that could be so");
        }
        return new Model(model.network().with(p, paths), model.parameters(), model.seed(), model.metadata());
    }

    private boolean isKept(Place place) {
        return place.parameters().stream()
                .map(place::parameterName)
                .anyMatch(name -> keep.stream().anyMatch(name::startsWith));
    }

    private static int layers(Model model, Precision p) {
        int count = 0;
        for (Place place : model.network().allPlaces()) {
            count += place.options().precision() == p ? 1 : 0;
        }
        return count;
    }

    private static String counted(Precision p, int layers) {
        return "precision   " + p + " in " + layers + " layers\n";
    }

    private static Quantiser.Result int8(Quantiser.Result weights) {
        Int8Products.Result products = Int8Products.of(weights);
        if (products.paths().isEmpty()) {
            throw new CommandFailed(
                    "--precision int8: no layer multiplies by weights of int8 that have a scale for each channel and no zero points");
        }
        return products.result();
    }

    private Quantisation how() {
        WeightType t = named("--quantise", type.orElseThrow(), WeightType.values());
        Quantisation.Per part =
                per.map(p -> named("--per", p, Quantisation.Per.values())).orElse(Quantisation.usual(t));
        if (per.isPresent() && !t.isScaled()) {
            throw new CommandFailed("--per: " + t.label() + " has no scales");
        }
        if (zeroPoints && !t.hasZeroPoint()) {
            throw new CommandFailed("--zero-points: only int8 and int4 have them, not " + t.label());
        }
        block.ifPresent(b -> Count.atLeast(1, "--block", b));
        if (block.isPresent() && part != Quantisation.Per.BLOCK) {
            throw new CommandFailed("--block: only with --per block");
        }
        return new Quantisation(t, part, block.orElse(Quantisation.BLOCK), zeroPoints, keep);
    }

    /** A name that was mistyped would be quantised with all the others. */
    private void checkKept(Model model) {
        for (String start : keep) {
            if (model.parameters().keySet().stream().noneMatch(name -> name.startsWith(start))) {
                throw new CommandFailed("--keep " + start + ": no parameter's name starts so");
            }
        }
    }

    private static <E extends Enum<E>> E named(String option, String name, E[] all) {
        List<String> known = new ArrayList<>();
        for (E e : all) {
            String label = e.name().toLowerCase(Locale.ROOT);
            if (label.equals(name)) {
                return e;
            }
            known.add(label);
        }
        throw new CommandFailed(option + ": expected " + String.join(", ", known) + ", found " + name);
    }

    /** A file with {@code shape} is an input or several; anything else is data to learn from. */
    private static float[] inputs(Path file, Network network) {
        if (file.toString().endsWith(".json")) {
            Cursor c = Cursor.parse(file.toString(), Disk.read(file));
            if (c.has("shape")) {
                float[] values = TensorJson.read(c).values();
                if (values.length % network.input().elements(1) != 0) {
                    throw new CommandFailed(
                            file + ": " + values.length + " numbers are no samples of " + network.input());
                }
                return values;
            }
        }
        Training training = Training.of(TrainingOptions.loss(Optional.empty()), new Sgd(), 0, 1);
        return TrainingData.test(file, network, training).inputs();
    }

    private static String table(QuantisationReport r) {
        StringBuilder b = new StringBuilder();
        String row = "%-24s  %-8s  %12d  %12d  %11s  %11s%n";
        b.append(text(
                "%-24s  %-8s  %12s  %12s  %11s  %11s%n",
                "parameter", "stored", "f32 bytes", "bytes", "error", "largest"));
        for (QuantisationReport.Parameter p : r.parameters()) {
            b.append(
                    text(row, p.name(), p.dtype(), p.bytesAsF32(), p.bytes(), relative(p.error()), largest(p.error())));
        }
        b.append(text("%-24s  %-8s  %12d  %12d%n", "all", "", r.bytesAsF32(), r.bytes()));
        r.outputs().ifPresent(o -> {
            b.append(text("%n%-50s  %11s  %11s%n", "output on " + o.samples() + " samples", "error", "largest"));
            o.layers().forEach((label, e) -> b.append(text("%-50s  %11s  %11s%n", label, relative(e), largest(e))));
            b.append(text("%-50s  %11s  %11s%n", "network", relative(o.output()), largest(o.output())));
        });
        return b.toString();
    }

    private static String relative(Deviation d) {
        return text("%.4f %%", 100 * d.relative());
    }

    private static String largest(Deviation d) {
        return text("%.3g", d.largest());
    }

    private static String text(String format, Object... values) {
        return String.format(Locale.ROOT, format, values);
    }
}
