package loom.model;

import java.util.ArrayList;
import java.util.List;
import loom.graph.Shape;

/**
 * A layer where it stands in a network.
 *
 * @param path as in {@code 0.1.2}: row, column, layer; nested layers add their names; prefix of parameter names
 * @param label as in {@code cell 0,1 layer 2 dense "head"}: for people, traps and receipts
 * @param row of the cell
 * @param column of the cell
 * @param depth 0 in a cell, one more inside another layer
 * @param layer without its options, and with the shapes of {@link Earlier} values it reads
 * @param learns whether training may change its parameters: neither it nor a layer around it is frozen or disabled
 */
public record Place(
        String path,
        String label,
        int row,
        int column,
        int depth,
        Layer layer,
        LayerOptions options,
        boolean learns,
        Shape input,
        Shape output,
        List<ParameterSpec> parameters,
        List<Place> children) {
    public Place {
        parameters = List.copyOf(parameters);
        children = List.copyOf(children);
    }

    /** Name of a parameter in graph, model and file reports: {@code 0.1.2.kernel}. */
    public String parameterName(ParameterSpec p) {
        return path + "." + p.name();
    }

    /** Names of the parameters that training changes, those of layers inside too. */
    public List<String> trained() {
        List<String> names = new ArrayList<>();
        for (ParameterSpec p : parameters) {
            if (learns && p.role() == ParameterSpec.Role.TRAINED) {
                names.add(parameterName(p));
            }
        }
        children.forEach(c -> names.addAll(c.trained()));
        return names;
    }
}
