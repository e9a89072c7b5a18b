package loom.tools;

import java.util.ArrayList;
import java.util.List;
import loom.format.JsonWriter;
import loom.format.ModelReader;
import loom.machine.Completion;
import loom.machine.Machine;
import loom.model.Place;
import loom.model.Tensor;
import loom.observe.LayerOutputs;
import loom.run.Ticker;

/** A page's model as a pipeline, tick by tick: see {@link Ticker}. */
public final class Pipeline {
    private final Ticker ticker;

    private Pipeline(Ticker ticker) {
        this.ticker = ticker;
    }

    /** An empty pipeline of the model in a file. */
    public static Completion<Pipeline> open(byte[] file, Machine machine) {
        return Ticker.open(machine, ModelReader.load("model", file).model(), 1).map(Pipeline::new);
    }

    /** One tick with a sample as input: {@code {"tick", "layers"}}, layers of cells as in {@link LayerOutputs#json}. */
    public Completion<String> tick(float... input) {
        return ticker.set(input).then(Ticker::tick).then(output -> layers(new ArrayList<>()));
    }

    private Completion<String> layers(List<LayerOutputs.One> read) {
        if (read.size() == ticker.stations().size()) {
            JsonWriter w = new JsonWriter().beginObject();
            w.key("tick").whole(ticker.ticks());
            new LayerOutputs(read).write(w);
            return Completion.of(w.endObject().finish());
        }
        Place p = ticker.stations().get(read.size());
        return ticker.layer(read.size()).then(values -> {
            read.add(new LayerOutputs.One(p.path(), new Tensor(p.output(), values)));
            return layers(read);
        });
    }

    /** Empties it. */
    public Completion<String> reset() {
        return ticker.reset().map(t -> "");
    }

    /** Gives the machine's memory back. */
    public void close() {
        ticker.close();
    }
}
