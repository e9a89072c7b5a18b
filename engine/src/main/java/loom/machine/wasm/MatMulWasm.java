package loom.machine.wasm;

import static loom.machine.wasm.Opcodes.*;

import java.util.ArrayList;
import java.util.List;
import loom.graph.Extent;
import loom.graph.Factors;
import loom.program.Kernel;

/**
 * Matrix products in the order of {@link loom.graph.Op.MatMul}. Every sum is its own chain of additions, so how rows and columns are
 * split into tiles changes no bit: rows go in tiles of 4, those left in tiles of 2 and 1, each kind a function of its own
 * ({@link BandWasm}).
 *
 * <p>Function parameters: arguments, a, b, out, scratch; of parts ({@link Share}) also first trip and end.
 */
final class MatMulWasm {
    /** Rows of a tile. */
    static final int ROWS = 4;

    private static final int A = 1;
    private static final int B = 2;
    private static final int OUT = 3;
    private static final int SCRATCH = 4;

    /** Rows of a tile; a tile of fewer rows takes more panels, because fewer sums would wait for their additions. */
    private static final int[] HEIGHTS = {ROWS, 2, 1};

    /** Rows of a band that takes a where it lies, see {@link BandWasm}. */
    private static final int BAND = 64;

    /** Columns are packed in multiples of it, so that a left operand that is spread again for them was worth it. */
    private static final int COLUMNS_STEP = 8 * PackWasm.COLUMNS;

    /** A band that takes a where it lies needs no more scratch memory than this: totals of one panel. */
    private static final int TOTALS = 4 * PackWasm.COLUMNS * BAND;

    /** Panels that have to share the work of spreading a to be faster for it. */
    private static final int SPREAD_PANELS = 3;

    /** Bytes of panels, or of totals, of a product of a group: more would leave the second cache, and take memory. */
    private static final int PART = 512 << 10;

    /** How b is given to the loops over it. */
    private enum Form {
        /** Panels already. */
        PANELS,
        /** A matrix that is packed into panels first. */
        PACKED_FIRST,
        /** A matrix that is read where it lies. */
        IN_PLACE
    }

    private final WasmModule module;
    private final Kernel.MatMul kernel;
    /** {@link #atATime}. */
    private final Kernel.MatMul part;

    private final ResultPlace place;
    private final Form form;
    private final RightOperand right;
    private final Share share;
    private final KernelWriter w;
    private final FunctionBuilder f;
    private final int trapped;

    private MatMulWasm(
            WasmModule module, Kernel.MatMul kernel, ResultPlace place, Form form, RightOperand right, Share share) {
        this.share = share;
        w = new KernelWriter(4, share != Share.NOTHING);
        f = w.f;
        trapped = f.i32Local();
        this.module = module;
        this.kernel = kernel;
        part = atATime(kernel, form);
        this.place = place;
        this.form = form;
        this.right = right;
    }

    private static Form form(Kernel.MatMul kernel, boolean packed) {
        if (packed) {
            return Form.PANELS;
        }
        return RightOperand.prefersInPlace(kernel) ? Form.IN_PLACE : Form.PACKED_FIRST;
    }

    /** Bytes of scratch memory for a batch. */
    static long scratchBytes(Kernel.MatMul kernel, boolean packed, int batch) {
        if (kernel.factors() != Factors.F32) {
            return MatMulRoundedWasm.scratchBytes(kernel, packed, batch);
        }
        Form form = form(kernel, packed);
        int n = atATime(kernel, form).n().at(batch);
        return bandBytes(kernel, n)
                + (form == Form.PACKED_FIRST ? PackWasm.bytes(kernel.k().at(batch), n) : 0);
    }

    /** Bytes of scratch memory before the panels. */
    static long bandBytes(Kernel.MatMul kernel, int n) {
        return spreads(kernel) ? SpreadWasm.bytes(kernel) + PackWasm.bytes(SpreadWasm.band(kernel), n) : TOTALS;
    }

    /** The product of so many columns as are made at a time, of products whose b is no other's. */
    private static Kernel.MatMul atATime(Kernel.MatMul kernel, Form form) {
        if (form == Form.PANELS
                || kernel.sharedB()
                || kernel.groups().isOne()
                || kernel.n().batched()
                || kernel.k().batched()) {
            return kernel;
        }
        int n = kernel.n().coefficient();
        int rows = Math.max(
                SpreadWasm.band(kernel), form == Form.PACKED_FIRST ? kernel.k().coefficient() : 0);
        int most = (int) Math.max(PART / (4L * COLUMNS_STEP * rows), 1) * COLUMNS_STEP;
        int parts = (n - 1) / most + 1;
        int columns = ((n - 1) / parts / COLUMNS_STEP + 1) * COLUMNS_STEP;
        return columns < n ? kernel.resized(Extent.of(columns), kernel.k()) : kernel;
    }

