package loom.onnx;

import java.util.Arrays;
import loom.graph.Shape;
import loom.graph.WindowGeometry;
import loom.graph.Words;

/**
 * Where windows lie, as the attributes of convolutions and pooling say.
 *
 * @param geometry with what the last window reaches beyond the padding
 * @param after padding behind, as the attributes say
 */
record WindowsOf(WindowGeometry geometry, int[] after) {
    static WindowsOf of(Call c, Shape x, int[] kernel) {
        int rank = kernel.length;
        if (x.rank() != 2 + rank) {
            throw c.refuse("a window over " + rank + " axes of " + x);
        }
        int[] strides = all(c, "strides", rank, 1);
        int[] dilations = all(c, "dilations", rank, 1);
        int[] pads = all(c, "pads", 2 * rank, 0);
        String auto = c.text("auto_pad", "NOTSET");
        boolean ceil = c.flag("ceil_mode");
        int[] before = new int[rank];
        int[] after = new int[rank];
        int[] reached = new int[rank];
        for (int i = 0; i < rank; i++) {
            int n = x.dim(2 + i);
            int span = dilations[i] * (kernel[i] - 1) + 1;
            before[i] = pads[i];
            after[i] = pads[rank + i];
            if (auto.startsWith("SAME")) {
                int windows = (n + strides[i] - 1) / strides[i];
                int total = Math.max(0, (windows - 1) * strides[i] + span - n);
                before[i] = auto.equals("SAME_LOWER") ? total - total / 2 : total / 2;
                after[i] = total - before[i];
            } else if (auto.equals("VALID")) {
                before[i] = 0;
                after[i] = 0;
            }
            reached[i] = after[i];
            int room = n + before[i] + after[i] - span;
            if (ceil && room >= 0) {
                int last = (room + strides[i] - 1) / strides[i];
                // A window must begin inside the input or the padding before it.
                last = last * strides[i] >= n + before[i] ? last - 1 : last;
                reached[i] = Math.max(after[i], after[i] + last * strides[i] - room);
            }
        }
        int[] ones = new int[rank];
        Arrays.fill(ones, 1);
        return new WindowsOf(
                new WindowGeometry(
                        Words.of(kernel),
                        Words.of(strides),
                        Words.of(dilations),
                        Words.of(before),
                        Words.of(reached),
                        Words.of(ones)),
                after);
    }

    /** Numbers of an attribute, one an axis. */
    static int[] all(Call c, String name, int count, int missing) {
        int[] ones = new int[count];
        Arrays.fill(ones, missing);
        int[] all = c.wholes(name, ones);
        if (all.length != count) {
            throw c.refuse("attribute " + name + " has " + all.length + " numbers, expected " + count);
        }
        return all;
    }
}
