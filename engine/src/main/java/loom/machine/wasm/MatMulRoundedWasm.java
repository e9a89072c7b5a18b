package loom.machine.wasm;

import static loom.machine.wasm.Opcodes.*;

import loom.graph.Extent;
import loom.program.Kernel;

/**
 * Products that round their operands: both are made first ({@link Rounded}), panels of weights once; what follows are the loops of
 * {@link MatMulWasm}, of int8 over words that are pairs of k.
 *
 * <p>Function parameters: arguments, a, b, out, scratch.
 */
final class MatMulRoundedWasm {
    private static final int A = 1;
    private static final int B = 2;
    private static final int OUT = 3;
    private static final int SCRATCH = 4;

    private final WasmModule module;
    private final Kernel.MatMul kernel;
    private final Rounded operands;
    private final boolean packs;
    private final KernelWriter w;
    private final FunctionBuilder f;

    private MatMulRoundedWasm(WasmModule module, Kernel.MatMul kernel, boolean packs, boolean parted) {
        w = new KernelWriter(4, parted);
        f = w.f;
        this.module = module;
        this.kernel = kernel;
        this.operands = new Rounded(kernel);
        this.packs = packs;
    }

    /** Bytes of scratch memory for a batch: a, what the loops need, panels of b unless they are there. */
    static long scratchBytes(Kernel.MatMul kernel, boolean packed, int batch) {
        int n = kernel.n().at(batch);
        Rounded operands = new Rounded(kernel);
        Linear rows = operands.rowBytes();
        return rows.fixed()
                + (long) rows.perBatch() * batch
                + MatMulWasm.bandBytes(operands.product(), n)
                + (packed ? 0 : operands.panelBytes(n));
    }

    /** Adds the functions of a product; returns the one to call. Its b is panels if {@code packed}, else the matrix itself. */
    static int add(WasmModule module, Kernel.MatMul kernel, boolean packed, ResultPlace place, Share share) {
        MatMulRoundedWasm g = new MatMulRoundedWasm(module, kernel, !packed, share != Share.NOTHING);
        Share ofProduct = share == Share.GROUPS ? Share.NOTHING : share;
        int product = MatMulWasm.addProduct(module, g.operands.product(), place, g.operands.right(), ofProduct);
        return module.add(
                switch (share) {
                    case NOTHING, GROUPS -> g.groups(product, place);
                    case ROWS -> g.rows(product);
                    case COLUMNS -> g.columns(product);
                });
    }

    private FunctionBuilder groups(int product, ResultPlace place) {
        int trapped = f.i32Local();
        int group = f.i32Local();
        int band = f.i32Local();
        int panels = f.i32Local();
        Linear rows = operands.rowBytes();
        f.get(SCRATCH);
        w.push(rows.fixed(), rows.perBatch());
        f.op(I32_ADD).set(band);
        if (packs) {
            f.get(band);
            MatMulWasm.pushBandBytes(w, operands.product());
            f.op(I32_ADD).set(panels);
        } else {
            f.get(B).set(panels);
        }
        if (kernel.sharedA()) {
            makeRows();
        }
        if (packs && kernel.sharedB()) {
            makePanels(panels);
        }
        if (!kernel.sharedA()) {
            w.skip(A, kernel.m(), kernel.k());
        }
        w.skip(OUT, kernel.m(), place.width());
        if (packs && !kernel.sharedB()) {
            w.skip(B, kernel.k(), kernel.n());
        }
        if (!packs && !kernel.sharedB()) {
            w.skip(panels, Extent.of((int) operands.panelBytes(kernel.n().coefficient()) / 4));
        }
        w.outermost(group, kernel.groups(), () -> {
            if (!kernel.sharedA()) {
                makeRows();
                w.advance(A, kernel.m(), kernel.k());
            }
            if (packs && !kernel.sharedB()) {
                makePanels(panels);
                w.advance(B, kernel.k(), kernel.n());
            }
            f.get(KernelWriter.ARGUMENTS).get(SCRATCH).get(panels).get(OUT).get(band);
            f.call(product).get(trapped).op(I32_OR).set(trapped);
            w.advance(OUT, kernel.m(), place.width());
            if (!packs && !kernel.sharedB()) {
                f.increase(panels, (int) operands.panelBytes(kernel.n().coefficient()));
            }
        });
        return w.finish(trapped);
    }

    /** Some rows of one product, whose panels are there: they are rounded to where they begin in the scratch memory. */
    private FunctionBuilder rows(int product) {
        int trapped = f.i32Local();
        int count = f.i32Local();
        Linear all = operands.rowBytes();
        w.pushEnd(kernel.m());
        w.pushFirst();
        f.op(I32_SUB).set(count);
        w.skip(A, kernel.k());
        f.get(KernelWriter.ARGUMENTS)
                .get(A)
                .get(SCRATCH)
                .get(count)
                .call(operands.addRows(module))
                .op(DROP);
        f.get(KernelWriter.ARGUMENTS).get(SCRATCH);
        w.pushFirst();
        w.push(operands.product().k(), 4);
        f.op(I32_MUL).op(I32_SUB).get(B).get(OUT).get(SCRATCH);
        w.push(all.fixed(), all.perBatch());
        f.op(I32_ADD);
        w.pushFirst();
        w.pushEnd(kernel.m());
        f.call(product).set(trapped);
        return w.finish(trapped);
    }

    /** Some panels of one product of few rows, whose panels are there: every thread rounds the rows for itself. */
    private FunctionBuilder columns(int product) {
        int trapped = f.i32Local();
        Linear all = operands.rowBytes();
        makeRows();
        f.get(KernelWriter.ARGUMENTS).get(SCRATCH).get(B).get(OUT).get(SCRATCH);
        w.push(all.fixed(), all.perBatch());
        f.op(I32_ADD);
        w.pushFirst();
        w.pushEnd(kernel.n());
        f.call(product).set(trapped);
        return w.finish(trapped);
    }

    private void makeRows() {
        f.get(KernelWriter.ARGUMENTS).get(A).get(SCRATCH);
        w.push(kernel.m(), 1);
        f.call(operands.addRows(module)).op(DROP);
    }

    private void makePanels(int panels) {
        f.get(KernelWriter.ARGUMENTS)
                .get(B)
                .get(panels)
                .call(operands.addPanels(module))
                .op(DROP);
    }
}
