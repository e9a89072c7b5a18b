package loom.server.cli;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import loom.build.Architectures;
import loom.build.Cells;
import loom.build.Detection;
import loom.build.Graft;
import loom.format.ModelWriter;
import loom.format.tensors.SafetensorsReader;
import loom.graph.Shape;
import loom.model.Activation;
import loom.model.Combine;
import loom.model.Concat;
import loom.model.Model;
import loom.model.Network;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code loom build}: new models from parts of others. */
@Command(
        name = "build",
        description = "Makes models from parts: grafts, splits, joins, other grids, tensors, random networks.",
        mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "COMMAND")
final class Build {
    @Spec
    private CommandSpec spec;

    private static Model read(Path file) {
        return ModelFile.load(file, Disk.read(file), new OnnxSettings()).model();
    }

    private void write(Path file, Model model) {
        Disk.write(file, ModelWriter.write(model));
        Output.print(
                spec,
                "written     " + file + ", " + model.network().input() + " -> "
                        + model.network().output() + "\n");
    }

    @Command(
            name = "graft",
            description = "Puts several models side by side as branches of one layer, weights included.",
            mixinStandardHelpOptions = true)
    int graft(
            @Parameters(arity = "1..*", paramLabel = "MODEL", description = "Models over the same input.")
                    List<Path> files,
            @Option(names = "--output", required = true, paramLabel = "OUT.json", description = "Where it goes.")
                    Path to,
            @Option(
                            names = "--combine",
                            paramLabel = "HOW",
                            defaultValue = "concat",
                            description = "How one value is made of theirs (default ${DEFAULT-VALUE}).")
                    String combine,
            @Option(
                            names = "--drop",
                            paramLabel = "N",
                            defaultValue = "0",
                            description = "Layers to leave out at every model's end (default ${DEFAULT-VALUE}).")
                    int drop,
            @Option(
                            names = "--head",
                            paramLabel = "N",
                            defaultValue = "0",
                            description = "Outputs of a new dense layer behind; 0 for none (default ${DEFAULT-VALUE}).")
                    int head,
            @Option(
                            names = "--seed",
                            paramLabel = "N",
                            defaultValue = "1",
                            description = "Of new weights (default ${DEFAULT-VALUE}).")
                    long seed) {
        Count.atLeast(0, "--drop", drop);
        Count.atLeast(0, "--head", head);
        List<Model> models = new ArrayList<>();
        files.forEach(f -> models.add(read(f)));
        write(
                to,
                new Graft(
                                drop,
                                TrainingOptions.named(
                                        "--combine", Optional.of(combine), Combine.Types.ALL, new Concat()),
                                head,
                                seed)
                        .of(models));
        return ExitStatus.OK;
    }

    @Command(
            name = "split",
            description = "Cuts a model in two: the layers before number N, and the others.",
            mixinStandardHelpOptions = true)
    int split(
            @Parameters(index = "0", paramLabel = "MODEL", description = "The model.") Path file,
            @Parameters(index = "1", paramLabel = "N", description = "The first layer of the second, from 1.") int at,
            @Parameters(index = "2", paramLabel = "A.json", description = "Where the first part goes.") Path first,
            @Parameters(index = "3", paramLabel = "B.json", description = "Where the second part goes.") Path second) {
        List<Model> parts = Cells.split(read(file), at);
        write(first, parts.get(0));
        write(second, parts.get(1));
        return ExitStatus.OK;
    }

    @Command(
            name = "join",
            description = "Puts one model behind another, with a stitching layer where widths differ.",
            mixinStandardHelpOptions = true)
    int join(
            @Parameters(index = "0", paramLabel = "A", description = "The first model.") Path first,
            @Parameters(index = "1", paramLabel = "B", description = "The second one.") Path second,
            @Parameters(index = "2", paramLabel = "OUT.json", description = "Where it goes.") Path to,
            @Option(
                            names = "--seed",
                            paramLabel = "N",
                            defaultValue = "1",
                            description = "Of the stitch's weights (default ${DEFAULT-VALUE}).")
                    long seed) {
        write(to, Cells.join(read(first), read(second), seed));
        return ExitStatus.OK;
    }

