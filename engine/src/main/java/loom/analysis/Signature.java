package loom.analysis;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import loom.graph.Shape;
import loom.inspect.ModelDigest;
import loom.inspect.TensorDigest;
import loom.model.Model;
import loom.model.ParameterSpec;
import loom.model.Place;
import loom.model.Tensor;

/**
 * A model in a few numbers, layer by layer: to recognise it, and to see at a glance what another one has otherwise.
 *
 * @param digest of the model
 * @param layers every layer, outer ones before those inside
 */
public record Signature(String digest, List<LayerSignature> layers) {
    public Signature {
        layers = List.copyOf(layers);
    }

    /**
     * A layer with its own parameters, in their order, as one vector.
     *
     * @param digests of the parameters, by name
     * @param mean of the elements, summed in order; 0 if there are none
     * @param deviation square root of the mean squared difference from the mean
     * @param norm square root of the sum of squares
     * @param largest magnitude
     * @param zeros elements that are 0
     */
    public record LayerSignature(
            String path,
            String label,
            String type,
            Shape input,
            Shape output,
            long elements,
            LinkedHashMap<String, String> digests,
            double mean,
            double deviation,
            double norm,
            double largest,
            long zeros) {}

    public static Signature of(Model model) {
        List<LayerSignature> layers = new ArrayList<>();
        for (Place p : model.network().allPlaces()) {
            layers.add(layer(model, p));
        }
        return new Signature(ModelDigest.of(model), layers);
    }

    private static LayerSignature layer(Model model, Place p) {
        List<float[]> all = parameters(model, p);
        LinkedHashMap<String, String> digests = new LinkedHashMap<>();
        for (ParameterSpec s : p.parameters()) {
            Tensor t = model.parameters().get(p.parameterName(s));
            digests.put(s.name(), TensorDigest.of(t.shape().dims(), t.values()).root());
        }
        long n = 0;
        long zeros = 0;
        double sum = 0;
        double squares = 0;
        double largest = 0;
        for (float[] values : all) {
            n += values.length;
            for (float v : values) {
                sum += v;
                squares += (double) v * v;
                largest = Math.max(largest, Math.abs(v));
                zeros += v == 0 ? 1 : 0;
            }
        }
        double mean = n == 0 ? 0 : sum / n;
        double spread = 0;
        for (float[] values : all) {
            for (float v : values) {
                spread += (v - mean) * (v - mean);
            }
        }
        return new LayerSignature(
                p.path(),
                p.label(),
                p.layer().typeName(),
                p.input(),
                p.output(),
                n,
                digests,
                mean,
                n == 0 ? 0 : Math.sqrt(spread / n),
                Math.sqrt(squares),
                largest,
                zeros);
    }

    /** Values of a layer's own parameters, in their order. */
    static List<float[]> parameters(Model model, Place p) {
        List<float[]> all = new ArrayList<>();
        for (ParameterSpec s : p.parameters()) {
            all.add(model.parameters().get(p.parameterName(s)).values());
        }
        return all;
    }
}
