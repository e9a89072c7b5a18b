package loom.inspect;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import loom.format.JsonWriter;
import loom.format.LoadedModel;
import loom.format.PackedTensor;
import loom.format.tensors.StoredTensor;
import loom.format.tensors.TensorFile;
import loom.machine.Footprint;
import loom.model.Tensor;
import loom.program.Buffer;
import loom.program.Kernel;
import loom.program.Program;

/**
 * What a person wants to know before running a model somewhere: how its weights are stored, what its program is made of, and what it takes
 * of each machine, for one sample and for a batch.
 */
public final class ModelCard {
    /** What a program takes of a machine with a batch. */
    public interface Machine {
        Footprint of(Program program, int batch);
    }

    /**
     * Weights of one type.
     *
     * @param tensors how many there are
     * @param bytes with scales and zero points
     */
    public record Stored(int tensors, long bytes) {
        Stored plus(Stored other) {
            return new Stored(tensors + other.tensors, bytes + other.bytes);
        }
    }

    private final Program program;
    private final int batch;
    private final Map<String, Stored> stored;
    private final List<Footprint> one = new ArrayList<>();
    private final List<Footprint> many = new ArrayList<>();

    /** {@code stored}: weights by their types. */
    public ModelCard(Program program, int batch, Map<String, Stored> stored, List<Machine> machines) {
        if (batch < 1) {
            throw new IllegalArgumentException("a batch of " + batch + ", expected at least 1");
        }
        this.program = program;
        this.batch = batch;
        this.stored = new LinkedHashMap<>(stored);
        for (Machine m : machines) {
            one.add(m.of(program, 1));
            many.add(m.of(program, batch));
        }
    }

    /** Weights of a model by the types that its file holds them in: f32, where it says nothing else. */
    public static Map<String, Stored> stored(LoadedModel loaded) {
        Map<String, Stored> all = new LinkedHashMap<>();
        for (Map.Entry<String, Tensor> e : loaded.model().parameters().entrySet()) {
            PackedTensor packed = loaded.packed().get(e.getKey());
            if (packed == null) {
                all.merge("f32", new Stored(1, 4L * e.getValue().shape().elements(1)), Stored::plus);
            } else {
                all.merge(packed.type().label(), new Stored(1, packed.bytes()), Stored::plus);
            }
        }
        return all;
    }

    /** The same of a file of tensors. */
    public static Map<String, Stored> stored(TensorFile file) {
        Map<String, Stored> all = new LinkedHashMap<>();
        for (StoredTensor t : file.tensors().values()) {
            all.merge(t.type().label(), new Stored(1, t.bytes()), Stored::plus);
        }
        return all;
    }

    /** How many kernels there are of each kind; a loop counts once and what it repeats once more. */
    private static void count(List<Kernel> kernels, Map<String, Integer> kinds) {
        for (Kernel k : kernels) {
            String kind = switch (k) {
                case Kernel.MatMul m -> "matmul";
                case Kernel.Pointwise p -> "pointwise";
                case Kernel.Reduce r -> "reduce";
                case Kernel.Copy c -> "copy";
                case Kernel.Gather g -> "gather";
                case Kernel.ScatterAdd s -> "scatter_add";
                case Kernel.Loop l -> "loop";
            };
            kinds.merge(kind, 1, Integer::sum);
            if (k instanceof Kernel.Loop l) {
                count(l.body(), kinds);
            }
        }
    }

    private Map<String, Integer> kinds() {
        Map<String, Integer> kinds = new LinkedHashMap<>();
        count(program.kernels(), kinds);
        return kinds;
    }

    /** Bytes of state that every sample has: keys and values of attention, what a recurrent layer carries. */
    private long stateBytes() {
        long bytes = 0;
        for (Buffer.Source s : program.sampleStates()) {
            bytes += 4L * s.type().shape().elements(1);
        }
        return bytes;
    }

    // ---- text ----

    public String text() {
        StringBuilder b = new StringBuilder();
        List<String> parts = new ArrayList<>();
        stored.forEach((type, s) -> parts.add(s.tensors() + " as " + type + ", " + s.bytes() + " bytes"));
        if (!parts.isEmpty()) {
            Inspection.line(b, "weights", String.join("; ", parts));
        }
        List<String> counts = new ArrayList<>();
        kinds().forEach((kind, n) -> counts.add(n + " " + kind));
        Inspection.line(b, "kernels", String.join(", ", counts));
        if (stateBytes() > 0) {
            Inspection.line(b, "state", stateBytes() + " bytes a sample");
        }
        for (int i = 0; i < one.size(); i++) {
            Inspection.line(b, "on " + one.get(i).machine(), line(one.get(i), many.get(i)));
        }
        return b.toString();
    }

    private String line(Footprint first, Footprint second) {
        if (!first.obstacle().isEmpty()) {
            return "does not run: " + first.obstacle();
        }
        StringBuilder b = new StringBuilder();
        b.append(first.bytes()).append(" bytes for one sample, ");
        if (second.obstacle().isEmpty()) {
            b.append(second.bytes()).append(" for ").append(batch);
        } else {
            b.append("does not run with ").append(batch).append(": ").append(second.obstacle());
        }
        Footprint more = second.obstacle().isEmpty() ? second : first;
        more.remarks().forEach(r -> b.append("; ").append(r));
        return b.toString();
    }

    // ---- JSON ----

    /** Into an object that is open. */
    public void write(JsonWriter w) {
        w.key("batch").whole(batch);
        w.key("weights").beginList();
        stored.forEach((type, s) -> {
            w.beginLine().key("dtype").text(type);
            w.key("tensors").whole(s.tensors()).key("bytes").whole(s.bytes()).endObject();
        });
        w.endList();
        w.key("kernels").beginLine();
        kinds().forEach((kind, n) -> w.key(kind).whole(n));
        w.endObject();
        w.key("stateBytes").whole(stateBytes());
        w.key("machines").beginList();
        for (int i = 0; i < one.size(); i++) {
            w.beginObject().key("machine").text(one.get(i).machine());
            write(w, "oneSample", one.get(i));
            write(w, "batch", many.get(i));
            w.endObject();
        }
        w.endList();
    }

    private static void write(JsonWriter w, String key, Footprint f) {
        w.key(key).beginObject().key("runs").flag(f.obstacle().isEmpty());
        if (f.obstacle().isEmpty()) {
            w.key("bytes").whole(f.bytes());
        } else {
            w.key("obstacle").text(f.obstacle());
        }
        w.key("remarks").beginList();
        f.remarks().forEach(w::text);
        w.endList().endObject();
    }
}
