package loom.observe;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import loom.format.Door;
import loom.format.FloatBytes;
import loom.format.JsonWriter;
import loom.graph.Shape;
import loom.graph.ShapeException;
import loom.machine.Completion;
import loom.machine.Execution;
import loom.machine.Machine;
import loom.machine.NamedValues;
import loom.machine.ScalarWords;
import loom.model.Model;
import loom.model.NetworkLowering;
import loom.model.Place;
import loom.model.Tensor;
import loom.numeric.Base64;
import loom.program.Compiler;
import loom.program.Program;

/** What every layer gave for one sample, nested ones too, in the order of the network: the values themselves, and numbers about them. */
public record LayerOutputs(List<One> layers) {
    /** As many elements of a layer are given as text; a picture of more shows nothing more. */
    static final int MOST = 1 << 16;

    public LayerOutputs {
        layers = List.copyOf(layers);
    }

    /** A layer's output. */
    public record One(String path, Tensor output) {}

    /** Layers whose output is no float are left out. */
    public static Completion<LayerOutputs> of(Machine machine, Model model, float... sample) {
        Shape input = model.network().input();
        if (sample.length != input.elements(1)) {
            throw new ShapeException("input: " + sample.length + " numbers are no sample of " + input);
        }
        float[] values = sample.clone();
        Door.round(values, "input");
        Program program = Compiler.compile(NetworkLowering.inference(model.network()), Compiler.Keep.NAMED);
        return machine.prepare(program).then(e -> {
            model.parameters().forEach((name, t) -> NamedValues.write(e, name, t.values()));
            e.batch(1);
            e.write(program.source(NetworkLowering.INPUT), values);
            e.run(new ScalarWords().random(model.seed(), 0).of(program));
            return e.finish().then(done -> read(done, model)).whenEnded(e::close);
        });
    }

    private static Completion<LayerOutputs> read(Execution e, Model model) {
        return NamedValues.floats(e, e.program().names()).map(values -> {
            List<One> layers = new ArrayList<>();
            for (Place p : model.network().allPlaces()) {
                float[] output = values.get(p.label());
                if (output != null) {
                    layers.add(new One(p.path(), new Tensor(p.output(), output)));
                }
            }
            return new LayerOutputs(layers);
        });
    }

    /** {@code {"layers": [{"path", "shape", "output": numbers, "data": base64 of the first values}]}}. */
    public String json() {
        JsonWriter w = new JsonWriter().beginObject();
        write(w);
        return w.endObject().finish();
    }

    /** The layers, into an object that is open. */
    public void write(JsonWriter w) {
        w.key("layers").beginList();
        for (One l : layers) {
            w.beginObject();
            w.key("path").text(l.path());
            w.key("shape").shape(l.output().shape());
            write(w, "output", MOST, l.output().values());
            w.endObject();
        }
        w.endList();
    }

    /** Numbers about values, and the first of them, into an object that is open. */
    static void write(JsonWriter w, String key, int most, float... values) {
        Stats.of(values).write(w.key(key));
        w.key("data").text(Base64.encode(FloatBytes.bytes(Arrays.copyOf(values, Math.min(values.length, most)))));
    }
}