    private static boolean spreads(Kernel.MatMul kernel) {
        return kernel.n().batched() || kernel.n().coefficient() > (SPREAD_PANELS - 1) * PackWasm.COLUMNS;
    }

    /** Whether all products take the same b, and it is made into panels before the first of them. */
    static boolean packsOnce(Kernel.MatMul kernel, boolean packed) {
        boolean one = kernel.sharedB() || kernel.groups().isOne();
        return kernel.factors() == Factors.F32 && one && form(kernel, packed) == Form.PACKED_FIRST;
    }

    /**
     * What threads can share of a product, in the order in which it is to be asked whether there is enough of it at run time; {@code isReady}: the
     * right operand is panels.
     */
    static List<Share> shares(Kernel.MatMul kernel, boolean isReady) {
        boolean isF32 = kernel.factors() == Factors.F32;
        boolean hasRows = !kernel.m().batched() && kernel.m().coefficient() > ROWS;
        if (!kernel.groups().isOne()) {
            boolean mayBeOne = kernel.groups().batched();
            return mayBeOne && isF32 && hasRows ? List.of(Share.GROUPS, Share.ROWS) : List.of(Share.GROUPS);
        }
        List<Share> shares = new ArrayList<>();
        if (isF32 || isReady && !kernel.transposeA()) {
            shares.add(Share.ROWS);
        }
        boolean hasColumns = !kernel.n().batched() && kernel.n().coefficient() > ROWS * PackWasm.COLUMNS;
        boolean isRightThere = isReady || isF32 && form(kernel, false) == Form.IN_PLACE;
        if (hasColumns && isRightThere && kernel.m().coefficient() <= ROWS) {
            shares.add(Share.COLUMNS);
        }
        return shares;
    }

    /** Adds the functions of a product; returns the one to call. Its b is panels if {@code packed}, else the matrix itself. */
    static int add(WasmModule module, Kernel.MatMul kernel, boolean packed, ResultPlace place, Share share) {
        if (kernel.factors() != Factors.F32) {
            return MatMulRoundedWasm.add(module, kernel, packed, place, share);
        }
        Form form = form(kernel, packed);
        RightOperand right = form == Form.IN_PLACE ? RightOperand.inPlace(kernel) : RightOperand.panels(kernel);
        boolean isAlone = form != Form.PACKED_FIRST && kernel.groups().isOne();
        int product =
                addProduct(module, atATime(kernel, form), place, right, share == Share.GROUPS ? Share.NOTHING : share);
        return isAlone
                ? product
                : module.add(new MatMulWasm(module, kernel, place, form, right, share).groups(product));
    }

    /** Adds the functions of one product of a group, whose a has one stride of rows and one of k. */
    static int addProduct(WasmModule module, Kernel.MatMul kernel, ResultPlace place, RightOperand right, Share share) {
        return module.add(new MatMulWasm(module, kernel, place, Form.PANELS, right, share).product());
    }

    /** Product after product. */
    private FunctionBuilder groups(int product) {
        int group = f.i32Local();
        int b = f.i32Local();
        boolean packs = form == Form.PACKED_FIRST;
        f.get(B).set(b);
        if (packs) {
            f.get(SCRATCH);
            pushBandBytes(w, part);
            f.op(I32_ADD).set(b);
        }
        if (packs && kernel.sharedB()) {
            pack(b);
        }
        boolean someProducts = share == Share.GROUPS;
        if (someProducts) {
            skipProducts(b);
        }
        Runnable each = () -> {
            columns(product, b);
            if (packs && !kernel.sharedB()) {
                w.advance(B, kernel.k(), kernel.n());
            }
            if (!kernel.sharedA()) {
                w.advance(A, kernel.m(), kernel.k());
            }
            w.advance(OUT, kernel.m(), place.width());
            if (form == Form.IN_PLACE && !kernel.sharedB()) {
                w.advance(b, kernel.k(), kernel.n());
            }
            if (form == Form.PANELS && !kernel.sharedB()) {
                f.increase(b, (int)
                        PackWasm.bytes(kernel.k().coefficient(), kernel.n().coefficient()));
            }
        };
        if (someProducts) {
            w.outermost(group, kernel.groups(), each);
        } else {
            f.count(group, w.pushing(kernel.groups()), 1, each);
        }
        return w.finish(trapped);
    }

    /** One product, some columns after the others; the last ones may repeat some, which gives the same bits again. */
    private void columns(int product, int b) {
        Extent some = part.n();
        if (some.equals(kernel.n())) {
            if (form == Form.PACKED_FIRST && !kernel.sharedB()) {
                pack(b);
            }
            product(product, () -> f.get(b), () -> f.get(OUT));
            return;
        }
        w.some(kernel.n().coefficient(), some.coefficient(), at -> {
            Runnable pushOut = () -> pushMoved(OUT, at, place.column());
            if (form == Form.PACKED_FIRST) {
                int pack = module.add(PackWasm.of(kernel.k(), some, kernel.n(), kernel.transposeB()));
                f.get(KernelWriter.ARGUMENTS);
                pushMoved(B, at, kernel.transposeB() ? kernel.k() : Extent.ONE);
                f.get(b).call(pack).op(DROP);
                product(product, () -> f.get(b), pushOut);
            } else {
                product(product, () -> pushMoved(b, at, Extent.ONE), pushOut);
            }
        });
    }

