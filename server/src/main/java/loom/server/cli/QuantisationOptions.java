package loom.server.cli;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import loom.format.Cursor;
import loom.format.TensorJson;
import loom.model.Model;
import loom.model.Network;
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
            description = "Parameters whose names start so stay as they are; can be given several times.")
    private List<String> keep = List.of();

    @Option(
            names = "--int8-products",
            description =
                    "With --quantise int8: layers round what they multiply by their weights, too; sums are exact and faster.")
    private boolean int8Products;

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
     * @param text what that saves and costs
     */
    record Narrow(Quantiser.Result result, String text) {}

    /** The model with fewer bits, if that was asked for. */
    Optional<Narrow> apply(Model model) {
        if (type.isEmpty()) {
            if (per.isPresent() || zeroPoints || calibrate.isPresent() || report.isPresent() || !keep.isEmpty()) {
                throw new CommandFailed("--per, --zero-points, --keep, --calibrate and --report belong to --quantise");
            }
            if (block.isPresent() || int8Products) {
                throw new CommandFailed((int8Products ? "--int8-products" : "--block") + " belongs to --quantise");
            }
            return Optional.empty();
        }
        checkKept(model);
        Quantiser.Result weights = Quantiser.quantise(model, how());
        Optional<Int8Products.Result> products = int8Products ? Optional.of(int8(weights)) : Optional.empty();
        Quantiser.Result result = products.map(Int8Products.Result::result).orElse(weights);
        Optional<OutputErrors> outputs =
                calibrate.map(file -> OutputErrors.measure(machine.create(), result, inputs(file, model.network()))
                        .get());
        QuantisationReport r = QuantisationReport.of(weights, outputs);
        report.ifPresent(file -> Disk.write(file, r.json()));
        String layers = products.map(p -> "products    int8 in " + p.paths().size() + " layers\n")
                .orElse("");
        return Optional.of(new Narrow(result, layers + table(r)));
    }

    private static Int8Products.Result int8(Quantiser.Result weights) {
        Int8Products.Result products = Int8Products.of(weights);
        if (products.paths().isEmpty()) {
            throw new CommandFailed(
                    "--int8-products: no layer multiplies by weights of int8 that have a scale for each channel and no zero points");
        }
        return products;
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
        if (block.isPresent() && block.get() < 1) {
            throw new CommandFailed("--block " + block.get() + ": expected at least 1");
        }
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
