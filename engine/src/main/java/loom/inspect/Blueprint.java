package loom.inspect;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import loom.format.JsonWriter;
import loom.graph.Graph;
import loom.model.Network;
import loom.model.ParameterSpec;
import loom.model.Place;
import loom.program.Arithmetic;

/**
 * What a network costs: layer by layer, cell by cell, and all together, for one sample.
 *
 * @param layers by their paths, outer ones before those inside; a layer's own costs, without those of the layers inside it
 * @param cells by row and column, as in {@code 0.1}
 */
public record Blueprint(LinkedHashMap<String, Cost> layers, LinkedHashMap<String, Cost> cells, Cost network) {
    /**
     * Costs of a part of a network.
     *
     * @param parameters numbers that it keeps
     * @param outputs numbers that its layers give
     */
    public record Cost(long parameters, long outputs, Arithmetic arithmetic) {
        static final Cost NONE = new Cost(0, 0, Arithmetic.NONE);

        Cost plus(Cost other) {
            return new Cost(parameters + other.parameters, outputs + other.outputs, arithmetic.plus(other.arithmetic));
        }

        /** Into an object that is open. */
        void write(JsonWriter w) {
            w.key("parameterBytes").whole(4 * parameters);
            w.key("outputBytes").whole(4 * outputs);
            w.key("multiplyAdds").whole(arithmetic.multiplyAdds());
            w.key("elementOperations").whole(arithmetic.elementOperations());
        }
    }

    /** {@code graph}: what the network becomes. */
    public static Blueprint of(Network network, Graph graph) {
        LinkedHashMap<String, Arithmetic> arithmetic = Arithmetic.byLayer(graph, 1);
        LinkedHashMap<String, Cost> layers = new LinkedHashMap<>();
        LinkedHashMap<String, Cost> cells = new LinkedHashMap<>();
        Cost all = Cost.NONE;
        for (Place p : network.allPlaces()) {
            Cost cost = cost(p, arithmetic.getOrDefault(p.label(), Arithmetic.NONE));
            layers.put(p.path(), cost);
            cells.merge(p.row() + "." + p.column(), cost, Cost::plus);
            all = all.plus(cost);
        }
        return new Blueprint(layers, cells, all);
    }

    private static Cost cost(Place p, Arithmetic arithmetic) {
        long parameters = 0;
        for (ParameterSpec s : p.parameters()) {
            parameters += s.shape().elements(1);
        }
        return new Cost(parameters, p.output().elements(1), arithmetic);
    }

    /** The dearest layers by multiply-adds, then by operations; of equals the first. */
    public List<String> dearest(int most) {
        List<String> paths = new ArrayList<>(layers.keySet());
        paths.sort((a, b) -> {
            Arithmetic x = layers.get(a).arithmetic();
            Arithmetic y = layers.get(b).arithmetic();
            int order = Long.compare(y.multiplyAdds(), x.multiplyAdds());
            return order != 0 ? order : Long.compare(y.elementOperations(), x.elementOperations());
        });
        return List.copyOf(paths.subList(0, Math.min(most, paths.size())));
    }

    void writeCells(JsonWriter w) {
        w.key("cells").beginList();
        cells.forEach((path, cost) -> {
            w.beginLine().key("path").text(path);
            cost.write(w);
            w.endObject();
        });
        w.endList();
    }
}
