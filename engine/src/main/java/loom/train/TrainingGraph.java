package loom.train;

import java.util.ArrayList;
import java.util.List;
import loom.graph.Autodiff;
import loom.graph.Graph;
import loom.graph.GraphBuilder;
import loom.graph.Node;
import loom.model.Cell;
import loom.model.Grid;
import loom.model.Layer;
import loom.model.LayerOptions;
import loom.model.Mode;
import loom.model.Network;
import loom.model.NetworkLowering;
import loom.model.Softmax;
import loom.model.SoftmaxKind;
import loom.model.Tagged;

/** One training step as a graph: forward, loss, gradients, updates. It runs on every machine with the same bits. */
public final class TrainingGraph {
    /** Input {@code [N, output...]}: what the network should have answered. */
    public static final String TARGET = "target";

    /** Output: the loss before the step. */
    public static final String LOSS = "loss";

    private TrainingGraph() {}

    public static Graph of(Network network, Loss loss, Optimizer optimizer) {
        GraphBuilder g = new GraphBuilder();
        NetworkLowering.Lowered forward =
                NetworkLowering.into(g, loss.takesLogits() ? withoutFinalSoftmax(network) : network, Mode.TRAINING);
        g.layer("loss");
        Node target = g.input(TARGET, forward.output().type());
        Node value = loss.lower(g, forward.output(), target);
        g.output(LOSS, value);
        List<Node> parameters = new ArrayList<>();
        for (String name : network.trained()) {
            parameters.add(forward.parameters().get(name));
        }
        List<Node> gradients = Autodiff.gradients(g, value, parameters);
        g.layer("optimizer");
        for (int i = 0; i < parameters.size(); i++) {
            optimizer.update(g, parameters.get(i), gradients.get(i));
        }
        return g.build();
    }

    /** The network up to its logits. Softmax has no parameters, so names stay. */
    private static Network withoutFinalSoftmax(Network network) {
        List<Cell> cells = new ArrayList<>(network.grid().cells());
        for (int cell = cells.size() - 1; cell >= 0; cell--) {
            List<Layer> layers = cells.get(cell).layers();
            int last = layers.size() - 1;
            while (last >= 0 && LayerOptions.of(layers.get(last)).disabled()) {
                last--;
            }
            if (last < 0) {
                continue;
            }
            if (Tagged.untagged(layers.get(last)) instanceof Softmax s && s.kind() instanceof SoftmaxKind.Standard) {
                cells.set(cell, new Cell(layers.subList(0, last)));
            }
            break;
        }
        Grid grid = network.grid();
        return new Network(network.name(), network.input(), new Grid(grid.rows(), grid.columns(), cells));
    }
}
