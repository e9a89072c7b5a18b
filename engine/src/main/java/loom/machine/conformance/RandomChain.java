package loom.machine.conformance;

import java.util.function.UnaryOperator;
import loom.graph.GraphBuilder;
import loom.graph.Node;
import loom.graph.PointOp.UnaryKind;
import loom.graph.Shape;
import loom.graph.TensorType;
import loom.graph.WindowGeometry;
import loom.graph.Words;

/**
 * Convolutions of pictures, depthwise ones above all, one behind the other, with what stands between them: biases, activations, sums with
 * what came before. Only the last is an output, so machines are free to keep the others where they like, or to make several at once.
 */
final class RandomChain {
    private final Dice dice;
    private final GraphBuilder g;
    private final UnaryOperator<Node> feed;
    private final boolean batched;

    RandomChain(Dice dice, GraphBuilder g, UnaryOperator<Node> feed, boolean batched) {
        this.dice = dice;
        this.g = g;
        this.feed = feed;
        this.batched = batched;
    }

    void build() {
        int channels = dice.between(1, 6);
        int[] x = {batched ? 1 : 2, channels, dice.between(4, 18), dice.between(4, 34)};
        Node y = feed.apply(g.input("x", TensorType.f32(Shape.of(x, batched ? 0 : -1))));
        int stages = dice.between(2, 4);
        for (int i = 0; i < stages; i++) {
            y = behind(i, convolution(i, y));
        }
        g.output("y", y);
    }

    private Node convolution(int stage, Node x) {
        int channels = x.shape().dim(1);
        boolean depthwise = dice.chance(70);
        int filters = depthwise ? channels * dice.between(1, 2) : dice.between(1, 9);
        int[] kernel = new int[2];
        int[] strides = new int[2];
        int[] dilations = new int[2];
        int[] padding = new int[2];
        for (int i = 0; i < 2; i++) {
            boolean fits = x.shape().dim(2 + i) > 4;
            kernel[i] = fits ? dice.between(1, 3) : 1;
            strides[i] = x.shape().dim(2 + i) > 8 ? dice.between(1, 2) : 1;
            dilations[i] = fits && dice.chance(20) ? 2 : 1;
            padding[i] = dice.below(3);
        }
        WindowGeometry geometry = new WindowGeometry(
                Words.of(kernel),
                Words.of(strides),
                Words.of(dilations),
                Words.of(padding),
                Words.of(padding),
                Words.of(1, 1));
        Shape shape = Shape.of(filters, depthwise ? 1 : channels, kernel[0], kernel[1]);
        return g.conv(x, feed.apply(g.parameter("w" + stage, shape)), geometry, depthwise ? channels : 1);
    }

    private Node behind(int stage, Node x) {
        Node y = x;
        if (dice.chance(70)) {
            Node bias = feed.apply(g.parameter("b" + stage, Shape.of(x.shape().dim(1))));
            y = g.plus(y, g.reshape(bias, Shape.of(x.shape().dim(1), 1, 1)));
        }
        switch (dice.below(4)) {
            case 0 -> y = g.max(y, g.constant(0f));
            case 1 -> y = g.unary(UnaryKind.TANH, y);
            case 2 -> y = g.plus(y, x);
            default -> {}
        }
        return y;
    }
}
