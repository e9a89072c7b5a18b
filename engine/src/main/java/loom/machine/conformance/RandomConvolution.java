package loom.machine.conformance;

import java.util.List;
import java.util.function.UnaryOperator;
import loom.graph.Autodiff;
import loom.graph.GraphBuilder;
import loom.graph.Node;
import loom.graph.Shape;
import loom.graph.TensorType;
import loom.graph.WindowGeometry;
import loom.graph.Words;

/** A convolution over one or two axes and its gradients: windows with strides, dilations, padding and groups. */
final class RandomConvolution {
    private final Dice dice;
    private final GraphBuilder g;
    private final UnaryOperator<Node> feed;
    private final boolean batched;

    RandomConvolution(Dice dice, GraphBuilder g, UnaryOperator<Node> feed, boolean batched) {
        this.dice = dice;
        this.g = g;
        this.feed = feed;
        this.batched = batched;
    }

    void build() {
        int rank = dice.between(1, 2);
        int[] kernel = new int[rank];
        int[] strides = new int[rank];
        int[] dilations = new int[rank];
        int[] before = new int[rank];
        int[] after = new int[rank];
        int[] inputDilations = new int[rank];
        int groups = dice.chance(70) ? 1 : dice.between(2, 3);
        int channels = dice.between(1, 3);
        int filters = dice.between(1, 9);
        int[] x = new int[2 + rank];
        int[] w = new int[2 + rank];
        x[0] = batched ? 1 : 2;
        x[1] = channels * groups;
        w[0] = filters * groups;
        w[1] = channels;
        for (int i = 0; i < rank; i++) {
            kernel[i] = dice.between(1, 3);
            strides[i] = dice.between(1, 2);
            dilations[i] = dice.between(1, 2);
            before[i] = dice.below(3);
            after[i] = dice.below(3);
            inputDilations[i] = dice.chance(80) ? 1 : 2;
            x[2 + i] = dice.between(5, rank == 1 ? 40 : 14);
            w[2 + i] = kernel[i];
        }
        WindowGeometry geometry = new WindowGeometry(
                Words.of(kernel),
                Words.of(strides),
                Words.of(dilations),
                Words.of(before),
                Words.of(after),
                Words.of(inputDilations));
        Node input = feed.apply(g.input("x", TensorType.f32(Shape.of(x, batched ? 0 : -1))));
        Node weights = feed.apply(g.parameter("w", Shape.of(w)));
        Node y = g.conv(input, weights, geometry, groups);
        Node loss = g.reshape(y, Shape.of(List.of(y.shape().elements())));
        loss = g.reshape(g.mean(g.times(loss, loss), 0), Shape.SCALAR);
        List<Node> gradients = Autodiff.gradients(g, loss, List.of(input, weights));
        g.output("y", y).output("dx", gradients.get(0)).output("dw", gradients.get(1));
        g.output("turned", g.reverse(y, 1 + dice.below(1 + rank)));
    }
}
