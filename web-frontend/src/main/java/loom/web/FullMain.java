package loom.web;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import loom.format.Cursor;
import loom.format.LoadedModel;
import loom.format.ModelException;
import loom.format.TensorSource;
import loom.format.tensors.ByteSource;
import loom.format.tensors.SafetensorsReader;
import loom.format.tensors.TensorFile;
import loom.inspect.EngineVersion;
import loom.machine.Completion;
import loom.onnx.AnyModel;
import loom.onnx.OnnxImport;
import loom.onnx.OnnxLowering;
import loom.onnx.OnnxOptions;
import org.teavm.jso.JSExport;
import org.teavm.jso.JSObject;
import org.teavm.jso.core.JSString;

/**
 * Entry point of loom-full.wasm: what {@link Main} does, for all layers, models of the Go engine, ONNX and tfjs, models whose weights are in a file beside
 * them, and WebGPU.
 */
public final class FullMain {
    private static final int PIECE = 1 << 16;

    private static final Engine ENGINE = new Engine(new Backends(new Gpus()));

    private FullMain() {}

    public static void main(String[] args) {}

    /** As {@link Main#version}. */
    @JSExport
    public static String version() {
        return EngineVersion.text();
    }

    /**
     * As {@link Main#load}.
     *
     * @param options what an ONNX file leaves open: {@code {"dimensions": {"time": 5}, "inputs": {"sr": [16000]}}}
     */
    @JSExport
    public static void load(JSObject file, String name, String backend, String options, Reply reply) {
        Reply.answer(reply, () -> {
            OnnxLowering.install();
            OnnxOptions onnx = options(options);
            return ENGINE.load((n, bytes) -> load(n, bytes, onnx), file, name, backend, reply);
        });
    }

    /**
     * Behind the JSON of a model whose weights are in files of their own stand a 0 and these: loom.js has joined the files. They stay there and are read
     * tensor by tensor, for they may be most of the memory there is.
     */
    private static LoadedModel load(String name, JSObject file, OnnxOptions options) {
        int size = Glue.bytesLength(file);
        boolean isJson = !OnnxImport.looksLike(Transfer.bytes(file, 0, Math.min(size, Long.BYTES)));
        int end = isJson ? zero(file, size) : size;
        if (end == 0 || end == size) {
            return AnyModel.load(name, Transfer.bytes(file), "", Engine.ASK, options, names -> new byte[0]);
        }
        byte[] json = Transfer.bytes(file, 0, end);
        JavaScriptFile weights = new JavaScriptFile("", file, end + 1);
        return AnyModel.load(
                name,
                json,
                "",
                tensors(name, weights),
                options,
                names -> weights.read(0, Math.toIntExact(weights.size())));
    }

    /** Where the first 0 is, or the size. */
    private static int zero(JSObject file, int size) {
        for (int from = 0; from < size; from += PIECE) {
            byte[] piece = Transfer.bytes(file, from, Math.min(PIECE, size - from));
            for (int i = 0; i < piece.length; i++) {
                if (piece[i] == 0) {
                    return from + i;
                }
            }
        }
        return size;
    }

    /** A safetensors file, read when the first of its tensors is asked for: the weights of tfjs are none. */
    private static TensorSource tensors(String model, ByteSource weights) {
        AtomicReference<TensorFile> file = new AtomicReference<>();
        return name -> {
            if (file.get() == null) {
                file.set(read(model, weights));
            }
            return file.get().find(name);
        };
    }

    private static TensorFile read(String model, ByteSource weights) {
        try {
            return SafetensorsReader.read(weights);
        } catch (ModelException e) {
            throw new ModelException(e.code(), model, "", "", "its file of weights: " + e.problem(), e.hint());
        }
    }

    private static OnnxOptions options(String json) {
        Map<String, Integer> dimensions = new LinkedHashMap<>();
        Map<String, float[]> inputs = new LinkedHashMap<>();
        if (!json.isEmpty()) {
            Cursor c = Cursor.parse("options", json);
            Cursor extents = c.member("dimensions");
            for (String name : extents.keys()) {
                Cursor n = extents.member(name);
                boolean batch = n.isString() && n.string().equals("batch");
                dimensions.put(name, batch ? OnnxOptions.BATCH : n.whole(1, Integer.MAX_VALUE));
            }
            Cursor values = c.member("inputs");
            for (String name : values.keys()) {
                inputs.put(name, values.member(name).reals());
            }
        }
        return new OnnxOptions(dimensions, inputs);
    }

    /** As {@link Main#run}. */
    @JSExport
    public static void run(int model, JSObject input, JSObject place, int batch, Reply reply) {
        Reply.answer(reply, () -> ENGINE.run(model, input, place, batch));
    }

    /** As {@link Main#receipt}. */
    @JSExport
    public static void receipt(int model, JSObject input, int batch, Reply reply) {
        Reply.answer(reply, () -> ENGINE.receipt(model, Transfer.floats(input), batch));
    }

    /** As {@link Main#save}. */
    @JSExport
    public static void save(int model, Reply reply) {
        Reply.answer(reply, () -> Completion.of(JSString.valueOf(ENGINE.save(model))));
    }

    /** As {@link Main#memory}. */
    @JSExport
    public static void memory(int model, Reply reply) {
        Reply.answer(reply, () -> Completion.of(JSString.valueOf(Long.toString(ENGINE.memory(model)))));
    }

    /** As {@link Main#close}. */
    @JSExport
    public static void close(int model, Reply reply) {
        Reply.answer(reply, () -> {
            ENGINE.close(model);
            return Completion.of(JSString.valueOf(""));
        });
    }
}
