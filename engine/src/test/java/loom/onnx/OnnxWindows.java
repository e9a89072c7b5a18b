package loom.onnx;

import loom.graph.Words;
import loom.model.Padding;

/** Attributes that convolutions and pooling share. */
final class OnnxWindows {
    private OnnxWindows() {}

    static Padding padding(OnnxNode node, int axes) {
        return switch (node.text("auto_pad", "NOTSET")) {
            case "SAME_UPPER" -> Padding.Same.SAME;
            case "SAME_LOWER" -> Padding.Same.SAME_LOWER;
            case "VALID" -> Padding.Explicit.NONE;
            default -> new Padding.Explicit(node.wholes("pads", 2 * axes, 0));
        };
    }

    static Words strides(OnnxNode node, int axes) {
        return node.wholes("strides", axes, 1);
    }

    static Words dilations(OnnxNode node, int axes) {
        return node.wholes("dilations", axes, 1);
    }
}
