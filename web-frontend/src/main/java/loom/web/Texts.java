package loom.web;

import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import loom.format.Cursor;
import loom.format.JsonWriter;
import loom.format.tensors.ByteSource;
import loom.format.tensors.ShardIndex;
import loom.machine.Completion;
import loom.run.Decoder;
import loom.text.Chat;
import loom.text.Generation;
import loom.text.GenerationOptions;
import loom.text.Sampling;
import loom.text.TextModel;
import loom.text.Tokenizer;
import loom.text.Transformer;
import org.teavm.jso.JSObject;

/**
 * The transformers of one instance of loom-text.wasm, by the numbers the page knows them by. A model begins as a folder that its files are put
 * into, one by one, and makes one text at a time.
 */
final class Texts {
    /** What errors call the page's options of a text. */
    static final String OPTIONS = "options";

    private static final String ROLE = "role";
    private static final String CONTENT = "content";
    private static final List<String> KEYS = List.of(
            "text",
            "ids",
            "turns",
            "maxTokens",
            "temperature",
            "topK",
            "topP",
            "minP",
            "repetitionPenalty",
            "stop",
            "seed");

    private final Backends backends = new Backends(new Gpus());
    private final TreeMap<Integer, Folder> folders = new TreeMap<>();
    private final TreeMap<Integer, Open> models = new TreeMap<>();
    private int lastNumber;

    private record Folder(TreeMap<String, JSObject> files) implements TextModel.Folder {
        @Override
        public boolean has(String name) {
            return files.containsKey(name);
        }

        @Override
        public ByteSource open(String name) {
            if (!has(name)) {
                throw new RequestException("INPUT", "there is no " + name, "");
            }
            return new JavaScriptFile(name, files.get(name));
        }

        @Override
        public boolean stays() {
            return true;
        }
    }

    /** A model on a machine, and the text that it makes. */
    private static final class Open {
        final TextModel model;
        final Decoder decoder;
        Generation generation;
        int text;

        Open(TextModel model, Decoder decoder) {
            this.model = model;
            this.decoder = decoder;
        }
    }

    int folder() {
        folders.put(++lastNumber, new Folder(new TreeMap<>()));
        return lastNumber;
    }

    /** Puts a file into a folder; answers the names of the files it asks for, a line each. */
    String add(int folder, String name, JSObject bytes) {
        folders.get(folder).files.put(name, bytes);
        return name.equals(TextModel.INDEX)
                ? String.join(
                        "\n",
                        ShardIndex.read(name, new JavaScriptFile(name, bytes).whole())
                                .files())
                : "";
    }

    /** Makes a model of a folder's files. Answers {@code {"backend", "why", "context", "vocabulary", "info"}}. */
    Completion<String> open(int folder, int context, String wanted) {
        TextModel model = TextModel.read(folders.remove(folder), context);
        Transformer t = model.transformer();
        return backends.open(() -> backends.choose(wanted, t.model())
                .then(choice -> Decoder.open(choice.machine(), t.model()).map(decoder -> {
                    models.put(folder, new Open(model.on(decoder), decoder));
                    JsonWriter w = new JsonWriter().beginObject();
                    w.key("backend").text(choice.machine().name());
                    w.key("why").text(choice.why());
                    w.key("context").whole(decoder.capacity());
                    w.key("vocabulary").whole(t.model().network().output().dim(1));
                    Info.write(
                            w.key("info"),
                            t.model().network(),
                            "transformer of Hugging Face",
                            t.door(),
                            notes(t),
                            decoder.memoryBytes());
                    return w.endObject().finish();
                })));
    }

    private static List<String> notes(Transformer t) {
        return t.rounded() == 0 ? List.of() : List.of(t.rounded() + " weights are not exact in f32 and were rounded");
    }

    Tokenizer tokenizer(int model) {
        return model(model).model.tokenizer();
    }

