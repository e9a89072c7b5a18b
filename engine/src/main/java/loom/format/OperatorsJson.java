package loom.format;

import java.util.Optional;
import loom.model.LeftOut;
import loom.model.Onnx;
import loom.model.OnnxGraph;

/** Graphs of ONNX operators in files of ours: only those programs have it that have the operators, too. */
abstract class OperatorsJson {
    private static Optional<OperatorsJson> installed = Optional.empty();

    static void install(OperatorsJson json) {
        installed = Optional.of(json);
    }

    /** Throws {@link LeftOut} in a program without them. */
    static OperatorsJson get() {
        return installed.orElseThrow(Onnx::leftOut);
    }

    abstract OnnxGraph read(Cursor c);

    abstract void write(JsonWriter w, OnnxGraph graph);
}
