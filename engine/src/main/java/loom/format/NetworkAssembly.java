package loom.format;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import loom.format.ModelException.Code;
import loom.graph.Shape;
import loom.graph.ShapeException;
import loom.model.Cell;
import loom.model.FieldException;
import loom.model.Grid;
import loom.model.Layer;
import loom.model.LayerException;
import loom.model.Model;
import loom.model.Network;
import loom.model.ParameterSpec;

/** What all model readers share: from layers as they stand in a file to a network, with errors that name the place. */
final class NetworkAssembly {
    /** One GiB of floats. */
    private static final long MAX_INITIALISED = 1L << 28;

    private NetworkAssembly() {}

    /** A cell as read. */
    record CellAt(List<FieldReader.LayerAt> layers) {
        Cell cell() {
            List<Layer> plain = new ArrayList<>();
            for (FieldReader.LayerAt l : layers) {
                plain.add(l.layer());
            }
            return new Cell(plain);
        }
    }

    static Network network(Cursor root, String name, Shape input, int rows, int columns, List<CellAt> cells) {
        List<Cell> plain = new ArrayList<>();
        LinkedHashMap<String, Cursor> places = new LinkedHashMap<>();
        for (CellAt c : cells) {
            plain.add(c.cell());
            remember(c.layers(), places);
        }
        try {
            return new Network(name, input, new Grid(rows, columns, plain));
        } catch (LayerException e) {
            throw places.getOrDefault(e.layer(), root).in(e.layer()).error(Code.SHAPE, e.problem(), "");
        } catch (ShapeException | FieldException e) {
            throw root.error(Code.SHAPE, e.getMessage(), "");
        }
    }

    /** Parameters from a seed, if they are not so many that a small file could exhaust the memory. */
    static Model initialise(Cursor root, Network network, long seed) {
        long total = 0;
        for (ParameterSpec p : network.parameters().values()) {
            total += p.shape().elements(1);
        }
        if (total > MAX_INITIALISED) {
            throw root.error(
                    Code.LIMIT,
                    "a network of " + total + " parameters without their values, expected at most " + MAX_INITIALISED,
                    "");
        }
        try {
            return Model.initialise(network, seed);
        } catch (LayerException e) {
            throw root.in(e.layer()).error(Code.DATA, e.problem(), "");
        }
    }

    private static void remember(List<FieldReader.LayerAt> layers, LinkedHashMap<String, Cursor> places) {
        for (FieldReader.LayerAt l : layers) {
            places.put(l.at().layer(), l.at());
            remember(l.children(), places);
        }
    }
}
