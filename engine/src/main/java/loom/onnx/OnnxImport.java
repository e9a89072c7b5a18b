package loom.onnx;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import loom.format.DoorReport;
import loom.format.LoadedModel;
import loom.format.ModelException;
import loom.format.ModelException.Code;
import loom.graph.Shape;
import loom.graph.ShapeException;
import loom.model.FieldException;
import loom.model.Model;
import loom.model.Network;
import loom.model.Onnx;
import loom.model.OnnxGraph;
import loom.model.Tensor;

/** An ONNX file to a model of one layer, {@link Onnx}. Everything that the file alone decides is decided here. */
public final class OnnxImport {
    private static final int OLDEST = 7;
    private static final int NEWEST = 26;

    private OnnxImport() {}

    /** Whether a file may be one: its first field is the version, a small number. */
    public static boolean looksLike(byte[] bytes) {
        return bytes.length > 2 && bytes[0] == 8 && bytes[1] > 0 && bytes[1] < 100;
    }

    public static LoadedModel load(String name, byte[] bytes, OnnxOptions options) {
        OnnxReader reader = new OnnxReader();
        return of(reader.read(name, bytes), options, reader.tensors().admission(), LoadedModel.Format.ONNX);
    }

    /** {@code admission} has counted the file's numbers. */
    static LoadedModel of(OnnxFile file, OnnxOptions options, Admission admission, LoadedModel.Format format) {
        long opset = file.opsets().get("");
        if (opset < OLDEST || opset > Integer.MAX_VALUE) {
            throw new ModelException(
                    Code.FORMAT,
                    file.file(),
                    "$.opset_import",
                    "",
                    "opset " + opset + ", expected at least " + OLDEST,
                    "convert the model to opset 13 or newer");
        }
        OnnxPorts ports = new OnnxPorts(file, options);
        OnnxGraph graph;
        LinkedHashMap<String, Known> values;
        List<String> notes = new ArrayList<>();
        if (ports.mayBeBatch()) {
            // Extents of 1 in front may stand for any number of samples, if no operator depends on the 1.
            OnnxWalk walk;
            try {
                walk = new OnnxWalk(file, ports.inputs(true), ports.fixed(), false);
                walk.run();
                walk.checkBatchFirst();
            } catch (ModelException e) {
                walk = new OnnxWalk(file, ports.inputs(false), ports.fixed(), true);
                walk.run();
            }
            graph = walk.graph();
            values = walk.weights();
        } else {
            OnnxWalk walk = new OnnxWalk(file, ports.inputs(ports.hasBatch()), ports.fixed(), !ports.hasBatch());
            walk.run();
            graph = walk.graph();
            values = walk.weights();
        }
        if (opset > NEWEST) {
            notes.add("opset " + opset + " is newer than " + NEWEST + ", the newest whose operators are known here");
        }
        if (admission.clipped() > 0) {
            notes.add(admission.clipped() + " values beyond 2^50, infinite ones among them, became 2^50");
        }
        if (graph.oneSample()) {
            notes.add("every extent is fixed: a run takes one sample");
        }
        return loaded(file, format, graph, values, admission.rounded(), notes);
    }

    private static LoadedModel loaded(
            OnnxFile file,
            LoadedModel.Format format,
            OnnxGraph graph,
            LinkedHashMap<String, Known> values,
            long rounded,
            List<String> notes) {
        try {
            Onnx layer = new Onnx(graph);
            Network network = Network.of(file.graph().name(), layer.input(), layer);
            LinkedHashMap<String, Tensor> parameters = new LinkedHashMap<>();
            long elements = 0;
            for (Map.Entry<String, Known> e : values.entrySet()) {
                Known k = e.getValue();
                float[] v = new float[k.size()];
                for (int i = 0; i < v.length; i++) {
                    v[i] = k.real(i);
                }
                elements += v.length;
                parameters.put("0.0.0." + e.getKey(), new Tensor(Shape.of(k.dims()), v));
            }
            LinkedHashMap<String, String> metadata = new LinkedHashMap<>();
            if (!file.producer().isEmpty()) {
                metadata.put("producer", file.producer());
            }
            return new LoadedModel(
                    new Model(network, parameters, Model.DEFAULT_SEED, metadata),
                    format,
                    new DoorReport(elements, rounded),
                    notes);
        } catch (ShapeException | FieldException e) {
            throw new ModelException(Code.SHAPE, file.file(), file.graph().path(), "", e.getMessage(), "");
        }
    }
}
