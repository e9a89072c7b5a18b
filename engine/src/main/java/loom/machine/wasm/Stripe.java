package loom.machine.wasm;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import loom.graph.Shape;
import loom.program.Buffer;
import loom.program.Kernel;
import loom.program.Program;
import loom.program.Term;

/**
 * Neighbouring kernels that compute every sample of the batch from the same sample, run for a few samples at a time: what passes
 * between them then stays in the cache, and takes memory for so many samples only (the patches of a convolution are the case that
 * matters). A kernel's bits do not depend on the batch, so neither do they depend on the stripes.
 *
 * @param first position of its first kernel in the program
 * @param end position after its last one
 * @param samples at a time
 * @param offset bytes from the start of the stripes' memory to a buffer that nothing else uses; −1 for other buffers
 * @param bytes of the stripes' memory that it uses
 * @param bands convolutions whose patches are never there for all positions, in order
 */
record Stripe(int first, int end, int samples, int[] offset, long bytes, List<PatchBand> bands) {
    /** A part of the second cache; the rest is for operands. */
    static final int CACHE = 192 << 10;

    /** A product whose rows are the samples' has to have so many of each, or tiles would not be full. */
    private static final int ROWS = 64;

    /** Kernels of a stripe; more than any layer has. */
    private static final int MOST = 64;

    boolean keeps(int buffer) {
        return offset[buffer] >= 0;
    }

    /** All stripes of a program, in order; what one keeps takes {@code most} bytes, or as many as one sample needs. */
    static List<Stripe> of(Program program, int most) {
        Uses uses = new Uses(program);
        List<Stripe> stripes = new ArrayList<>();
        int first = 0;
        while (first < program.kernels().size()) {
            int end = first;
            while (end < program.kernels().size() && end < first + MOST && isPerSample(program, end)) {
                end++;
            }
            while (end > first + 1 && overwrites(program, uses, first, end)) {
                end--;
            }
            if (end > first + 1) {
                plan(program, uses, first, end, most).ifPresent(stripes::add);
            }
            first = Math.max(end, first + 1);
        }
        return stripes;
    }

    /** The first and last kernel of the program that uses a buffer; what others see is used behind the last kernel, too. */
    private static final class Uses {
        final int[] first;
        final int[] last;

        Uses(Program program) {
            first = new int[program.buffers().size()];
            last = new int[first.length];
            Arrays.fill(first, Integer.MAX_VALUE);
            Arrays.fill(last, -1);
            for (int k = 0; k < program.kernels().size(); k++) {
                add(program, program.kernels().get(k), k);
            }
            int behind = program.kernels().size();
            program.outputs().values().forEach(b -> add(program, b, behind));
            program.names().values().forEach(b -> add(program, b, behind));
            program.commits().forEach(c -> add(program, c.value(), behind));
        }

        private void add(Program program, Kernel kernel, int position) {
            if (kernel instanceof Kernel.Loop l) {
                l.body().forEach(k -> add(program, k, position));
            } else {
                kernel.reads().forEach(b -> add(program, b, position));
                add(program, kernel.out(), position);
            }
        }

        private void add(Program program, int buffer, int position) {
            int id = buffer;
            while (program.buffer(id) instanceof Buffer.Slice s) {
                id = s.parent();
            }
            first[id] = Math.min(first[id], position);
            last[id] = Math.max(last[id], position);
        }

        boolean within(Program program, int buffer, int from, int end) {
            return program.buffer(buffer) instanceof Buffer.Temporary && first[buffer] >= from && last[buffer] < end;
        }
    }

    // ---- which kernels

    private static boolean isPerSample(Program program, int position) {
        Kernel kernel = program.kernels().get(position);
        boolean maps = switch (kernel) {
            case Kernel.Pointwise p -> p.space().batchAxis() == 0 && isPerSample(p);
            case Kernel.Reduce r -> r.outer().batched();
            case Kernel.MatMul m -> isPerSample(m);
            case Kernel.Copy c ->
                c.space().batchAxis() == 0
                        && c.inShape().batchAxis() == 0
                        && c.outShape().batchAxis() == 0;
            case Kernel.Gather g ->
                g.groups().batched() || g.positions().batched() && g.groups().isOne();
            case Kernel.ScatterAdd s -> false;
            case Kernel.Loop l -> false;
        };
        return maps
                && startsWithSamples(program, kernel.out())
                && program.buffer(kernel.out()).type().shape().isBatched()
                && startWithSamples(program, kernel.reads());
    }

