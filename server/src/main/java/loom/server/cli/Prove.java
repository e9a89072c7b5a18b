package loom.server.cli;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import loom.conformance.Proof;
import loom.conformance.ProofJson;
import loom.conformance.Workload;
import me.tongfei.progressbar.ProgressBar;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code loom prove}: trains the workloads and writes what the parameters were after every step. */
@Command(
        name = "prove",
        description =
                "Trains small networks that every machine can train, and digests the parameters after every step.",
        mixinStandardHelpOptions = true)
final class Prove implements Callable<Integer> {
    @Option(
            names = "--steps",
            description = "Steps of every workload (default: ${DEFAULT-VALUE}).",
            defaultValue = "100")
    private int steps;

    @Option(
            names = "--workload",
            paramLabel = "NAME",
            description = "Only this one, for example \"mlp sgd\"; may be repeated (default: all nine).")
    private List<String> names = new ArrayList<>();

    @Mixin
    private MachineChoice machine = new MachineChoice();

    @Option(
            names = {"--output", "--out"},
            paramLabel = "P.json",
            description = "Where the digests go.")
    private Optional<Path> output = Optional.empty();

    @Option(
            names = "--compare",
            paramLabel = "P.json",
            description = "Digests of another machine or day: exit status 1 if a step differs.")
    private Optional<Path> other = Optional.empty();

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() {
        Count.atLeast(1, "--steps", steps);
        if (output.isEmpty() && other.isEmpty()) {
            throw new CommandFailed("--output or --compare: one of them is needed");
        }
        List<Workload> workloads = workloads();
        // Read first: what is wrong with it need not wait for the training.
        Optional<Proof> expected = other.map(f -> ProofJson.read(f.toString(), Disk.read(f)));
        Proof proof;
        try (ProgressBar bar = ProgressLine.bar("proving", steps * workloads.size())) {
            proof = Proof.of(machine.create(), "", workloads, steps, (w, step) -> bar.step())
                    .get();
        }
        for (Proof.Track t : proof.tracks()) {
            say(t.workload() + ": " + t.steps().size() + " steps, " + t.end());
        }
        output.ifPresent(f -> {
            Disk.write(f, ProofJson.write(proof));
            say("wrote " + f);
        });
        return expected.map(e -> compared(proof, e)).orElse(ExitStatus.OK);
    }

    private int compared(Proof proof, Proof expected) {
        Optional<String> difference = proof.difference(expected);
        if (difference.isEmpty() && proof.stepsInCommon(expected) == 0) {
            throw new CommandFailed("--compare: " + other.get() + " has no step of these workloads");
        }
        say(difference.orElse("the same bits at " + proof.stepsInCommon(expected) + " steps as " + other.get()));
        return difference.isPresent() ? ExitStatus.DIFFERS : ExitStatus.OK;
    }

    private List<Workload> workloads() {
        if (names.isEmpty()) {
            return Workload.ALL;
        }
        List<Workload> chosen = new ArrayList<>();
        for (String name : names) {
            chosen.add(Workload.named(name)
                    .orElseThrow(() -> new CommandFailed("--workload: expected one of "
                            + String.join(
                                    ", ",
                                    Workload.ALL.stream().map(Workload::name).toList())
                            + ", found " + name)));
        }
        return chosen;
    }

    private void say(String line) {
        PrintWriter out = spec.commandLine().getOut();
        out.println(line);
        out.flush();
    }
}
