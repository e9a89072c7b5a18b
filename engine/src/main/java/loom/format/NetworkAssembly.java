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
import loom.model.Network;

/** What all model readers share: from layers as they stand in a file to a network, with errors that name the place. */
final class NetworkAssembly {
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
            String problem = e.getMessage().substring(e.layer().length() + 2);
            throw places.getOrDefault(e.layer(), root).in(e.layer()).error(Code.SHAPE, problem, "");
        } catch (ShapeException | FieldException e) {
            throw root.error(Code.SHAPE, e.getMessage(), "");
        }
    }

    private static void remember(List<FieldReader.LayerAt> layers, LinkedHashMap<String, Cursor> places) {
        for (FieldReader.LayerAt l : layers) {
            places.put(l.at().layer(), l.at());
            remember(l.children(), places);
        }
    }
}
