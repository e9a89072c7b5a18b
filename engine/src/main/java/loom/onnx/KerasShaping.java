package loom.onnx;

import java.util.ArrayList;
import java.util.List;
import loom.format.Cursor;
import loom.onnx.KerasGraph.Image;

/** Layers of Keras that move values, or bring several together. */
final class KerasShaping {
    private KerasShaping() {}

    static Image flatten(KerasLayer l) {
        return new Image(l.node("Flatten", List.of(l.last(l.x())), "axis", 1), 2);
    }

    static Image reshape(KerasLayer l) {
        List<Cursor> target = l.config().member("target_shape").elements();
        int[] shape = new int[target.size() + 1];
        for (int i = 1; i < shape.length; i++) {
            Cursor c = target.get(i - 1);
            shape[i] = c.isNull() ? -1 : c.whole(-1, Integer.MAX_VALUE);
        }
        return new Image(
                l.node("Reshape", List.of(l.last(l.x()), l.value("shape", KerasGraph.list(shape)))), shape.length);
    }

    static Image permute(KerasLayer l) {
        List<Cursor> dims = l.config().member("dims").elements();
        int[] perm = new int[dims.size() + 1];
        for (int i = 1; i < perm.length; i++) {
            perm[i] = dims.get(i - 1).whole(1, dims.size());
        }
        return new Image(l.node("Transpose", List.of(l.last(l.x(perm.length))), "perm", perm), perm.length);
    }

    static Image repeat(KerasLayer l) {
        String rows = l.node("Unsqueeze", List.of(l.x(2).name(), l.value("axes", KerasGraph.list(1))));
        int[] times = {1, l.config().member("n").whole(1, Integer.MAX_VALUE), 1};
        return new Image(l.node("Tile", List.of(rows, l.value("repeats", KerasGraph.list(times)))), 3);
    }

    static Image padded(KerasLayer l) {
        l.channelsLast();
        int[][] margins = l.margins("padding");
        int[] pads = {0, 0, margins[0][0], margins[0][1], 0, 0, margins[1][0], margins[1][1]};
        return new Image(l.node("Pad", List.of(l.first(l.x(4)), l.value("pads", KerasGraph.list(pads)))), 4, true);
    }

    static Image cropped(KerasLayer l) {
        l.channelsLast();
        int[][] margins = l.margins("cropping");
        int[] ends = new int[2];
        for (int i = 0; i < 2; i++) {
            ends[i] = margins[1][i] == 0 ? Integer.MAX_VALUE : -margins[1][i];
        }
        List<String> operands = List.of(
                l.first(l.x(4)),
                l.value("starts", KerasGraph.list(margins[0])),
                l.value("ends", KerasGraph.list(ends)),
                l.value("axes", KerasGraph.list(2, 3)));
        return new Image(l.node("Slice", operands), 4, true);
    }

    /** Only the nearest value: for others tfjs and Keras take different places. */
    static Image enlarged(KerasLayer l) {
        l.channelsLast();
        l.only("interpolation", "nearest");
        int[] sizes = l.sizes("size", 2, 2);
        String scales = l.value("scales", Known.reals(new int[] {4}, new float[] {1, 1, sizes[0], sizes[1]}));
        String y = l.node(
                "Resize",
                List.of(l.first(l.x(4)), "", scales),
                "mode",
                "nearest",
                "coordinate_transformation_mode",
                "asymmetric",
                "nearest_mode",
                "floor");
        return new Image(y, 4, true);
    }

    // ---- several values ----

    /** All inputs as they lie alike: with channels first if the first one has them so. */
    private static List<String> alike(KerasLayer l) {
        Image first = l.inputs().get(0);
        List<String> names = new ArrayList<>();
        for (Image v : l.inputs()) {
            if (v.rank() != first.rank()) {
                throw l.refuse("has inputs of ranks " + first.rank() + " and " + v.rank());
            }
            names.add(first.first() ? l.first(v) : l.last(v));
        }
        return names;
    }

    /** An operator of any number of values, or of two at a time. */
    static Image merged(KerasLayer l, String op, boolean pairs) {
        Image first = l.inputs().get(0);
        List<String> names = alike(l);
        String y = pairs ? names.get(0) : l.node(op, names);
        for (int i = 1; pairs && i < names.size(); i++) {
            y = l.node(op, List.of(y, names.get(i)));
        }
        return new Image(y, first.rank(), first.first());
    }

    static Image concatenated(KerasLayer l) {
        Image first = l.inputs().get(0);
        int axis = l.whole("axis", -1);
        return new Image(l.node("Concat", alike(l), "axis", first.axis(axis)), first.rank(), first.first());
    }
}
