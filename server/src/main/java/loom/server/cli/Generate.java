package loom.server.cli;

import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import loom.format.Cursor;
import loom.format.tensors.SafetensorsReader;
import loom.format.tensors.ShardIndex;
import loom.format.tensors.TensorFile;
import loom.run.Decoder;
import loom.text.Chat;
import loom.text.Generation;
import loom.text.Sampling;
import loom.text.Tokenizer;
import loom.text.Transformer;
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
    private static final String WEIGHTS = "model.safetensors";

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
    private MachineChoice machine;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() {
        Sampling sampling = new Sampling(temperature, topK, topP, minP, repetitionPenalty, seed);
        if (most < 1 || context < 1) {
            throw new CommandFailed((most < 1 ? "--max-tokens" : "--context") + ": expected at least 1");
        }
        Path tokenizerFile = folder.resolve("tokenizer.json");
        Tokenizer tokenizer = Tokenizer.read(tokenizerFile.toString(), Disk.read(tokenizerFile));
        Path configFile = folder.resolve("config.json");
        Cursor config = Cursor.parse(configFile.toString(), Disk.read(configFile));
        Transformer model = Transformer.read(config, weights(), context);
        List<Integer> ends = new ArrayList<>(model.ends());
        int[] ids = chat ? turns(tokenizer, ends) : tokenizer.encode(prompt);
        Decoder decoder = Decoder.open(machine.create(), model.model()).get();
        Generation g = new Generation(decoder, tokenizer, ids, sampling, most, stops, ends);
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

    private int[] turns(Tokenizer tokenizer, List<Integer> ends) {
        Chat form = Chat.of(tokenizer)
                .orElseThrow(() -> new CommandFailed("--chat: this tokenizer has no tokens of a chat that is known"));
        List<Chat.Turn> turns = new ArrayList<>();
        system.ifPresent(s -> turns.add(new Chat.Turn("system", s)));
        turns.add(new Chat.Turn("user", prompt));
        tokenizer.id(form.end()).ifPresent(ends::add);
        return tokenizer.encode(form.prompt(turns), false);
    }

    /** One file, or several with an index. The index's files are looked for in this folder alone. */
    private TensorFile weights() {
        Path index = folder.resolve(WEIGHTS + ".index.json");
        Path one = folder.resolve(WEIGHTS);
        if (Files.exists(one) || !Files.exists(index)) {
            return SafetensorsReader.read(Disk.source(one));
        }
        return ShardIndex.read(index.toString(), Disk.read(index))
                .join(name -> SafetensorsReader.read(Disk.source(folder.resolve(name))));
    }
}
