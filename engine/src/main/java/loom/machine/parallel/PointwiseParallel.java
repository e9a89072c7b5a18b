package loom.machine.parallel;

import java.util.ArrayList;
import java.util.List;
import loom.program.Kernel;
import loom.program.Term;

/** Evaluates the expression strip by strip: each term is one loop over the strips of its arguments. */
final class PointwiseParallel implements Step {
    private final Kernel.Pointwise kernel;
    private final StripCode code;
    private int batch;
    private List<StripReader> readers = List.of();

    PointwiseParallel(Kernel.Pointwise kernel, Loops loops) {
        this.kernel = kernel;
        this.code = new StripCode(kernel.code().terms(), loops);
    }

    @Override
    public void run(Frame frame) {
        if (batch != frame.batch()) {
            batch = frame.batch();
            readers = readers();
        }
        int elements = kernel.space().elements(batch);
        int strips = (elements + Lanes.STRIP - 1) / Lanes.STRIP;
        Strip.Source[] sources = new Strip.Source[readers.size()];
        for (int t = 0; t < sources.length; t++) {
            if (kernel.code().terms().get(t) instanceof Term.Operand o) {
                Kernel.Load l = kernel.loads().get(o.load());
                int base = frame.offset(l.buffer()) + frame.at(l.offset());
                sources[t] = new Strip.Source(readers.get(t), frame.words(l.buffer()), base);
            } else if (kernel.code().terms().get(t) instanceof Term.Index) {
                sources[t] = new Strip.Source(readers.get(t), new int[0], 0);
            }
        }
        Object out = frame.words(kernel.out());
        int to = frame.offset(kernel.out());
        frame.split(strips, (long) code.cost() * Math.min(elements, Lanes.STRIP), (first, end, scratch) -> {
            code.begin(scratch, frame);
            for (int s = first; s < end; s++) {
                int start = s * Lanes.STRIP;
                int n = Math.min(Lanes.STRIP, elements - start);
                code.run(new Strip(scratch, sources, start, n));
                System.arraycopy(code.result(scratch), 0, out, to + start, n);
            }
            if (code.trapped(scratch)) {
                frame.trap();
            }
        });
    }

    /** For every term that reads: how. */
    private List<StripReader> readers() {
        List<StripReader> all = new ArrayList<>();
        int rank = kernel.space().rank();
        for (Term t : kernel.code().terms()) {
            int[] strides = new int[rank];
            if (t instanceof Term.Operand o) {
                for (int axis = 0; axis < rank; axis++) {
                    strides[axis] = kernel.loads().get(o.load()).stride(axis).at(batch);
                }
            } else if (t instanceof Term.Index i) {
                strides[i.axis()] = 1;
            }
            all.add(new StripReader(kernel.space(), strides, batch));
        }
        return all;
    }
}
