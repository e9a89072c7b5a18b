package loom.web;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import loom.format.Cursor;
import loom.format.LoadedModel;
import loom.format.ModelException;
import loom.format.TensorSource;
import loom.format.tensors.ByteSource;
import loom.format.tensors.SafetensorsReader;
import loom.format.tensors.StoredTensor;
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
            return ENGINE.load(f -> load(f, onnx), file, name, backend, reply);
        });
    }

    /**
     * Behind the JSON of a model whose weights are in files of their own stand a 0 and these: loom.js has joined the files. They stay there and are read
     * tensor by tensor, for they may be most of the memory there is.
     */
    private static LoadedModel load(JavaScriptFile file, OnnxOptions options) {
        int size = Math.toIntExact(file.size());
        boolean isJson = !OnnxImport.looksLike(file.read(0, Math.min(size, Long.BYTES)));
        int end = isJson ? zero(file, size) : size;
        String name = file.name();
        if (end == 0 || end == size) {
            return AnyModel.load(name, file.whole(), "", Engine.ASK, options, names -> new byte[0]);
        }
        byte[] json = file.read(0, end);
        JavaScriptFile weights = new JavaScriptFile("", file.bytes(), end + 1);
        return AnyModel.load(name, json, "", new Beside(name, weights), options, names -> weights.whole());
    }

    /** Where the first 0 is, or the size. */
    private static int zero(JavaScriptFile file, int size) {
        for (int from = 0; from < size; from += PIECE) {
            byte[] piece = file.read(from, Math.min(PIECE, size - from));
            for (int i = 0; i < piece.length; i++) {
                if (piece[i] == 0) {
                    return from + i;
                }
            }
        }
        return size;
    }

    /** The safetensors file of a model, read when the first of its tensors is asked for: the weights of tfjs are none. */
    private static final class Beside implements TensorSource {
        private final String model;
        private final ByteSource weights;
        private Optional<TensorFile> file = Optional.empty();

        Beside(String model, ByteSource weights) {
            this.model = model;
            this.weights = weights;
        }

        @Override
        public Optional<StoredTensor> find(String name) {
            if (file.isEmpty()) {
                file = Optional.of(read());
            }
            return file.get().find(name);
        }

        private TensorFile read() {
            try {
                return SafetensorsReader.read(weights);
            } catch (ModelException e) {
                throw new ModelException(e.code(), model, "", "", "its file of weights: " + e.problem(), e.hint());
            }
        }

        @Override
        public boolean stays() {
            return true;
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
