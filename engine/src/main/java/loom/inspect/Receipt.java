package loom.inspect;

import java.util.List;
import java.util.Optional;
import loom.graph.Shape;
import loom.model.Model;
import loom.model.Tensor;

/**
 * What a run computed, so that anybody can check it on any machine. Everything but {@code machine} and {@code adapter} is the same
 * wherever the run took place.
 *
 * @param engine version of Loom
 * @param machine that ran it: reference, wasm, webgpu
 * @param adapter what the machine ran on, in its own words; may be empty
 * @param step which of the model's random numbers the run took, if the network has any
 * @param program digest of the program's listing
 * @param nodes every layer's output, in the order of the network
 * @param trace every value of the graph, if asked for
 */
public record Receipt(
        String engine,
        String machine,
        String adapter,
        Subject<Model> model,
        Subject<Tensor> input,
        int batch,
        int step,
        String program,
        List<Entry> nodes,
        Entry output,
        List<Traced> trace) {
    public Receipt {
        nodes = List.copyOf(nodes);
        trace = List.copyOf(trace);
    }

    /** Something the run was about: where it was found, what it is, and itself if it is embedded. */
    public record Subject<T>(String path, String digest, Optional<T> embedded) {}

    /** A value: name, element type, shape with the batch, digest. */
    public record Entry(String name, String type, Shape shape, TensorDigest digest) {}

    /**
     * A value of the graph word by word, with the layer and the operation it comes from.
     *
     * @param kernels lines of the program's listing: those that compute it; of a value that is only read in place the one that reads it
     *     first. Empty if it is not known
     */
    public record Traced(Entry entry, String layer, String operation, List<String> kernels, int[] words) {
        public Traced {
            kernels = List.copyOf(kernels);
        }
    }

    /** The same without what may differ between machines. */
    public Receipt withoutMachine() {
        return new Receipt(engine, "", "", model, input, batch, step, program, nodes, output, trace);
    }
}
