package loom.format;

import java.util.List;
import loom.model.Model;

/**
 * A model and what happened on the way in.
 *
 * @param format which kind of file it was
 * @param door values read, and how many of them rule D changed
 * @param notes what a person should know: parameters that were initialised, meanings kept from the Go engine
 */
public record LoadedModel(Model model, Format format, DoorReport door, List<String> notes) {
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
    }
}