    /** The prompt of a conversation, {@code [{"role", "content"}]}. */
    String chat(int model, String turns) {
        return model(model).model.chat().prompt(turns(Cursor.parse(OPTIONS, turns)));
    }

    private static List<Chat.Turn> turns(Cursor c) {
        List<Chat.Turn> turns = new ArrayList<>();
        for (Cursor turn : c.elements()) {
            turn.allow(List.of(ROLE, CONTENT));
            Cursor role = turn.member(ROLE);
            if (!List.of("system", "user", "assistant").contains(role.string())) {
                throw role.expected("system, user or assistant");
            }
            turns.add(new Chat.Turn(role.string(), turn.member(CONTENT).string()));
        }
        return turns;
    }

    /** Begins a text in place of the one before; answers its number. */
    Completion<String> begin(int model, String request) {
        Open open = model(model);
        Cursor c = Cursor.parse(OPTIONS, request);
        c.allow(KEYS);
        GenerationOptions options = options(c);
        // Whatever is wrong with the prompt is said before the text under way is given up.
        Generation next = generation(open, c, options);
        int text = ++open.text;
        return open.decoder.reset().map(decoder -> {
            open.generation = next;
            return Integer.toString(text);
        });
    }

    private static Generation generation(Open open, Cursor c, GenerationOptions options) {
        if (c.has("turns")) {
            return open.model.answer(open.decoder, turns(c.member("turns")), options);
        }
        if (c.has("ids")) {
            List<Cursor> ids = c.member("ids").elements();
            int[] prompt = new int[ids.size()];
            for (int i = 0; i < prompt.length; i++) {
                prompt[i] = ids.get(i).whole(0, Integer.MAX_VALUE);
            }
            return open.model.continued(open.decoder, prompt, options);
        }
        return open.model.continued(open.decoder, c.member("text").string(), options);
    }

    private static GenerationOptions options(Cursor c) {
        Sampling sampling = new Sampling(
                real(c, "temperature", 0),
                whole(c, "topK", 0),
                real(c, "topP", 1),
                real(c, "minP", 0),
                real(c, "repetitionPenalty", 1),
                c.has("seed") ? seed(c.member("seed")) : 1);
        List<String> stops = new ArrayList<>();
        if (c.has("stop")) {
            c.member("stop").elements().forEach(s -> stops.add(s.string()));
        }
        return new GenerationOptions(sampling, whole(c, "maxTokens", 128), stops);
    }

    private static float real(Cursor c, String key, float otherwise) {
        return c.has(key) ? c.member(key).real() : otherwise;
    }

    private static int whole(Cursor c, String key, int otherwise) {
        return c.has(key) ? c.member(key).whole(Integer.MIN_VALUE, Integer.MAX_VALUE) : otherwise;
    }

    /** Written out, because JavaScript's numbers have 53 bits. */
    private static long seed(Cursor c) {
        try {
            return Long.parseLong(c.string());
        } catch (NumberFormatException e) {
            throw c.expected("a whole number of 64 bits");
        }
    }

    /** A token further: {@code {"piece", "done"}}. */
    Completion<String> step(int model, int text) {
        Open open = model(model);
        if (text != open.text) {
            throw new RequestException(
                    "CLOSED", "another text has begun with this model", "a model makes one text at a time");
        }
        Generation generation = open.generation;
        return generation
                .step()
                .map(piece -> new JsonWriter()
                        .beginObject()
                        .key("piece")
                        .text(piece)
                        .key("done")
                        .flag(generation.isDone())
                        .endObject()
                        .finish());
    }

    /** Of a folder, too. */
    void close(int number) {
        folders.remove(number);
        if (models.containsKey(number)) {
            models.remove(number).decoder.close();
        }
    }

    private Open model(int number) {
        Open model = models.get(number);
        if (model == null) {
            throw new RequestException("CLOSED", "there is no model " + number, "");
        }
        return model;
    }
}
