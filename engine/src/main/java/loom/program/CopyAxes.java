package loom.program;

import java.util.ArrayList;
import java.util.List;
import loom.graph.Op;
import loom.graph.Shape;
import loom.graph.WindowGeometry;
import loom.graph.Words;

/** Views as axis maps of a {@link Kernel.Copy}: for each input axis, where a position of the result reads. */
final class CopyAxes {
    private CopyAxes() {}

    static List<Kernel.Axis> identity(int rank) {
        List<Kernel.Axis> axes = new ArrayList<>();
        for (int i = 0; i < rank; i++) {
            axes.add(axis(rank, i, 1, 0, 1));
        }
        return axes;
    }

    static List<Kernel.Axis> permute(Op.Permute p) {
        int rank = p.axes().size();
        Kernel.Axis[] axes = new Kernel.Axis[rank];
        for (int i = 0; i < rank; i++) {
            axes[p.axes().get(i)] = axis(rank, i, 1, 0, 1);
        }
        return List.of(axes);
    }

    static List<Kernel.Axis> slice(Op.Slice s) {
        int rank = s.starts().size();
        List<Kernel.Axis> axes = new ArrayList<>();
        for (int i = 0; i < rank; i++) {
            axes.add(axis(rank, i, s.strides().get(i), s.starts().get(i), 1));
        }
        return axes;
    }

    static List<Kernel.Axis> pad(Op.Pad p) {
        int rank = p.before().size();
        List<Kernel.Axis> axes = new ArrayList<>();
        for (int i = 0; i < rank; i++) {
            axes.add(axis(rank, i, 1, -p.before().get(i), 1 + p.interior().get(i)));
        }
        return axes;
    }

    static List<Kernel.Axis> reverse(Op.Reverse r, Shape shape) {
        List<Kernel.Axis> axes = identity(shape.rank());
        axes.set(r.axis(), axis(shape.rank(), r.axis(), -1, shape.dim(r.axis()) - 1, 1));
        return axes;
    }

    /** {@code [N, C, K..., O...]} from {@code [N, C, S...]}. */
    static List<Kernel.Axis> window(WindowGeometry g) {
        int rank = 2 + 2 * g.rank();
        List<Kernel.Axis> axes = new ArrayList<>(List.of(axis(rank, 0, 1, 0, 1), axis(rank, 1, 1, 0, 1)));
        for (int i = 0; i < g.rank(); i++) {
            int[] strides = new int[rank];
            strides[2 + i] = g.dilations().get(i);
            strides[2 + g.rank() + i] = g.strides().get(i);
            axes.add(new Kernel.Axis(
                    Words.of(strides), -g.before().get(i), g.inputDilations().get(i)));
        }
        return axes;
    }

    /** {@code [N, C, S..., K...]} from {@code [N, C, K..., O...]}. */
    static List<Kernel.Axis> unwindow(WindowGeometry g) {
        int rank = 2 + 2 * g.rank();
        List<Kernel.Axis> axes = new ArrayList<>(List.of(axis(rank, 0, 1, 0, 1), axis(rank, 1, 1, 0, 1)));
        for (int i = 0; i < g.rank(); i++) {
            axes.add(axis(rank, 2 + g.rank() + i, 1, 0, 1));
        }
        for (int i = 0; i < g.rank(); i++) {
            int[] strides = new int[rank];
            strides[2 + i] = g.inputDilations().get(i);
            strides[2 + g.rank() + i] = -g.dilations().get(i);
            axes.add(new Kernel.Axis(
                    Words.of(strides), g.before().get(i), g.strides().get(i)));
        }
        return axes;
    }

    private static Kernel.Axis axis(int rank, int along, int stride, int offset, int dilation) {
        int[] strides = new int[rank];
        strides[along] = stride;
        return new Kernel.Axis(Words.of(strides), offset, dilation);
    }
}
