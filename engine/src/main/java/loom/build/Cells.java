package loom.build;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import loom.build.Assembly.Piece;
import loom.graph.Shape;
import loom.model.Activation;
import loom.model.Cell;
import loom.model.Dense;
import loom.model.Flatten;
import loom.model.Grid;
import loom.model.Layer;
import loom.model.Model;
import loom.model.Network;
import loom.model.Reshape;

/** Models cut and put together between layers of their cells; parameters go along, so what is only moved computes the same bits. */
public final class Cells {
    private Cells() {}

    /** The same layers in another grid: cells take equally many, those in front one more where it does not come out even. */
    public static Model spread(Model model, int rows, int columns) {
        List<Piece> pieces = Assembly.pieces(model);
        return placed(model.network().name(), model.network().input(), rows, columns, pieces, model.seed());
    }

    /** All layers in one cell. */
    public static Model merged(Model model) {
        return spread(model, 1, 1);
    }

    /** Two models: the layers before number {@code at}, counted over all cells, and those from there on. One after the other they are the first. */
    public static List<Model> split(Model model, int at) {
        List<Piece> pieces = Assembly.pieces(model);
        if (at < 1 || at >= pieces.size()) {
            throw new BuildException("a model of " + pieces.size() + " layers split at layer " + at + ", expected 1 to "
                    + (pieces.size() - 1));
        }
        List<Piece> behind = pieces.subList(at, pieces.size());
        Assembly.refuseInput(behind, "the second part");
        Model front =
                placed(model.network().name(), model.network().input(), 1, 1, pieces.subList(0, at), model.seed());
        Shape between = front.network().output();
        return List.of(front, placed(model.network().name(), between, 1, 1, behind, model.seed()));
    }

    /**
     * One model after the other. Where the first gives another shape than the second takes, a stitch stands between: a reshape if the
     * elements are as many, else a dense layer without activation over all of them, which starts from the seed.
     */
    public static Model join(Model first, Model second, long seed) {
        List<Piece> pieces = new ArrayList<>(Assembly.pieces(first));
        Assembly.refuseInput(Assembly.pieces(second), "the second model");
        for (Layer layer : stitch(first.network().output(), second.network().input())) {
            pieces.add(Piece.fresh(layer));
        }
        pieces.addAll(Assembly.pieces(second));
        return placed(first.network().name(), first.network().input(), 1, 1, pieces, seed);
    }

    /** Layers that make one shape of another; none if they are equal. */
    static List<Layer> stitch(Shape from, Shape to) {
        List<Layer> layers = new ArrayList<>();
        if (from.equals(to)) {
            return layers;
        }
        int n = to.elements(1);
        Shape now = from;
        if (from.elements(1) != n) {
            if (from.rank() != 1) {
                layers.add(from.rank() == 0 ? new Reshape(Shape.of(1)) : new Flatten());
            }
            layers.add(new Dense(n, Activation.Simple.LINEAR));
            now = Shape.of(n);
        }
        if (!now.equals(to)) {
            layers.add(new Reshape(to));
        }
        return layers;
    }

    private static Model placed(String name, Shape input, int rows, int columns, List<Piece> pieces, long seed) {
        List<Cell> cells = new ArrayList<>();
        LinkedHashMap<String, Piece> byPath = new LinkedHashMap<>();
        int count = Math.max(1, rows) * Math.max(1, columns);
        int next = 0;
        for (int cell = 0; cell < count; cell++) {
            int size = pieces.size() / count + (cell < pieces.size() % count ? 1 : 0);
            List<Piece> own = pieces.subList(next, next + size);
            for (int i = 0; i < size; i++) {
                byPath.put(cell / columns + "." + cell % columns + "." + i, own.get(i));
            }
            cells.add(new Cell(Assembly.layers(own)));
            next += size;
        }
        return Assembly.model(new Network(name, input, new Grid(rows, columns, cells)), byPath, seed);
    }
}
