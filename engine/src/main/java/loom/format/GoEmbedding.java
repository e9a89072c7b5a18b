package loom.format;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import loom.format.GoLayer.Entry;
import loom.format.ModelException.Code;
import loom.graph.Shape;
import loom.model.Embedding;
import loom.model.Flatten;
import loom.model.Initialiser;
import loom.model.Sequential;
import loom.model.Tensor;
import loom.numeric.F32;

/** Embeddings of the Go engine's files: for every id of a sample a row, one after the other. */
final class GoEmbedding {
    private static final List<String> LENGTH = List.of("input_length", "seq_length", "input_size", "input_height");
    private static final List<String> KEYS =
            List.of("vocab_size", "embedding_dim", "input_length", "seq_length", "input_size", "input_height");

    private GoEmbedding() {}

    static GoLayer read(GoLayers reader, Entry e) {
        Cursor c = e.config();
        GoKeys.others(c, List.of("type", "activation"), KEYS);
        int vocabulary = GoKeys.agree(c, "vocabulary", List.of("vocab_size"));
        int dimension = GoKeys.agree(c, "embedding", List.of("embedding_dim"));
        int ids = ids(reader, e);
        if ((long) Math.max(vocabulary, ids) * dimension > Integer.MAX_VALUE) {
            throw c.error(Code.SHAPE, "more than 2^31-1 numbers in rows of " + dimension, "");
        }
        LinkedHashMap<String, Tensor> parameters = new LinkedHashMap<>();
        e.weights().ifPresent(w -> {
            GoKeys.others(w, List.of("dtype"), List.of("embedding_weights"));
            Shape table = Shape.of(vocabulary, dimension);
            parameters.put(Embedding.TABLE, reader.tensor(w.member("embedding_weights"), table));
        });
        float bound = F32.div(1, F32.sqrt(dimension));
        Initialiser start = new Initialiser.Uniform(F32.neg(bound), bound);
        Embedding layer = new Embedding(vocabulary, dimension, Optional.empty(), start);
        int out = ids * dimension;
        List<GoLayer> parts =
                List.of(GoLayer.of(layer, c, ids, out, parameters), GoLayer.of(new Flatten(), c, out, out));
        return GoLayer.around(new Sequential(GoLayer.layers(parts)), c, ids, out, parts);
    }

    /** How many ids a sample has. That engine took any number of them. */
    private static int ids(GoLayers reader, Entry e) {
        Cursor c = e.config();
        boolean said = false;
        for (String key : LENGTH) {
            said |= GoKeys.size(c, key) > 0;
        }
        if (!said && e.width().isEmpty()) {
            reader.notes().add(c.layer() + ": a sample is one id, since the file does not say how many there are");
            return 1;
        }
        int ids = said ? GoKeys.agree(c, "input", LENGTH) : e.width().get();
        if (e.width().isPresent() && e.width().get() != ids) {
            throw c.error(
                    Code.SHAPE, "expected an input of " + e.width().get() + " from the layer before, found " + ids, "");
        }
        return ids;
    }
}