    @Command(
            name = "cells",
            description = "Spreads a model's layers over another grid; 1 by 1 merges all cells.",
            mixinStandardHelpOptions = true)
    int cells(
            @Parameters(index = "0", paramLabel = "MODEL", description = "The model.") Path file,
            @Parameters(index = "1", paramLabel = "OUT.json", description = "Where it goes.") Path to,
            @Option(
                            names = "--rows",
                            paramLabel = "N",
                            defaultValue = "1",
                            description = "Rows of the grid (default ${DEFAULT-VALUE}).")
                    int rows,
            @Option(
                            names = "--columns",
                            paramLabel = "N",
                            defaultValue = "1",
                            description = "Columns of the grid (default ${DEFAULT-VALUE}).")
                    int columns) {
        write(to, Cells.spread(read(file), rows, columns));
        return ExitStatus.OK;
    }

    @Command(
            name = "tensors",
            description = "Guesses a network from a file of named tensors, and says why.",
            mixinStandardHelpOptions = true)
    int tensors(
            @Parameters(index = "0", paramLabel = "W.safetensors", description = "The tensors.") Path file,
            @Parameters(index = "1", paramLabel = "OUT.json", description = "Where the model goes.") Path to,
            @Option(
                            names = "--input",
                            paramLabel = "N[,N...]",
                            description = "Shape of a sample, if the first layer does not say it.")
                    Optional<String> input,
            @Option(
                            names = "--activation",
                            paramLabel = "NAME",
                            defaultValue = "relu",
                            description = "Between layers with weights (default ${DEFAULT-VALUE}).")
                    String activation) {
        Detection d = Detection.of(
                SafetensorsReader.read(Disk.source(file)),
                input.map(Shapes::parse),
                TrainingOptions.named(
                        "--activation", Optional.of(activation), Activation.Types.ALL, Activation.Simple.RELU));
        Output.print(spec, String.join("\n", d.explanation()) + "\n");
        write(
                to,
                d.model()
                        .orElseThrow(
                                () -> new CommandFailed(file + ": no network was found; the lines above say why")));
        return ExitStatus.OK;
    }

    @Command(
            name = "random",
            description = "Draws networks from a seed, no two alike, and writes them with their first weights.",
            mixinStandardHelpOptions = true)
    int random(
            @Parameters(index = "0", paramLabel = "DIR", description = "The folder they go to.") Path folder,
            @Option(
                            names = "--input",
                            required = true,
                            paramLabel = "N[,N...]",
                            description = "Shape of a sample: a vector, a sequence or an image.")
                    String input,
            @Option(names = "--outputs", required = true, paramLabel = "N", description = "Outputs of each.")
                    int outputs,
            @Option(
                            names = "--count",
                            paramLabel = "N",
                            defaultValue = "5",
                            description = "How many (default ${DEFAULT-VALUE}).")
                    int count,
            @Option(
                            names = "--seed",
                            paramLabel = "N",
                            defaultValue = "1",
                            description = "Of the draws (default ${DEFAULT-VALUE}).")
                    long seed) {
        Count.atLeast(1, "--outputs", outputs);
        Count.atLeast(1, "--count", count);
        List<Network> networks = Architectures.of(Shapes.parse(input), outputs, count, seed);
        if (!Files.isDirectory(folder)) {
            throw new CommandFailed(folder + ": no such folder");
        }
        for (int i = 0; i < networks.size(); i++) {
            Path file = folder.resolve("network-" + i + ".json");
            Disk.write(file, ModelWriter.write(Model.initialise(networks.get(i), seed)));
            Output.print(spec, file + "  " + networks.get(i).name() + "\n");
        }
        return ExitStatus.OK;
    }

    /** Shapes as arguments: {@code 1,28,28}. */
    static final class Shapes {
        private Shapes() {}

        static Shape parse(String text) {
            String[] parts = text.split(",", -1);
            int[] dims = new int[parts.length];
            try {
                for (int i = 0; i < parts.length; i++) {
                    dims[i] = Integer.parseInt(parts[i].strip());
                }
                if (dims.length <= Shape.MAX_RANK - 1
                        && java.util.Arrays.stream(dims).allMatch(d -> d > 0)) {
                    return Shape.of(dims);
                }
            } catch (NumberFormatException e) {
                // said below
            }
            throw new CommandFailed("expected a shape like 1,28,28, found " + text);
        }
    }
}
