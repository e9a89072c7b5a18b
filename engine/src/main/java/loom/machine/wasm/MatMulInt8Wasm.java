package loom.machine.wasm;

import static loom.machine.wasm.Opcodes.*;

import loom.graph.Extent;
import loom.program.Kernel;

/**
 * Products of int8: both operands are rounded and paired first ({@link Int8Wasm}), panels of weights once; what follows are the loops of
 * {@link MatMulWasm} over words, each a pair of k, with half as many steps.
 *
 * <p>Function parameters: arguments, a, b, out, scratch.
 */
final class MatMulInt8Wasm {
    private static final int A = 1;
    private static final int B = 2;
    private static final int OUT = 3;
    private static final int SCRATCH = 4;

    private final WasmModule module;
    private final Kernel.MatMul kernel;
    private final Kernel.MatMul pairs;
    private final boolean packs;
    private final KernelWriter w = new KernelWriter(4);
    private final FunctionBuilder f = w.f;

    private MatMulInt8Wasm(WasmModule module, Kernel.MatMul kernel, boolean packs) {
        this.module = module;
        this.kernel = kernel;
        this.pairs = Int8Wasm.ofPairs(kernel);
        this.packs = packs;
    }

    /** Bytes of scratch memory for a batch: pairs of a, what the loops need, panels of b unless they are there. */
    static long scratchBytes(Kernel.MatMul kernel, boolean packed, int batch) {
        int n = kernel.n().at(batch);
        Linear rows = Int8Wasm.rowBytes(kernel);
        long panels = packed ? 0 : Int8Wasm.panelBytes(kernel, n);
        return rows.fixed()
                + (long) rows.perBatch() * batch
                + MatMulWasm.bandBytes(Int8Wasm.ofPairs(kernel), n)
                + panels;
    }

    /** Adds the functions of a product; returns the one to call. Its b is panels if {@code packed}, else the matrix itself. */
    static int add(WasmModule module, Kernel.MatMul kernel, boolean packed, ResultPlace place) {
        MatMulInt8Wasm g = new MatMulInt8Wasm(module, kernel, !packed);
        return module.add(g.groups(MatMulWasm.addProduct(module, g.pairs, place, RightOperand.int8(g.pairs)), place));
    }

    private FunctionBuilder groups(int product, ResultPlace place) {
        int group = f.i32Local();
        int band = f.i32Local();
        int panels = f.i32Local();
        Linear rows = Int8Wasm.rowBytes(kernel);
        f.get(SCRATCH);
        w.push(rows.fixed(), rows.perBatch());
        f.op(I32_ADD).set(band);
        if (packs) {
            f.get(band);
            MatMulWasm.pushBandBytes(w, pairs);
            f.op(I32_ADD).set(panels);
        } else {
            f.get(B).set(panels);
        }
        if (kernel.sharedA()) {
            pairRows();
        }
        if (packs && kernel.sharedB()) {
            pack(panels);
        }
        f.count(group, w.pushing(kernel.groups()), 1, () -> {
            if (!kernel.sharedA()) {
                pairRows();
                advance(A, kernel.m(), kernel.k());
            }
            if (packs && !kernel.sharedB()) {
                pack(panels);
                advance(B, kernel.k(), kernel.n());
            }
            f.get(KernelWriter.ARGUMENTS)
                    .get(SCRATCH)
                    .get(panels)
                    .get(OUT)
                    .get(band)
                    .call(product)
                    .op(DROP);
            advance(OUT, kernel.m(), place.width());
            if (!packs && !kernel.sharedB()) {
                f.increase(panels, (int) Int8Wasm.panelBytes(kernel, kernel.n().coefficient()));
            }
        });
        return w.finish();
    }

    private void pairRows() {
        f.get(KernelWriter.ARGUMENTS).get(A).get(SCRATCH);
        w.push(kernel.m(), 1);
        f.call(module.add(Int8Wasm.rows(kernel))).op(DROP);
    }

    private void pack(int panels) {
        f.get(KernelWriter.ARGUMENTS)
                .get(B)
                .get(panels)
                .call(module.add(Int8Wasm.panels(kernel)))
                .op(DROP);
    }

    private void advance(int pointer, Extent rows, Extent columns) {
        f.get(pointer);
        w.push(rows, 1);
        w.push(columns, 4);
        f.op(I32_MUL).op(I32_ADD).set(pointer);
    }
}
