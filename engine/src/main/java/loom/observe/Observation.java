package loom.observe;

import java.util.List;
import java.util.Optional;
import loom.format.JsonWriter;
import loom.numeric.FloatText;

/**
 * What one look at a model saw.
 *
 * @param number of the look, from 0
 * @param samples that it ran
 * @param nanoseconds of the run with reading, by the clock that was given
 * @param loss if the look was one with targets
 */
public record Observation(
        int number,
        int samples,
        long nanoseconds,
        Optional<Float> loss,
        List<LayerView> layers,
        List<ParameterView> parameters) {
    public Observation {
        layers = List.copyOf(layers);
        parameters = List.copyOf(parameters);
    }

    /**
     * A layer's output over all samples.
     *
     * @param units elements of one sample's output
     * @param dead units that are 0 for every sample
     * @param saturated elements at the flat ends of the layer's activation: a sigmoid within 0.01 of 0 or 1, a hyperbolic tangent within 0.01
     *     of ±1; 0 of any other
     * @param gradient of the loss by the output, in a look with targets
     */
    public record LayerView(
            String label, Stats output, int units, int dead, long saturated, Optional<Stats> gradient) {}

    /** A trained parameter and the loss's gradient by it. */
    public record ParameterView(String name, Stats value, Stats gradient) {}

    /** On several lines; {@link #line} is for streams. */
    public String json() {
        JsonWriter w = new JsonWriter().beginObject();
        write(w);
        return w.endObject().finish();
    }

    /** The same on one line, with its end. */
    public String line() {
        JsonWriter w = new JsonWriter().beginLine();
        write(w);
        return w.endObject().finish();
    }

    /** Into an object that is open. */
    public void write(JsonWriter w) {
        w.key("look").whole(number);
        w.key("samples").whole(samples);
        w.key("nanoseconds").whole(nanoseconds);
        loss.ifPresent(l -> w.key("loss").real(l));
        w.key("layers").beginList();
        for (LayerView l : layers) {
            w.beginObject();
            w.key("label").text(l.label());
            w.key("units").whole(l.units());
            w.key("dead").whole(l.dead());
            w.key("saturated").whole(l.saturated());
            l.output().write(w.key("output"));
            l.gradient().ifPresent(g -> g.write(w.key("gradient")));
            w.endObject();
        }
        w.endList();
        w.key("parameters").beginList();
        for (ParameterView p : parameters) {
            w.beginObject();
            w.key("name").text(p.name());
            p.value().write(w.key("value"));
            p.gradient().write(w.key("gradient"));
            w.endObject();
        }
        w.endList();
    }

    /** For people, a line a layer. */
    public String text() {
        StringBuilder b =
                new StringBuilder("look " + number + ", " + samples + " samples, " + nanoseconds / 1000 + " µs");
        loss.ifPresent(l -> b.append(", loss ").append(FloatText.print(l)));
        b.append('\n');
        for (LayerView l : layers) {
            b.append("  ")
                    .append(l.label())
                    .append(": mean ")
                    .append(number(l.output().mean()));
            b.append(", deviation ").append(number(l.output().deviation()));
            b.append(", from ")
                    .append(number(l.output().least()))
                    .append(" to ")
                    .append(number(l.output().largest()));
            b.append(l.dead() > 0 ? ", " + l.dead() + " of " + l.units() + " units dead" : "");
            b.append(
                    l.saturated() > 0
                            ? ", " + l.saturated() + " of " + l.output().elements() + " saturated"
                            : "");
            l.gradient().ifPresent(g -> b.append(", gradient ").append(number(g.norm())));
            b.append('\n');
        }
        for (ParameterView p : parameters) {
            b.append("  ")
                    .append(p.name())
                    .append(": norm ")
                    .append(number(p.value().norm()));
            b.append(", gradient ").append(number(p.gradient().norm())).append('\n');
        }
        return b.toString();
    }

    private static String number(double v) {
        return FloatText.print((float) v);
    }
}
