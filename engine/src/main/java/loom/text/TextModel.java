package loom.text;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import loom.format.Cursor;
import loom.format.ModelException;
import loom.format.ModelException.Code;
import loom.format.tensors.ByteSource;
import loom.format.tensors.SafetensorsReader;
import loom.format.tensors.ShardIndex;
import loom.format.tensors.TensorFile;
import loom.model.FieldException;
import loom.run.Decoder;

/** A folder as Hugging Face has it: a transformer and its tokenizer. */
public record TextModel(Transformer transformer, Tokenizer tokenizer) {
    public static final String CONFIG = "config.json";
    public static final String TOKENIZER = "tokenizer.json";

    /** All tensors in one file, or {@link #INDEX} with the names of several. */
    public static final String WEIGHTS = "model.safetensors";

    public static final String INDEX = WEIGHTS + ".index.json";

    /** Files by their names, which never have a path. */
    public interface Folder {
        boolean has(String name);

        /** Throws what says so if there is no such file. */
        ByteSource open(String name);

        /** As {@link loom.format.TensorSource#stays}. */
        default boolean stays() {
            return false;
        }
    }

    /** {@code context} positions, or as many as the model has if these are fewer. */
    public static TextModel read(Folder folder, int context) {
        if (context < 1) {
            throw new FieldException("context", "expected at least 1 position, found " + context);
        }
        ByteSource tokenizer = folder.open(TOKENIZER);
        Tokenizer t = Tokenizer.read(tokenizer.name(), whole(tokenizer));
        ByteSource config = folder.open(CONFIG);
        Cursor c = Cursor.parse(config.name(), whole(config));
        TensorFile weights = weights(folder);
        return new TextModel(Transformer.read(c, folder.stays() ? weights.staying() : weights, context), t);
    }

    /** The same, whose weights are those of its decoder: what they were read from can go. */
    public TextModel on(Decoder decoder) {
        return new TextModel(transformer.with(decoder.model()), tokenizer);
    }

    /** All tensors of a folder; their values stay in the files. */
    public static TensorFile weights(Folder folder) {
        if (folder.has(WEIGHTS) || !folder.has(INDEX)) {
            return SafetensorsReader.read(folder.open(WEIGHTS));
        }
        ByteSource index = folder.open(INDEX);
        return ShardIndex.read(index.name(), whole(index)).join(name -> SafetensorsReader.read(folder.open(name)));
    }

    private static byte[] whole(ByteSource file) {
        if (file.size() > Integer.MAX_VALUE - 8) {
            throw new ModelException(Code.LIMIT, file.name(), "", "", file.size() + " bytes, expected text", "");
        }
        return file.read(0, (int) file.size());
    }

    /** Continues a text. The decoder is the transformer's, at its start. */
    public Generation continued(Decoder decoder, String text, GenerationOptions options) {
        return continued(decoder, tokenizer.encode(text), options);
    }

    /** Continues what these tokens say. */
    public Generation continued(Decoder decoder, int[] prompt, GenerationOptions options) {
        return new Generation(decoder, tokenizer, prompt, options, transformer.ends());
    }

    /** Answers in a conversation. */
    public Generation answer(Decoder decoder, List<Chat.Turn> turns, GenerationOptions options) {
        Chat form = chat();
        List<Integer> ends = new ArrayList<>(transformer.ends());
        tokenizer.id(form.end()).ifPresent(ends::add);
        return new Generation(decoder, tokenizer, tokenizer.encode(form.prompt(turns), false), options, ends);
    }

    /** How a conversation stands in a prompt. */
    public Chat chat() {
        Optional<Chat> form = Chat.of(tokenizer);
        return form.orElseThrow(
                () -> new FieldException("chat", "this tokenizer has no tokens of a conversation that is known"));
    }
}
