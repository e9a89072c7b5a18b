package loom.server.cli;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import loom.run.Decoder;
import loom.text.Chat;
import loom.text.Generation;
import loom.text.GenerationOptions;
import loom.text.Sampling;
import loom.text.TextModel;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code loom generate}: a transformer continues a text. */
@Command(
        name = "generate",
        description =
                "Continues a text with a transformer: a folder of Hugging Face with config.json, tokenizer.json and safetensors.",
        mixinStandardHelpOptions = true)
final class Generate implements Callable<Integer> {
    @Parameters(paramLabel = "DIR", description = "The folder.")
    private Path folder;

    @Option(names = "--prompt", required = true, paramLabel = "TEXT", description = "What is continued.")
    private String prompt;

    @Option(names = "--chat", description = "The prompt is a user's turn, and the model answers.")
    private boolean chat;

    @Option(names = "--system", paramLabel = "TEXT", description = "With --chat: what stands before the user's turn.")
    private Optional<String> system;

    @Option(
            names = "--max-tokens",
            paramLabel = "N",
            defaultValue = "128",
            description = "The most tokens made (default ${DEFAULT-VALUE}).")
    private int most;

    @Option(
            names = "--context",
            paramLabel = "N",
            defaultValue = "1024",
            description = "Positions, of prompt and answer (default ${DEFAULT-VALUE}).")
    private int context;

    @Option(
            names = "--temperature",
            paramLabel = "X",
            defaultValue = "0",
            description = "0 takes the best token, always (default ${DEFAULT-VALUE}).")
    private float temperature;

    @Option(names = "--top-k", paramLabel = "N", defaultValue = "0", description = "Of the best N only (default: all).")
    private int topK;

    @Option(
            names = "--top-p",
            paramLabel = "X",
            defaultValue = "1",
            description = "Of the fewest whose probabilities reach X (default: all).")
    private float topP;

    @Option(
            names = "--min-p",
            paramLabel = "X",
            defaultValue = "0",
            description = "Of those with X times the best one's probability (default: all).")
    private float minP;

    @Option(
            names = "--repetition-penalty",
            paramLabel = "X",
            defaultValue = "1",
            description = "Makes tokens less likely that were there (default: none).")
    private float repetitionPenalty;

    @Option(
            names = "--stop",
            paramLabel = "TEXT",
            description = "Ends the text where this would come; can be repeated.")
    private List<String> stops = new ArrayList<>();

    @Option(
            names = "--seed",
            paramLabel = "N",
            defaultValue = "1",
            description = "Of the draws (default ${DEFAULT-VALUE}).")
    private long seed;

    @Mixin
    private MachineChoice machine = new MachineChoice();

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() {
        Count.atLeast(1, "--max-tokens", most);
        Count.atLeast(1, "--context", context);
        Count.atLeast(0, "--top-k", topK);
        Sampling sampling = new Sampling(temperature, topK, topP, minP, repetitionPenalty, seed);
        GenerationOptions options = new GenerationOptions(sampling, most, stops);
        TextModel model = TextModel.read(new ModelFolder(folder), context);
        Decoder decoder =
                Decoder.open(machine.create(), model.transformer().model()).get();
        Generation g = chat ? model.answer(decoder, turns(), options) : model.continued(decoder, prompt, options);
        PrintWriter out = spec.commandLine().getOut();
        while (!g.isDone()) {
            out.print(g.step().get());
            out.flush();
        }
        out.println();
        out.flush();
        decoder.close();
        return ExitStatus.OK;
    }

    private List<Chat.Turn> turns() {
        List<Chat.Turn> turns = new ArrayList<>();
        system.ifPresent(s -> turns.add(new Chat.Turn("system", s)));
        turns.add(new Chat.Turn("user", prompt));
        return turns;
    }
}
