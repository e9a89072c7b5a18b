package loom.quant;

import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Set;
import loom.format.PackedTensor;
import loom.graph.Factors;
import loom.graph.Shape;
import loom.model.Channels;
import loom.model.Int8;
import loom.model.Model;
import loom.model.Network;
import loom.model.ParameterSpec;
import loom.model.Place;
import loom.model.Precision;
import loom.model.Tensor;
import loom.numeric.WeightType;

/** Makes of a model whose weights were quantised to int8 one whose layers multiply int8 by int8 ({@link Precision#INT8}). */
public final class Int8Products {
    private final Quantiser.Result weights;
    private final Set<String> paths = new LinkedHashSet<>();
    private final Set<String> names = new LinkedHashSet<>();

    private Int8Products(Quantiser.Result weights) {
        this.weights = weights;
    }

    /**
     * Layers all of whose products have weights with a scale for each channel and no zero points, and sums that fit i32; the others stay as they
     * are.
     *
     * @param paths of the layers that multiply int8
     */
    public record Result(Quantiser.Result result, Set<String> paths) {}

    public static Result of(Quantiser.Result weights) {
        Int8Products p = new Int8Products(weights);
        for (Place place : weights.model().network().allPlaces()) {
            p.look(place);
        }
        return new Result(p.result(), p.paths);
    }

    private void look(Place place) {
        Set<String> products = new LinkedHashSet<>();
        for (ParameterSpec spec : place.parameters()) {
            if (place.layer().products().contains(spec.name())) {
                int channels = spec.shape().dim(Channels.axis(place.layer(), spec.shape()));
                boolean isShort = spec.shape().elements(1) / channels <= Factors.MOST_INT8;
                if (!isShort || !isPerChannel(place.parameterName(spec), channels)) {
                    return;
                }
                products.add(place.parameterName(spec));
            }
        }
        if (!products.isEmpty()) {
            paths.add(place.path());
            names.addAll(products);
        }
    }

    private boolean isPerChannel(String name, int channels) {
        PackedTensor p = weights.packed().get(name);
        return p != null && p.type() == WeightType.INT8 && p.zeroPoints().length == 0 && p.scales().length == channels;
    }

    private Quantiser.Result result() {
        Model old = weights.model();
        Network network = old.network().with(Precision.INT8, paths);
        LinkedHashMap<String, Tensor> values = new LinkedHashMap<>();
        LinkedHashMap<String, PackedTensor> packed = new LinkedHashMap<>(weights.packed());
        for (String name : network.parameters().keySet()) {
            if (names.contains(name)) {
                PackedTensor scaled = weights.packed().get(name);
                PackedTensor p = PackedTensor.numbers(scaled.shape(), scaled.codes());
                packed.put(name, p);
                values.put(name, p.widen());
            } else if (old.parameters().containsKey(name)) {
                values.put(name, old.parameters().get(name));
            } else {
                String of = name.substring(0, name.length() - Int8.SCALE.length());
                float[] scales = weights.packed().get(of).scales();
                values.put(name, new Tensor(Shape.of(scales.length), scales.clone()));
            }
        }
        return new Quantiser.Result(weights.original(), new Model(network, values, old.seed(), old.metadata()), packed);
    }
}
