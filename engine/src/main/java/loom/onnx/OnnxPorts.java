package loom.onnx;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import loom.format.ModelException;
import loom.format.ModelException.Code;
import loom.graph.ShapeException;
import loom.graph.Words;
import loom.model.OnnxGraph.Port;

/**
 * The inputs of a file: which extents are numbers, which is the batch. A name, or none, in front of an input is the batch; wherever
 * that name stands again, it is the same. Other names must be given numbers.
 */
final class OnnxPorts {
    private final OnnxFile file;
    private final OnnxOptions options;
    private final List<OnnxFile.Port> open = new ArrayList<>();
    private final LinkedHashMap<String, Known> fixed = new LinkedHashMap<>();
    private String batch = "";

    OnnxPorts(OnnxFile file, OnnxOptions options) {
        this.file = file;
        this.options = options;
        List<String> names = new ArrayList<>();
        for (OnnxFile.Port p : file.graph().inputs()) {
            // Before IR version 4 initialisers are inputs, too.
            if (file.graph().initialisers().containsKey(p.name())) {
                continue;
            }
            if (names.contains(p.name())) {
                throw error(Code.KEY, p, "stands there twice", "");
            }
            names.add(p.name());
            if (!TensorReader.isRead(p.type())) {
                throw error(Code.UNSUPPORTED, p, "of " + TensorReader.name(p.type()), "");
            }
            if (options.inputs().containsKey(p.name())) {
                fixed.put(p.name(), fixed(p));
            } else {
                open.add(p);
            }
        }
        for (String name : options.inputs().keySet()) {
            if (!names.contains(name)) {
                throw new ModelException(
                        Code.VALUE,
                        file.file(),
                        "",
                        "",
                        "no input " + TensorReader.quoted(name) + "; the model has " + String.join(", ", names),
                        "");
            }
        }
        if (open.isEmpty()) {
            throw new ModelException(
                    Code.UNSUPPORTED, file.file(), file.graph().path(), "", "no input that a run could give", "");
        }
        for (OnnxFile.Port p : open) {
            if (batch.isEmpty() && !p.dims().isEmpty() && isOpen(p, 0)) {
                batch = p.dims().get(0).name();
            }
        }
    }

    private ModelException error(Code code, OnnxFile.Port p, String problem, String hint) {
        return new ModelException(
                code, file.file(), p.path(), "", "input " + TensorReader.quoted(p.name()) + " " + problem, hint);
    }

    private Known fixed(OnnxFile.Port p) {
        float[] values = options.inputs().get(p.name());
        int[] dims = new int[p.dims().size()];
        int product = 1;
        for (int i = 0; i < dims.length; i++) {
            long size = size(p, i);
            dims[i] = size < 0 ? values.length / product : (int) size;
            product *= dims[i];
        }
        if (product != values.length) {
            throw error(
                    Code.SHAPE, p, "is " + TensorReader.text(dims) + ", given are " + values.length + " numbers", "");
        }
        if (TensorReader.isReal(p.type())) {
            return Known.reals(dims, values.clone());
        }
        long[] wholes = new long[values.length];
        for (int i = 0; i < wholes.length; i++) {
            wholes[i] = (long) values[i];
        }
        return p.type() == 9
                ? Known.truths(dims, wholes)
                : Known.wholes(dims, wholes).of(p.type());
    }

    private boolean isOpen(OnnxFile.Port p, int axis) {
        Integer given = given(p, axis);
        return given == null ? p.dims().get(axis).size() < 0 : given == OnnxOptions.BATCH;
    }

    private Integer given(OnnxFile.Port p, int axis) {
        Integer own = options.dimensions().get(p.name() + "[" + axis + "]");
        String name = p.dims().get(axis).name();
        return own != null || name.isEmpty() ? own : options.dimensions().get(name);
    }

    Map<String, Known> fixed() {
        return fixed;
    }

    /** Whether some extent is the batch. */
    boolean hasBatch() {
        for (OnnxFile.Port p : open) {
            for (int i = 0; i < p.dims().size(); i++) {
                if (isBatch(p, i)) {
                    return true;
                }
            }
        }
        return false;
    }

    private boolean isBatch(OnnxFile.Port p, int axis) {
        if (!isOpen(p, axis)) {
            return false;
        }
        String name = p.dims().get(axis).name();
        Integer given = given(p, axis);
        return given != null && given == OnnxOptions.BATCH || axis == 0 || !name.isEmpty() && name.equals(batch);
    }

    /** Whether every extent is a number, and every input begins with a 1 that may stand for a batch. */
    boolean mayBeBatch() {
        for (OnnxFile.Port p : open) {
            if (p.dims().size() < 2 || isOpen(p, 0) || size(p, 0) != 1 || given(p, 0) != null) {
                return false;
            }
        }
        return !hasBatch();
    }

    private long size(OnnxFile.Port p, int axis) {
        Integer given = given(p, axis);
        return given == null ? p.dims().get(axis).size() : given;
    }

    /** {@code batched}: the first axis is the batch where nothing else is. */
    List<Port> inputs(boolean batched) {
        boolean guess = batched && !hasBatch();
        List<Port> ports = new ArrayList<>();
        for (OnnxFile.Port p : open) {
            if (!p.shaped()) {
                throw error(
                        Code.UNSUPPORTED,
                        p,
                        "has no shape in the file",
                        "save the model with the shapes of its inputs");
            }
            int[] dims = new int[p.dims().size()];
            int batchAxis = -1;
            for (int i = 0; i < dims.length; i++) {
                if (batchAxis < 0 && (isBatch(p, i) || guess && i == 0)) {
                    batchAxis = i;
                    dims[i] = 1;
                    continue;
                }
                long size = isOpen(p, i) ? -1 : size(p, i);
                if (size < 1 || size > Integer.MAX_VALUE) {
                    String name = p.dims().get(i).name();
                    String key = name.isEmpty() ? p.name() + "[" + i + "]" : name;
                    throw error(
                            Code.SHAPE,
                            p,
                            size < 0
                                    ? "has an open extent, "
                                            + (name.isEmpty() ? "axis " + i : TensorReader.quoted(name))
                                    : "has extent " + size + " on axis " + i,
                            size < 0 ? "say how long it is: dimension " + key + "=..." : "");
                }
                dims[i] = (int) size;
            }
            if (batched && batchAxis < 0) {
                throw error(
                        Code.SHAPE,
                        p,
                        "has no axis for the batch, as others have",
                        "fix its values, or say which axis it is, or give the batch a number");
            }
            try {
                Port port = new Port(p.name(), Words.of(dims), batchAxis, !TensorReader.isReal(p.type()));
                port.shape();
                ports.add(port);
            } catch (ShapeException e) {
                throw error(Code.LIMIT, p, "is too large: " + e.getMessage(), "");
            }
        }
        return ports;
    }
}
