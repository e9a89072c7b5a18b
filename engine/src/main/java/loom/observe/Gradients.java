package loom.observe;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import loom.format.JsonWriter;
import loom.graph.Shape;
import loom.machine.Completion;
import loom.machine.Execution;
import loom.machine.Machine;
import loom.machine.NamedValues;
import loom.machine.ScalarWords;
import loom.model.Model;
import loom.model.Place;
import loom.model.Tensor;
import loom.program.Compiler;
import loom.train.DataCheck;
import loom.train.Dataset;
import loom.train.Training;
import loom.train.TrainingGraph;

/**
 * The gradients of a loss over some samples, by what every layer gives and by every trained parameter: the values themselves, and numbers
 * about them. Nothing is learned.
 *
 * @param layers in the order of the network; of many samples, those of the first come first
 */
public record Gradients(float loss, int samples, List<OfLayer> layers, List<OfParameter> parameters) {
    /** Enough for a picture of a large kernel. */
    private static final int MOST_OF_A_PARAMETER = 1 << 20;

    public Gradients {
        layers = List.copyOf(layers);
        parameters = List.copyOf(parameters);
    }

    /** {@code shape}: of one sample's output. */
    public record OfLayer(String path, Shape shape, float[] values) {}

    /** By a parameter. */
    public record OfParameter(String name, Tensor gradient) {}

    public static Completion<Gradients> of(Machine machine, Model model, Training training, Dataset samples) {
        new DataCheck(model.network(), training).check(samples);
        return machine.prepare(Compiler.compile(TrainingGraph.observed(model.network(), training)))
                .then(e -> {
                    model.parameters().forEach((name, t) -> NamedValues.write(e, name, t.values()));
                    TrainingGraph.feed(e, training, samples);
                    e.run(new ScalarWords().random(model.seed(), 0).of(e.program()));
                    return e.finish()
                            .then(done -> read(done, model, samples.size()))
                            .whenEnded(e::close);
                });
    }

    private static Completion<Gradients> read(Execution e, Model model, int samples) {
        LinkedHashMap<String, Integer> wanted = new LinkedHashMap<>(e.program().outputs());
        wanted.keySet().removeIf(name -> name.startsWith(TrainingGraph.VALUE));
        return NamedValues.floats(e, wanted).map(values -> {
            List<OfLayer> layers = new ArrayList<>();
            for (Place p : model.network().allPlaces()) {
                float[] gradient = values.get(TrainingGraph.GRADIENT + p.label());
                if (gradient != null) {
                    layers.add(new OfLayer(p.path(), p.output(), gradient));
                }
            }
            List<OfParameter> parameters = new ArrayList<>();
            for (Map.Entry<String, Tensor> p : model.parameters().entrySet()) {
                float[] gradient = values.get(TrainingGraph.GRADIENT + p.getKey());
                if (gradient != null) {
                    parameters.add(
                            new OfParameter(p.getKey(), new Tensor(p.getValue().shape(), gradient)));
                }
            }
            return new Gradients(values.get(TrainingGraph.LOSS)[0], samples, layers, parameters);
        });
    }

    /** {@code {"loss", "samples", "layers": [{"path", "shape", "gradient": numbers, "data"}], "parameters": [{"name", …}]}}. */
    public String json() {
        JsonWriter w = new JsonWriter().beginObject();
        w.key("loss").real(loss);
        w.key("samples").whole(samples);
        w.key("layers").beginList();
        for (OfLayer l : layers) {
            w.beginObject().key("path").text(l.path());
            w.key("shape").shape(l.shape());
            LayerOutputs.write(w, "gradient", LayerOutputs.MOST, l.values());
            w.endObject();
        }
        w.endList();
        w.key("parameters").beginList();
        for (OfParameter p : parameters) {
            w.beginObject().key("name").text(p.name());
            w.key("shape").shape(p.gradient().shape());
            LayerOutputs.write(w, "gradient", MOST_OF_A_PARAMETER, p.gradient().values());
            w.endObject();
        }
        w.endList();
        return w.endObject().finish();
    }
}