    private static boolean isPerSample(Kernel.Pointwise kernel) {
        for (Term t : kernel.code().terms()) {
            if (t instanceof Term.Index i && i.axis() == 0) {
                return false;
            }
        }
        for (Kernel.Load l : kernel.loads()) {
            if (l.of().batchAxis() > 0 || l.offset().batched()) {
                return false;
            }
        }
        return true;
    }

    private static boolean isPerSample(Kernel.MatMul m) {
        boolean rows =
                m.m().batched() && m.m().coefficient() >= ROWS && m.groups().isOne() && !m.transposeA();
        return m.groups().batched() || rows;
    }

    private static boolean startWithSamples(Program program, List<Integer> buffers) {
        for (int b : buffers) {
            if (!startsWithSamples(program, b)) {
                return false;
            }
        }
        return true;
    }

    private static boolean startsWithSamples(Program program, int buffer) {
        Buffer b = program.buffer(buffer);
        return !(b instanceof Buffer.Slice) && b.type().shape().batchAxis() <= 0;
    }

    // ---- memory

    /**
     * Whether a result that is used later would be written over samples of an operand not read yet: they share a slot, and the
     * operand's samples are smaller.
     */
    private static boolean overwrites(Program program, Uses uses, int first, int end) {
        for (int k = first; k < end; k++) {
            int out = program.kernels().get(k).out();
            if (uses.within(program, out, first, end)) {
                continue;
            }
            for (int j = first; j <= k; j++) {
                for (int in : program.kernels().get(j).reads()) {
                    if (in != out
                            && program.slot(in) == program.slot(out)
                            && !uses.within(program, in, first, end)
                            && perSample(program, in) < perSample(program, out)) {
                        return true;
                    }
                }
            }
        }
        return false;
    }

    /** Elements of a sample. */
    private static int perSample(Program program, int buffer) {
        Shape shape = program.buffer(buffer).type().shape();
        return shape.isBatched() ? shape.elements().coefficient() : 0;
    }

    /**
     * Gives memory to what stays within; buffers of one slot share theirs as they do there. The input of a band has its own, because it is
     * read again after some of the result is written.
     */
    private static Optional<Stripe> plan(Program program, Uses uses, int first, int end, int most) {
        int[] room = new int[program.buffers().size()];
        Arrays.fill(room, -1);
        int[] elements = new int[room.length];
        for (int k = first; k < end; k++) {
            int out = program.kernels().get(k).out();
            if (uses.within(program, out, first, end)) {
                room[out] = program.slot(out);
                elements[out] = perSample(program, out);
            }
        }
        List<PatchBand> bands = new ArrayList<>();
        for (int k = first; k + 1 < end; k++) {
            int patches = program.kernels().get(k).out();
            if (room[patches] >= 0 && uses.last[patches] == k + 1) {
                PatchBand.of(program, k, most)
                        .filter(b -> keepsInput(program, b, room))
                        .ifPresent(bands::add);
            }
        }
        int rooms = program.slots();
        for (PatchBand b : bands) {
            int patches = b.copy().out();
            elements[patches] = elements[patches] / b.all() * b.rows();
            if (room[b.copy().in()] >= 0) {
                room[b.copy().in()] = rooms++;
            }
        }
        int[] size = new int[rooms];
        long all = 0;
        for (int b = 0; b < room.length; b++) {
            if (room[b] >= 0) {
                all += Math.max(0, elements[b] - size[room[b]]);
                size[room[b]] = Math.max(size[room[b]], elements[b]);
            }
        }
        if (all == 0) {
            return Optional.empty();
        }
        int samples = (int) Math.max(1, most / 4 / all);
        int[] start = new int[rooms];
        long bytes = 0;
        for (int r = 0; r < rooms; r++) {
            start[r] = Layout.checked(bytes);
            bytes += Layout.aligned(4L * size[r] * samples);
        }
        for (int b = 0; b < room.length; b++) {
            room[b] = room[b] < 0 ? -1 : start[room[b]];
        }
        return Optional.of(new Stripe(first, end, samples, room, bytes, bands));
    }

    /** Whether the result of a band does not lie where its input is, once that has a room of its own if it is kept. */
    private static boolean keepsInput(Program program, PatchBand band, int[] room) {
        int in = band.copy().in();
        int out = band.product().out();
        return room[in] >= 0 || room[out] >= 0 || program.slot(in) != program.slot(out);
    }
}