    /** Pushes a pointer moved on by so many columns of {@code each} words. */
    private void pushMoved(int pointer, int columns, Extent each) {
        f.get(pointer).get(columns);
        w.push(each, 4);
        f.op(I32_MUL).op(I32_ADD);
    }

    private void product(int product, Runnable pushRight, Runnable pushOut) {
        f.get(KernelWriter.ARGUMENTS).get(A);
        pushRight.run();
        pushOut.run();
        f.get(SCRATCH);
        if (share == Share.ROWS || share == Share.COLUMNS) {
            w.pushFirst();
            w.pushEnd(kernel.m());
        }
        f.call(product).get(trapped).op(I32_OR).set(trapped);
    }

    /** Moves the pointers to a part's first product. */
    private void skipProducts(int b) {
        if (!kernel.sharedA()) {
            w.skip(A, kernel.m(), kernel.k());
        }
        w.skip(OUT, kernel.m(), place.width());
        if (!kernel.sharedB()) {
            switch (form) {
                case PANELS -> w.skip(b, kernel.k(), PackWasm.whole(kernel.n()));
                case PACKED_FIRST -> w.skip(B, kernel.k(), kernel.n());
                case IN_PLACE -> w.skip(b, kernel.k(), kernel.n());
            }
        }
    }

    /** The function that makes panels of b. */
    static int addPacking(WasmModule module, Kernel.MatMul kernel) {
        return module.add(PackWasm.of(kernel.k(), kernel.n(), kernel.transposeB()));
    }

    private void pack(int panels) {
        int pack = addPacking(module, kernel);
        f.get(KernelWriter.ARGUMENTS).get(B).get(panels).call(pack).op(DROP);
    }

    /** Pushes {@link #bandBytes}. */
    static void pushBandBytes(KernelWriter w, Kernel.MatMul kernel) {
        FunctionBuilder f = w.f;
        if (kernel.n().batched()) {
            w.push(kernel.n(), 1);
            f.i32(PackWasm.COLUMNS - 1).op(I32_ADD).i32(-PackWasm.COLUMNS).op(I32_AND);
            f.i32(4 * SpreadWasm.band(kernel))
                    .op(I32_MUL)
                    .i32(SpreadWasm.bytes(kernel))
                    .op(I32_ADD);
        } else {
            f.i32((int) bandBytes(kernel, kernel.n().coefficient()));
        }
    }

    private FunctionBuilder product() {
        int m = f.i32Local();
        int row = f.i32Local();
        int end = f.i32Local();
        int band = f.i32Local();
        boolean someColumns = share == Share.COLUMNS;
        if (someColumns) {
            w.push(kernel.m(), 1);
            f.set(m).i32(0).set(row);
        } else {
            w.pushEnd(kernel.m());
            f.set(m);
            w.pushFirst();
            f.set(row);
        }
        for (int height : HEIGHTS) {
            if (!occurs(height)) {
                continue;
            }
            boolean spreads = height == HEIGHTS[0] && spreads(kernel) && !someColumns;
            int tiles = module.add(
                    spreads
                            ? BandWasm.spread(kernel, place, right, height, module.add(SpreadWasm.of(kernel, height)))
                            : BandWasm.inPlace(kernel, place, right, height, HEIGHTS[0] / height, someColumns));
            int most = spreads ? SpreadWasm.band(kernel) : BAND;
            f.get(m).i32(-height).op(I32_AND).set(end);
            f.countOn(row, () -> f.get(end), most, () -> {
                f.get(end).get(row).op(I32_SUB).set(band);
                f.get(band).i32(most).op(I32_GT_S).ifTrue(() -> f.i32(most).set(band));
                f.get(KernelWriter.ARGUMENTS).get(A).get(row);
                w.push(BandWasm.rowStride(kernel), 4);
                f.op(I32_MUL).op(I32_ADD).get(B).get(OUT).get(row);
                w.push(place.row(), 4);
                f.op(I32_MUL).op(I32_ADD).get(SCRATCH).get(band);
                if (someColumns) {
                    w.pushFirst();
                    w.pushEnd(kernel.n());
                }
                f.call(tiles).get(trapped).op(I32_OR).set(trapped);
            });
            f.get(end).set(row);
        }
        return w.finish(trapped);
    }

    /** Whether some batch has rows for tiles of this height. */
    private boolean occurs(int height) {
        int m = kernel.m().coefficient();
        boolean some = height == HEIGHTS[0] ? m >= height : (m & height) != 0;
        return some || (kernel.m().batched() && (height == HEIGHTS[0] || m % (2 * height) != 0));
    }
}
