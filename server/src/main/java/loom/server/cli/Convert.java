package loom.server.cli;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import loom.format.LoadedModel;
import loom.format.ModelWriter;
import loom.format.PackedTensor;
import loom.format.tensors.SafetensorsWriter;
import loom.format.tensors.TensorFile;
import loom.machine.DeviceException;
import loom.model.FieldException;
import loom.model.LayerException;
import loom.model.Model;
import loom.model.OnnxGraph;
import loom.onnx.OnnxExport;
import loom.run.CompiledModel;
import loom.text.TextModel;
import loom.text.Tokenizer;
import loom.text.TransformerExport;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code loom convert}: a model of any kind as a file of our own format, on request with fewer bits, as an ONNX file, or compiled. */
@Command(
        name = "convert",
        description =
                "Reads a model of any kind, says what it found, and writes it as a model.json, as an ONNX file or compiled to WebAssembly.",
        mixinStandardHelpOptions = true)
final class Convert implements Callable<Integer> {
    private static final int SAMPLES = 16;

    @Mixin
    private ModelFile model;

    @Parameters(
            index = "1",
            paramLabel = "OUT",
            description =
                    "Where the model goes: a .json, .onnx or .wasm file (compiled, for use without Loom), with --tokenizer a folder.")
    private Path to;

    @Option(names = "--safetensors", description = "Weights go to a .safetensors file beside OUT.json.")
    private boolean beside;

    @Option(
            names = "--samples",
            paramLabel = "N",
            description =
                    "Of a .wasm file: how many samples one call of it takes at most (16, or 1 where a model can take no more). Its memory has room for so many.")
    private Optional<Integer> samples = Optional.empty();

    @Option(
            names = "--widen",
            description =
                    "Weights that MODEL stores with fewer bits are written as f32; else they stay as they are stored.")
    private boolean widen;

    @Option(
            names = "--tokenizer",
            paramLabel = "TOKENIZER.json",
            description =
                    "Writes a folder that generate reads: MODEL as a transformer of Hugging Face, and this tokenizer.")
    private Optional<Path> tokenizer = Optional.empty();

    @Mixin
    private QuantisationOptions quantisation = new QuantisationOptions();

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() {
        if (samples.isPresent() && !isCompiled()) {
            throw new CommandFailed("--samples is for files that end in .wasm, not " + to);
        }
        samples.ifPresent(n -> Count.atLeast(1, "--samples", n));
        LoadedModel loaded = model.load();
        Optional<QuantisationOptions.Narrow> narrow = quantisation.apply(loaded.model());
        Model m = narrow.map(QuantisationOptions.Narrow::model).orElse(loaded.model());
        LinkedHashMap<String, PackedTensor> packed = new LinkedHashMap<>();
        if (!widen) {
            packed.putAll(PackedTensor.numbersOf(m));
            packed.putAll(loaded.packed());
        }
        narrow.ifPresent(n -> packed.putAll(n.packed()));
        String written = tokenizer.isPresent()
                ? folder(m, packed)
                : isOnnx()
                        ? onnx(m, narrow.map(n -> !n.packed().isEmpty()).orElse(false), packed)
                        : isCompiled() ? compiled(m) : beside ? apart(m, packed) : whole(m, packed);
        Output.print(
                spec,
                Inspect.found(model.file(), loaded)
                        + narrow.map(QuantisationOptions.Narrow::text).orElse("") + "written     " + written + "\n");
        return ExitStatus.OK;
    }

    private boolean isOnnx() {
        return to.toString().endsWith(".onnx");
    }

    private boolean isCompiled() {
        return to.toString().endsWith(".wasm");
    }

    private String compiled(Model m) {
        if (beside) {
            throw new CommandFailed("--safetensors: a compiled model has its weights inside");
        }
        int most = samples.orElse(OnnxGraph.takesOneSample(m.network()) ? 1 : SAMPLES);
        try {
            byte[] module = CompiledModel.of(m, most);
            Disk.write(to, module);
            return to + ", " + module.length + " bytes, up to " + most + " samples a call";
        } catch (IllegalArgumentException | DeviceException e) {
            throw new CommandFailed(to + ": " + e.getMessage());
        }
    }

    private String onnx(Model m, boolean isNarrow, Map<String, PackedTensor> packed) {
        if (beside || isNarrow) {
            throw new CommandFailed(
                    (beside ? "--safetensors" : "--quantise") + ": an ONNX file holds its weights as f32");
        }
        if (!packed.isEmpty()) {
            throw new CommandFailed(to + ": an ONNX file holds its weights as f32, and MODEL stores " + packed.size()
                    + " of them with fewer bits; --widen writes them so");
        }
        Disk.write(to, OnnxExport.write(m));
        return to + ", opset " + OnnxExport.OPSET;
    }

    /** The tokenizer is read before anything is written: a folder that cannot be read helps nobody. */
    private String folder(Model m, Map<String, PackedTensor> packed) {
        if (beside) {
            throw new CommandFailed("--safetensors: a folder's weights are in such a file always");
        }
        Path file = tokenizer.orElseThrow();
        byte[] bytes = Disk.read(file);
        int ids = Tokenizer.read(file.toString(), bytes).size();
        TransformerExport t = transformer(m, packed);
        int logits = m.network().output().dim(1);
        if (ids > logits) {
            throw new CommandFailed(file + ": " + ids + " ids, and the model has " + logits);
        }
        Disk.makeFolder(to);
        Disk.write(to.resolve(TextModel.CONFIG), t.config());
        Disk.write(to.resolve(TextModel.TOKENIZER), bytes);
        Disk.write(to.resolve(TextModel.WEIGHTS), SafetensorsWriter.write(t.weights()));
        return to + ", a transformer";
    }

    private static TransformerExport transformer(Model m, Map<String, PackedTensor> packed) {
        try {
            return TransformerExport.of(m, packed);
        } catch (LayerException | FieldException e) {
            throw new CommandFailed(e.getMessage());
        }
    }

    private String whole(Model m, Map<String, PackedTensor> packed) {
        Disk.write(to, ModelWriter.write(m, packed));
        return to.toString();
    }

    private String apart(Model m, Map<String, PackedTensor> packed) {
        Path weights = ModelFile.weightsOf(to)
                .orElseThrow(() -> new CommandFailed("--safetensors: expected a file that ends in .json, found " + to));
        Disk.write(weights, SafetensorsWriter.write(TensorFile.of(m, packed)));
        Disk.write(to, ModelWriter.withoutWeights(m, packed));
        return to + ", " + weights;
    }
}
