package loom.onnx;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import loom.format.LoadedModel;
import loom.format.ModelException;
import loom.machine.NumericTrap;
import loom.machine.reference.ReferenceMachine;
import loom.model.Onnx;
import loom.model.OnnxGraph;
import loom.run.ModelRunner;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** ONNX's published cases through the importer: each gives what it should, or is refused for a reason that stands here. */
class NodeCasesTest {
    private static final double TOLERANCE = 1e-5;

    @BeforeAll
    static void install() {
        OnnxLowering.install();
    }

    /** Cases that give what they should, of all that are here. */
    private static final int RIGHT = 653;

    private static final int ALL = 945;

    /** Parts of refusals, and what they mean; the first that fits counts. */
    private static final Map<String, String> REASONS = new LinkedHashMap<>();

    static {
        REASONS.put("operators that are not supported", "operators that primitives do not express, or not yet");
        REASONS.put("is NaN", "values that are no numbers: Loom traps");
        REASONS.put("trap: ", "results beyond 2^50 or undefined: Loom traps");
        REASONS.put("of text", "text");
        REASONS.put("of string", "text");
        REASONS.put("no tensor but a sequence", "sequences, maps, optional values");
        REASONS.put("no input that a run", "no input at all");
        REASONS.put("is not read", "types of at most 8 bits that are not kept apart");
        REASONS.put("rounding to", "rounding to half precision in the middle of a graph");
        REASONS.put("at run time", "shapes that depend on values");
        REASONS.put("has extent 0", "tensors without elements");
        REASONS.put("without elements", "tensors without elements");
        REASONS.put("nothing is left", "tensors without elements");
        REASONS.put("+ 0 by 1", "tensors without elements");
        REASONS.put("batch", "statistics of a training batch");
        REASONS.put("of training", "dropout of training");
        REASONS.put("nonpad_kv_seqlen", "attention: nonpad_kv_seqlen");
        REASONS.put("reduction m", "scattered minima and maxima");
        REASONS.put("whole ones of a type", "real numbers to integers below 32 bits");
        REASONS.put("reaches beyond", "resizing that extrapolates");
        REASONS.put("opset", "files of training, or without their opset");
    }

    @Test
    void everyCaseGivesWhatItShouldOrIsRefused() throws IOException {
        Map<String, List<String>> refused = new TreeMap<>();
        Map<String, String> wrong = new TreeMap<>();
        int right = 0;
        int all = 0;
        for (NodeCase c : NodeCase.all()) {
            all++;
            try {
                String difference = run(c);
                if (difference.isEmpty()) {
                    right++;
                } else {
                    wrong.put(c.name(), difference);
                }
            } catch (ModelException | NumericTrap e) {
                String why = e instanceof ModelException m ? m.problem() : "trap: " + e.getMessage();
                refused.computeIfAbsent(reason(why), k -> new ArrayList<>()).add(c.name());
            }
        }
        System.out.println(right + " of " + all + " cases of ONNX within 1e-5; refused:");
        refused.forEach((why, names) -> System.out.println("  " + names.size() + " " + why + ": " + names.get(0)
                + (names.size() > 1 ? ", " + names.get(1) : "") + (names.size() > 2 ? ", ..." : "")));
        assertThat(refused).doesNotContainKey("");
        // Its expected values are written with four digits.
        assertThat(wrong).containsOnlyKeys("test_averagepool_2d_ceil_last_window_starts_on_pad");
        assertThat(right).isEqualTo(RIGHT);
        assertThat(all).isEqualTo(ALL);
    }

    private static String reason(String problem) {
        for (Map.Entry<String, String> e : REASONS.entrySet()) {
            if (problem.contains(e.getKey())) {
                return e.getValue();
            }
        }
        System.out.println("no reason for: " + problem);
        return "";
    }

    private static String run(NodeCase c) {
        OnnxFile file = new OnnxReader().read(c.name(), c.model());
        List<OnnxFile.Port> ports = file.graph().inputs();
        Map<String, OnnxTensor> given = new LinkedHashMap<>();
        for (int i = 0; i < ports.size(); i++) {
            given.put(
                    ports.get(i).name(),
                    OnnxTensor.read(c.name() + " input " + i, c.inputs().get(i)));
        }
        List<OnnxTensor> expected = new ArrayList<>();
        for (byte[] output : c.outputs()) {
            expected.add(OnnxTensor.read(c.name() + " output", output));
        }
        ModelException first = null;
        // What must be known is an input in these files: at first none is given, then whole numbers, then all but the
        // first.
        for (int known = 0; known < 3; known++) {
            Map<String, float[]> fixed = new LinkedHashMap<>();
            for (int i = 0; i < ports.size(); i++) {
                boolean whole = !TensorReader.isReal(ports.get(i).type());
                if (known == 1 && whole && i > 0 || known == 2 && i > 0) {
                    fixed.put(
                            ports.get(i).name(), given.get(ports.get(i).name()).floats());
                }
            }
            try {
                return compare(
                        OnnxImport.load(c.name(), c.model(), new OnnxOptions(Map.of(), fixed)), file, given, expected);
            } catch (ModelException e) {
                first = first == null ? e : first;
                if (!e.problem().contains("run time") && !e.problem().contains("has extent 0")) {
                    throw e;
                }
            }
        }
        throw first;
    }

    /** Half precision has 11 bits, bfloat16 8; here everything is f32. */
    private static double tolerance(int type) {
        return type == 10 ? 0x1p-10 : type == 16 ? 0x1p-7 : TOLERANCE;
    }

    private static String compare(
            LoadedModel loaded, OnnxFile file, Map<String, OnnxTensor> given, List<OnnxTensor> expected) {
        OnnxGraph graph = ((Onnx) loaded.model().network().places().get(0).layer()).graph();
        Map<String, float[]> inputs = new LinkedHashMap<>();
        graph.inputs().forEach(p -> inputs.put(p.name(), given.get(p.name()).floats()));
        ModelRunner runner =
                ModelRunner.open(new ReferenceMachine(), loaded.model()).get();
        float[] y = runner.run(Onnx.pack(graph.inputs(), inputs, 1), 1).get();
        Map<String, float[]> outputs = Onnx.unpack(graph.outputs(), y, 1);
        int number = 0;
        for (OnnxGraph.Port p : graph.outputs()) {
            OnnxTensor e = expected.get(number++);
            float[] found = outputs.get(p.name());
            if (!java.util.Arrays.equals(p.dims().toArray(), e.dims())) {
                return p.name() + ": " + p.dims() + " instead of " + java.util.Arrays.toString(e.dims());
            }
            double tolerance = tolerance(file.graph().outputs().get(number - 1).type());
            double largest = 1;
            for (double v : e.values()) {
                largest = Math.max(largest, Math.abs(v));
            }
            for (int i = 0; i < found.length; i++) {
                if (!(Math.abs(found[i] - e.values()[i]) <= tolerance * largest)) {
                    return p.name() + "[" + i + "]: " + found[i] + " instead of " + e.values()[i];
                }
            }
        }
        return "";
    }
}
