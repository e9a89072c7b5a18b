package loom.train;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import loom.format.Csv;
import loom.format.Cursor;
import loom.format.Door;
import loom.format.TensorJson;
import loom.graph.Shape;
import loom.model.Tensor;

/** Data sets as text: tables of numbers (CSV) and JSON. What is wrong is an IllegalArgumentException that names file and line. */
public final class DataText {
    private DataText() {}

    /**
     * A table with one sample a line: first the input's values, then the target's. Values are separated by commas, semicolons or tabs; a
     * first line that is not numbers is taken for the columns' names.
     */
    public static Dataset csv(String name, String text, Shape input, Shape target) {
        int columns = input.elements(1) + target.elements(1);
        List<float[]> rows = new ArrayList<>();
        Csv.each(text, line -> {
            if (!line.isHeader()) {
                rows.add(row(name + " line " + line.number(), line, columns, input, target));
            }
        });
        if (rows.isEmpty()) {
            throw new IllegalArgumentException(name + ": no samples");
        }
        return table(rows, input, target);
    }

    private static float[] row(String where, Csv.Line line, int columns, Shape input, Shape target) {
        if (line.cells().size() != columns) {
            throw new IllegalArgumentException(where + ": expected " + columns + " values (" + input.elements(1)
                    + " of the input " + input + ", " + target.elements(1) + " of the target " + target + "), found "
                    + line.cells().size());
        }
        float[] row = line.numbers(where);
        Door.round(row, where);
        return row;
    }

    private static Dataset table(List<float[]> rows, Shape input, Shape target) {
        int in = input.elements(1);
        int out = target.elements(1);
        float[] inputs = new float[rows.size() * in];
        float[] targets = new float[rows.size() * out];
        for (int i = 0; i < rows.size(); i++) {
            System.arraycopy(rows.get(i), 0, inputs, i * in, in);
            System.arraycopy(rows.get(i), in, targets, i * out, out);
        }
        return new Dataset(input, inputs, target, targets);
    }

    /** {@code {"inputs": T, "targets": T}} and, if wanted, {@code "weights": T}; each T as inputs are, with the samples along its first axis. */
    public static Dataset json(String name, byte[] bytes) {
        Cursor c = Cursor.parse(name, bytes);
        c.allow(List.of("inputs", "targets", "weights"));
        Tensor inputs = TensorJson.read(c.member("inputs"));
        Tensor targets = TensorJson.read(c.member("targets"));
        Optional<Tensor> weights = c.optional("weights").map(TensorJson::read);
        int samples = samples(c.member("inputs"), inputs);
        if (samples(c.member("targets"), targets) != samples) {
            throw c.member("targets").expected(samples + " targets, one for each input");
        }
        if (weights.isPresent() && samples(c.member("weights"), weights.get()) != samples) {
            throw c.member("weights").expected(samples + " samples' weights");
        }
        return new Dataset(
                inputs.shape().remove(0),
                inputs.values(),
                targets.shape().remove(0),
                targets.values(),
                weights.map(Tensor::values));
    }

    private static int samples(Cursor c, Tensor t) {
        if (t.shape().rank() < 2) {
            throw c.member("shape").expected("a first axis for the samples and at least one more");
        }
        return t.shape().dim(0);
    }
}
