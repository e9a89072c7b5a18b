package loom.model;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A network with its parameters.
 *
 * @param parameters by name ({@code 0.1.2.kernel}), in the network's order
 * @param seed what the parameters were initialised from, and where random numbers of training start
 * @param metadata text for people: author, licence, ...
 */
public record Model(
        Network network, LinkedHashMap<String, Tensor> parameters, long seed, LinkedHashMap<String, String> metadata) {
    public static final long DEFAULT_SEED = 1;

    /** Seeds are whole numbers that JavaScript can hold. */
    public static final long MAX_SEED = (1L << 53) - 1;

    public Model {
        parameters = new LinkedHashMap<>(parameters);
        metadata = new LinkedHashMap<>(metadata);
        if (seed < 0 || seed > MAX_SEED) {
            throw new FieldException("seed", "expected a whole number from 0 to " + MAX_SEED + ", found " + seed);
        }
        LinkedHashMap<String, ParameterSpec> specs = network.parameters();
        List<String> expected = new ArrayList<>(specs.keySet());
        List<String> found = new ArrayList<>(parameters.keySet());
        if (!expected.equals(found)) {
            throw new FieldException("parameters", "expected " + expected + ", found " + found);
        }
        for (Map.Entry<String, ParameterSpec> e : specs.entrySet()) {
            Tensor t = parameters.get(e.getKey());
            if (!t.shape().equals(e.getValue().shape())) {
                throw new FieldException(
                        e.getKey(), "expected shape " + e.getValue().shape() + ", found " + t.shape());
            }
            Int8.check(e.getKey(), e.getValue(), t);
        }
    }

    /** Values of all parameters. */
    public long parameterCount() {
        long count = 0;
        for (Tensor t : parameters.values()) {
            count += t.shape().elements(1);
        }
        return count;
    }

    /** Parameters from the seed alone. */
    public static Model initialise(Network network, long seed) {
        for (Place place : network.allPlaces()) {
            for (ParameterSpec p : place.parameters()) {
                if (p.role() == ParameterSpec.Role.FIXED) {
                    throw new LayerException(
                            place.label(), p.name() + " comes from a model that was quantised, not from a seed");
                }
            }
        }
        LinkedHashMap<String, Tensor> parameters = new LinkedHashMap<>();
        int number = 0;
        for (Map.Entry<String, ParameterSpec> e : network.parameters().entrySet()) {
            ParameterSpec p = e.getValue();
            parameters.put(e.getKey(), new Tensor(p.shape(), p.values(seed, number)));
            number += p.initialisers().size();
        }
        return new Model(network, parameters, seed, new LinkedHashMap<>());
    }

    /** The same network with other values. */
    public Model withParameters(LinkedHashMap<String, Tensor> values) {
        return new Model(network, values, seed, metadata);
    }
}
