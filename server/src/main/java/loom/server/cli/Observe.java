package loom.server.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import loom.format.TensorJson;
import loom.model.Model;
import loom.model.Network;
import loom.observe.Observer;
import loom.observe.Profile;
import loom.observe.Telemetry;
import loom.train.Dataset;
import loom.train.Sgd;
import loom.train.Training;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code loom observe}: what a model's layers give, and what gradients flow back. */
@Command(
        name = "observe",
        description =
                "Looks inside a run: what every layer gives, dead and saturated units, and with data also gradients.",
        mixinStandardHelpOptions = true)
final class Observe implements Callable<Integer> {
    /** Shown of those that take longest. */
    private static final int KERNELS = 10;

    @Mixin
    private ModelFile model;

    @Mixin
    private MachineChoice machine = new MachineChoice();

    @Option(names = "--input", paramLabel = "X.json", description = "An input: looks forward.")
    private Optional<Path> input = Optional.empty();

    @Option(
            names = "--data",
            paramLabel = "DATA",
            description = "Data as for evaluate: looks forward and backward, one look a batch.")
    private Optional<Path> data = Optional.empty();

    @Option(names = "--loss", paramLabel = "NAME", description = "A loss by its name (default cross_entropy).")
    private Optional<String> loss = Optional.empty();

    @Option(
            names = "--batch",
            paramLabel = "N",
            defaultValue = "32",
            description = "Samples of a look (default ${DEFAULT-VALUE}).")
    private int batch;

    @Option(
            names = "--times",
            description = "With --input: how long a run takes, its layers and kernels, on the machine.")
    private boolean times;

    @Option(names = "--json", description = "A line of JSON a look.")
    private boolean json;

    @Option(names = "--to", paramLabel = "URL", description = "Also posts that line to an address.")
    private Optional<URI> to = Optional.empty();

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() {
        if (input.isPresent() == data.isPresent()) {
            throw new CommandFailed("expected --input or --data, one of them");
        }
        Count.atLeast(1, "--batch", batch);
        if (times && data.isPresent()) {
            throw new CommandFailed("--times takes --input");
        }
        Model m = model.load().model();
        if (times) {
            Profile p = Profile.of(machine.create(), m, System::nanoTime, read(input.get()))
                    .get();
            Output.print(spec, json ? p.json() : p.text(KERNELS));
        } else if (input.isPresent()) {
            forward(m, input.get());
        } else {
            backward(m, data.get());
        }
        return ExitStatus.OK;
    }

    private void forward(Model m, Path file) {
        Telemetry t =
                Telemetry.open(machine.create(), m.network(), System::nanoTime).get();
        observers(t).look(m, read(file)).get();
        t.close();
    }

    private static float[] read(Path file) {
        return TensorJson.read(file.toString(), Disk.read(file)).values();
    }

    private void backward(Model m, Path file) {
        Network network = m.network();
        Training training = Training.of(TrainingOptions.loss(loss), new Sgd(), 0, batch);
        Dataset samples = TrainingData.test(file, network, training);
        Telemetry t = observers(Telemetry.open(machine.create(), network, training, System::nanoTime)
                .get());
        for (int from = 0; from < samples.size(); from += batch) {
            t.look(m, samples.part(from, Math.min(from + batch, samples.size())))
                    .get();
        }
        t.close();
    }

    private Telemetry observers(Telemetry t) {
        PrintWriter out = spec.commandLine().getOut();
        t.add(json ? Observer.stream(out::print) : Observer.console(out::print));
        t.add(o -> out.flush());
        to.ifPresent(uri -> t.add(Observer.stream(line -> post(uri, line))));
        return t;
    }

    private static void post(URI uri, String line) {
        try (HttpClient client = HttpClient.newHttpClient()) {
            HttpRequest request = HttpRequest.newBuilder(uri)
                    .header("Content-Type", "application/json")
                    .POST(HttpRequest.BodyPublishers.ofString(line))
                    .build();
            int status =
                    client.send(request, HttpResponse.BodyHandlers.discarding()).statusCode();
            if (status >= 300) {
                throw new CommandFailed("--to " + uri + ": it answered " + status);
            }
        } catch (IOException | IllegalArgumentException e) {
            throw new CommandFailed("--to " + uri + ": " + e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CommandFailed("--to " + uri + ": interrupted");
        }
    }
}
