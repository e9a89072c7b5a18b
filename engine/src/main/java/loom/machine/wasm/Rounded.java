package loom.machine.wasm;

import static loom.machine.wasm.Opcodes.*;

import loom.graph.Factors;
import loom.program.Kernel;

/**
 * Operands of a product that rounds them. Those of int8 are paired ({@link Int8Wasm}); others are copied and rounded: rows as they lie, columns
 * into the panels of {@link PackWasm}.
 *
 * @param kernel whose factors are not F32
 */
record Rounded(Kernel.MatMul kernel) {
    private static final int FROM = 1;
    private static final int TO = 2;
    private static final int ROWS = 3;

    /** Magnitudes below this are multiples of 2^-24 as f16. */
    private static final int SMALLEST_NORMAL = 0x38800000;

    /** Added to a magnitude below {@link #SMALLEST_NORMAL} and taken off again, it rounds to a multiple of 2^-24, ties to even. */
    private static final float ROUNDER = 0.75f;

    private boolean isInt8() {
        return kernel.factors() == Factors.INT8;
    }

    /** The product of rounded operands: rows, and panels. */
    Kernel.MatMul product() {
        return isInt8() ? Int8Wasm.ofPairs(kernel) : kernel.with(Factors.F32);
    }

    RightOperand right() {
        return isInt8() ? RightOperand.int8(product()) : RightOperand.panels(product());
    }

    /** Bytes of the left operand of one product. */
    Linear rowBytes() {
        return isInt8()
                ? Int8Wasm.rowBytes(kernel)
                : Linear.of(kernel.m()).times(4 * kernel.k().coefficient()).plus(new Linear(16, 0));
    }

    /** Bytes of the right operand of one product. */
    long panelBytes(int n) {
        return isInt8()
                ? Int8Wasm.panelBytes(kernel, n)
                : PackWasm.bytes(kernel.k().coefficient(), n);
    }

    /** Adds the function that makes the left operand: arguments, matrix, target, number of rows. */
    int addRows(WasmModule module) {
        if (isInt8()) {
            return module.add(Int8Wasm.rows(kernel));
        }
        KernelWriter w = new KernelWriter(3);
        FunctionBuilder f = w.f;
        round(w, FROM, TO, () -> f.get(ROWS).i32(4 * kernel.k().coefficient()).op(I32_MUL));
        return module.add(w.finish());
    }

    /** Adds the function that makes the right operand: arguments, matrix, panels. */
    int addPanels(WasmModule module) {
        if (isInt8()) {
            return module.add(Int8Wasm.panels(kernel));
        }
        int pack = module.add(PackWasm.of(kernel.k(), kernel.n(), kernel.transposeB()));
        KernelWriter w = new KernelWriter(2);
        FunctionBuilder f = w.f;
        f.get(KernelWriter.ARGUMENTS).get(FROM).get(TO).call(pack).op(DROP);
        round(w, TO, TO, () -> {
            w.push(kernel.n(), 1);
            f.i32(PackWasm.COLUMNS - 1).op(I32_ADD).i32(-PackWasm.COLUMNS).op(I32_AND);
            f.i32(4 * kernel.k().coefficient()).op(I32_MUL);
        });
        return module.add(w.finish());
    }

    /** Vector by vector; the last may reach up to twelve bytes behind the end. */
    private void round(KernelWriter w, int from, int to, Runnable bytes) {
        FunctionBuilder f = w.f;
        int at = f.i32Local();
        int x = f.v128Local();
        f.count(at, bytes, 16, () -> {
            f.get(to).get(at).op(I32_ADD);
            f.get(from).get(at).op(I32_ADD).memory(V128_LOAD, 0).set(x);
            push(f, x);
            f.memory(V128_STORE, 0);
        });
    }

    private void push(FunctionBuilder f, int x) {
        switch (kernel.factors()) {
            case BF16 -> nearest(f, x, 16);
            case F16 -> {
                f.get(x).splat(Float.floatToRawIntBits(Factors.LARGEST_F16)).op(F32X4_PMIN);
                f.splat(Float.floatToRawIntBits(Factors.LARGEST_F16) | 0x80000000)
                        .op(F32X4_PMAX)
                        .set(x);
                int rounder = Float.floatToRawIntBits(ROUNDER);
                f.get(x).splat(rounder).op(F32X4_ADD).splat(rounder).op(F32X4_SUB);
                nearest(f, x, 13);
                f.get(x).splat(0x7fffffff).op(V128_AND).splat(SMALLEST_NORMAL).op(I32X4_LT_S);
                f.op(V128_BITSELECT);
            }
            case F32, INT8 -> throw new IllegalStateException(kernel.factors() + " is not rounded here");
        }
    }

    /** Pushes the bits without the last {@code dropped}, nearest even. */
    private static void nearest(FunctionBuilder f, int x, int dropped) {
        f.get(x).splat((1 << dropped - 1) - 1).op(I32X4_ADD);
        f.get(x).i32(dropped).op(I32X4_SHR_U).splat(1).op(V128_AND).op(I32X4_ADD);
        f.splat(-1 << dropped).op(V128_AND);
    }
}
