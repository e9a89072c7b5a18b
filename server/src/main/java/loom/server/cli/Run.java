package loom.server.cli;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.Callable;
import loom.format.LoadedModel;
import loom.format.TensorJson;
import loom.graph.Extent;
import loom.graph.Shape;
import loom.graph.ShapeException;
import loom.inspect.ReceiptJson;
import loom.inspect.ReceiptOptions;
import loom.model.Model;
import loom.model.Tensor;
import loom.run.ModelRunner;
import loom.run.Ticker;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code loom run}: a model on an input, with a receipt of what was computed. */
@Command(
        name = "run",
        description = "Runs a model on an input and writes output and receipt.",
        mixinStandardHelpOptions = true)
final class Run implements Callable<Integer> {
    @Mixin
    private ModelFile model;

    @Option(
            names = "--input",
            required = true,
            paramLabel = "X.json",
            description =
                    "{\"shape\": [...], \"data\": [...]}: one sample, or several along a first axis; of several inputs "
                            + "{\"inputs\": {\"NAME\": {\"shape\": ...}, ...}}.")
    private Path input;

    @Mixin
    private MachineChoice machine = new MachineChoice();

    @Option(
            names = "--ticks",
            description =
                    "Runs the model as a pipeline: the input's first axis are ticks, every layer reads what the one before "
                            + "it gave a tick earlier, and there is an output for every tick.")
    private boolean ticks;

    @Option(names = "--output", paramLabel = "Y.json", description = "Where the output goes (default: the terminal).")
    private Optional<Path> output;

    @Option(names = "--receipt", paramLabel = "R.json", description = "Where the receipt goes.")
    private Optional<Path> receipt;

    @Option(names = "--trace", description = "The receipt digests every node, not only every layer's output.")
    private boolean trace;

    @Option(names = "--embed", description = "The receipt contains model and input.")
    private boolean embed;

    @Option(names = "--bits", description = "Write every value's bits beside the decimals.")
    private boolean bits;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() {
        if (receipt.isEmpty() && (trace || embed)) {
            throw new CommandFailed(
                    (trace ? "--trace" : "--embed") + " says what a receipt holds; add --receipt R.json");
        }
        if (ticks && receipt.isPresent()) {
            throw new CommandFailed("--receipt: not with --ticks, which are many runs");
        }
        LoadedModel loaded = model.load();
        Tensor x = NamedTensors.read(input, loaded.model().network());
        if (ticks) {
            give(TensorJson.write(ticked(loaded.model(), x), bits));
            return ExitStatus.OK;
        }
        ModelRunner runner = ModelRunner.open(machine.create(), loaded.model()).get();
        checkShape(runner, x);
        Tensor y = runner.run(x).get();
        give(NamedTensors.write(loaded.model().network(), y, runner.batchOf(x.shape()), bits));
        if (receipt.isPresent()) {
            Path r = receipt.get();
            ReceiptOptions options =
                    new ReceiptOptions(ReceiptPaths.name(r, model.file()), ReceiptPaths.name(r, input), embed, trace);
            Disk.write(r, ReceiptJson.write(runner.receipt(x, options).get()));
        }
        runner.close();
        return ExitStatus.OK;
    }

    private void give(String text) {
        if (output.isPresent()) {
            Disk.write(output.get(), text);
        } else {
            Output.print(spec, text);
        }
    }

    private Tensor ticked(Model m, Tensor x) {
        Shape sample = m.network().input();
        if (x.shape().rank() != sample.rank() + 1 || !x.shape().remove(0).equals(sample)) {
            throw new CommandFailed(
                    input + ": $.shape: expected a first axis of ticks and then " + sample + ", found " + x.shape());
        }
        int count = x.shape().dim(0);
        int width = sample.elements(1);
        Shape out = m.network().output();
        float[] all = new float[count * out.elements(1)];
        Ticker ticker = Ticker.open(machine.create(), m, 1).get();
        for (int t = 0; t < count; t++) {
            ticker.set(Arrays.copyOfRange(x.values(), t * width, (t + 1) * width))
                    .get();
            System.arraycopy(ticker.tick().get(), 0, all, t * out.elements(1), out.elements(1));
        }
        ticker.close();
        return new Tensor(out.insert(0, Extent.of(count)), all);
    }

    private void checkShape(ModelRunner runner, Tensor x) {
        try {
            runner.batchOf(x.shape());
        } catch (ShapeException e) {
            throw new CommandFailed(input + ": $.shape: " + e.getMessage());
        }
    }
}
