package loom.web;

import java.util.function.Supplier;
import loom.format.ModelException;
import loom.machine.Completion;
import loom.model.FieldException;
import org.teavm.jso.JSExport;
import org.teavm.jso.JSObject;
import org.teavm.jso.core.JSString;

/**
 * Entry point of loom-text.wasm: tokenizers and transformers. A file of its own, because most pages have no text. What is exported here is all
 * that {@code loom-text.js} calls.
 */
public final class TextMain {
    private static final Texts TEXTS = new Texts();

    private TextMain() {}

    public static void main(String[] args) {}

    /** Answers the number of a new folder, which becomes the model's. */
    @JSExport
    public static void textFolder(Reply reply) {
        answer(reply, () -> Integer.toString(TEXTS.folder()));
    }

    /**
     * Puts a file into a folder.
     *
     * @param bytes a Uint8Array
     */
    @JSExport
    public static void textFile(int folder, String name, JSObject bytes, Reply reply) {
        answer(reply, () -> TEXTS.add(folder, name, bytes));
    }

    /** Makes a model of a folder. */
    @JSExport
    public static void textOpen(int folder, int context, String backend, Reply reply) {
        later(reply, () -> TEXTS.open(folder, context, backend).map(JSString::valueOf));
    }

    /** Answers the ids of a text: 32-bit integers in a Uint8Array. */
    @JSExport
    public static void textEncode(int model, String text, boolean withSpecial, Reply reply) {
        later(reply, () -> Completion.of(Transfer.toBytes(TEXTS.tokenizer(model).encode(text, withSpecial))));
    }

    /** Answers the text of ids. */
    @JSExport
    public static void textDecode(int model, JSObject ids, boolean skipSpecial, Reply reply) {
        answer(reply, () -> TEXTS.tokenizer(model).decode(Transfer.ints(ids), skipSpecial));
    }

    /** Answers the prompt of a conversation. */
    @JSExport
    public static void textChat(int model, String turns, Reply reply) {
        answer(reply, () -> TEXTS.chat(model, turns));
    }

    /** Begins a text. */
    @JSExport
    public static void textBegin(int model, String request, Reply reply) {
        later(reply, () -> TEXTS.begin(model, request).map(JSString::valueOf));
    }

    /** A text goes on by a token. */
    @JSExport
    public static void textStep(int model, int text, Reply reply) {
        later(reply, () -> TEXTS.step(model, text).map(JSString::valueOf));
    }

    /** Gives a model's memory back. */
    @JSExport
    public static void textClose(int model, Reply reply) {
        answer(reply, () -> {
            TEXTS.close(model);
            return "";
        });
    }

    private static void answer(Reply reply, Supplier<String> work) {
        later(reply, () -> Completion.of(JSString.valueOf(work.get())));
    }

    private static void later(Reply reply, Supplier<Completion<JSObject>> work) {
        Completion.of(work).then(Supplier::get).whenDone(reply::done, e -> fail(e, reply));
    }

    /** There are several files, and options that a model file does not have; the rest is {@link Reply}'s. */
    private static void fail(RuntimeException e, Reply reply) {
        if (e instanceof ModelException m) {
            boolean option = m.file().equals(Texts.OPTIONS);
            reply.failed(option ? "CONFIG" : "MODEL", m.problem(), m.layer(), m.path(), m.hint(), m.file());
        } else if (e instanceof FieldException f) {
            boolean option = !f.field().equals("prompt") && !f.field().equals("chat");
            reply.failed(option ? "CONFIG" : "INPUT", f.getMessage(), "", "", "", "");
        } else {
            Reply.fail(e, reply);
        }
    }
}
