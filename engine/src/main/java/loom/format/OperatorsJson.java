package loom.format;

import java.util.Optional;
import loom.model.MissingOperators;
import loom.model.OnnxGraph;

/** Graphs of ONNX operators in files of ours: only those programs have it that have the operators, too. */
abstract class OperatorsJson {
    private static Optional<OperatorsJson> installed = Optional.empty();

    static void install(OperatorsJson json) {
        installed = Optional.of(json);
    }

    /** Throws {@link MissingOperators} in a program without them. */
    static OperatorsJson get() {
        return installed.orElseThrow(MissingOperators::new);
    }

    abstract OnnxGraph read(Cursor c);

    abstract void write(JsonWriter w, OnnxGraph graph);
}
