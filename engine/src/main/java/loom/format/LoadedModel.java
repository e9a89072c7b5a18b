package loom.format;

import java.util.LinkedHashMap;
import java.util.List;
import loom.model.Model;

/**
 * A model and what happened on the way in.
 *
 * @param format which kind of file it was
 * @param door values read, and how many of them rule D changed
 * @param notes what a person should know: parameters that were initialised, meanings kept from the Go engine
 * @param packed parameters that the file holds with fewer bits than an f32 has, by their names; none of those whose values stay there ({@link
 *     TensorSource#stays})
 */
public record LoadedModel(
        Model model, Format format, DoorReport door, List<String> notes, LinkedHashMap<String, PackedTensor> packed) {
    /** Kinds of model files. */
    public enum Format {
        LOOM("loom 1"),
        GO_NETWORK("Go engine network configuration"),
        GO_BUNDLE("Go engine modelhost/bundle 1"),
        ONNX("ONNX"),
        TFJS("tfjs layers-model");

        private final String label;

        Format(String label) {
            this.label = label;
        }

        public String label() {
            return label;
        }
    }

    public LoadedModel {
        notes = List.copyOf(notes);
        packed = new LinkedHashMap<>(packed);
    }

    /** A model whose file holds f32, or types that are not told. */
    public LoadedModel(Model model, Format format, DoorReport door, List<String> notes) {
        this(model, format, door, notes, new LinkedHashMap<>());
    }
}
