package loom.machine.wasm;

import static loom.machine.wasm.Opcodes.*;

import java.util.function.IntConsumer;
import loom.graph.Extent;
import loom.numeric.Domain;

/**
 * One kernel as a function: parameter 0 is the address of the argument block (word i is scalar i of the program, word 0 the batch),
 * the others are addresses of buffers, and of a part of a kernel the first
 * of its outermost trips and the one after its last. The result is not 0 if rule T was violated or an index was outside.
 */
final class KernelWriter {
    static final int ARGUMENTS = 0;

    final FunctionBuilder f;
    private final int batch;
    private final int flag;
    /** Parameter that is the first of a part's trips, the next one being the end of them; −1 if the function makes all. */
    private final int from;

    private int two;
    private int smallest;
    private int largest;

    KernelWriter(int addresses) {
        this(addresses, false);
    }

    /** {@code parted}: for some of the outermost trips, see {@link #outermost}. */
    KernelWriter(int addresses, boolean parted) {
        from = parted ? 1 + addresses : -1;
        f = new FunctionBuilder(1 + addresses + (parted ? 2 : 0), true);
        batch = f.i32Local();
        flag = f.v128Local();
        f.get(ARGUMENTS).memory(I32_LOAD, 0).set(batch);
    }

    /** Pushes {@code extent · scale}. */
    void push(Extent extent, int scale) {
        f.i32(Math.multiplyExact(extent.coefficient(), scale));
        if (extent.batched()) {
            f.get(batch).op(I32_MUL);
        }
    }

    /** Pushes {@code constant + perBatch · batch}. */
    void push(int constant, int perBatch) {
        f.i32(constant);
        if (perBatch != 0) {
            f.i32(perBatch).get(batch).op(I32_MUL).op(I32_ADD);
        }
    }

    /** Moves a pointer on by a row of words. */
    void advance(int pointer, Extent columns) {
        f.get(pointer);
        push(columns, 4);
        f.op(I32_ADD).set(pointer);
    }

    /** Moves a pointer on by a matrix of words. */
    void advance(int pointer, Extent rows, Extent columns) {
        f.get(pointer);
        push(rows, 1);
        push(columns, 4);
        f.op(I32_MUL).op(I32_ADD).set(pointer);
    }

    boolean isParted() {
        return from >= 0;
    }

    /** Pushes the first of the outermost trips. */
    void pushFirst() {
        if (isParted()) {
            f.get(from);
        } else {
            f.i32(0);
        }
    }

    /** Pushes the end of the outermost trips, of which there are {@code all}. */
    void pushEnd(Extent all) {
        if (isParted()) {
            f.get(from + 1);
        } else {
            push(all, 1);
        }
    }

    /** The outermost loop of a kernel: all trips, or those of a part, whose pointers {@link #skip} has moved. */
    void outermost(int counter, Extent all, Runnable trip) {
        pushFirst();
        f.set(counter);
        f.countOn(counter, () -> pushEnd(all), 1, trip);
    }

    /** Moves a pointer over the trips before a part's first, of which each takes as many words as the product of {@code extents}. */
    void skip(int pointer, Extent... extents) {
        if (isParted()) {
            f.get(pointer).get(from).i32(2).op(I32_SHL);
            for (Extent e : extents) {
                push(e, 1);
                f.op(I32_MUL);
            }
            f.op(I32_ADD).set(pointer);
        }
    }

    /** All of a known number of things, {@code some} at a time: {@code body} gets the local of the first. The last ones may repeat some. */
    void some(int all, int some, IntConsumer body) {
        int first = f.i32Local();
        int at = f.i32Local();
        f.count(first, () -> f.i32(all), some, () -> {
            f.get(first).set(at);
            f.get(at)
                    .i32(all - some)
                    .op(I32_GT_S)
                    .ifTrue(() -> f.i32(all - some).set(at));
            body.accept(at);
        });
    }

    Runnable pushing(Extent extent) {
        return () -> push(extent, 1);
    }

    /** ORs the mask on the stack into the trap flag. */
    void flag() {
        f.get(flag).op(V128_OR).set(flag);
    }

    /** To be called once, outside all loops, before {@link #pushIsUnusual}: engines make a constant anew wherever it is used. */
    void prepareUnusual() {
        two = f.v128Local();
        smallest = f.v128Local();
        largest = f.v128Local();
        f.splat(2).set(two);
        f.splat((Domain.D_GRID_BITS << 1) - 2).set(smallest);
        f.splat(Domain.D_LIMIT_BITS << 1).set(largest);
    }

    /**
     * Pushes whether rule D changes some of these sums or rule T finds one, which takes three times as long as to ask. A magnitude is looked
     * at as twice its bits; less two, 0 is the largest of all, for it stays as it is. A sum that began with +0 is never −0.
     */
    void pushIsUnusual(int... sums) {
        int least = f.v128Local();
        int most = f.v128Local();
        int doubled = f.v128Local();
        f.get(smallest).set(least).get(largest).set(most);
        for (int s : sums) {
            f.get(s).i32(1).op(I32X4_SHL).tee(doubled);
            f.get(most).op(I32X4_MAX_U).set(most);
            f.get(doubled).get(two).op(I32X4_SUB).get(least).op(I32X4_MIN_U).set(least);
        }
        f.get(least).get(smallest).op(V128_XOR);
        f.get(most).get(largest).op(V128_XOR);
        f.op(V128_OR).op(V128_ANY_TRUE);
    }

    /** As {@link #flag}, for the first {@code valid} (an i32 local) lanes only. */
    void flagFirst(int valid) {
        pushMask(valid);
        f.op(V128_AND);
        flag();
    }

    /** Pushes all ones in lanes 0 to {@code valid} − 1 of 4. */
    void pushMask(int valid) {
        pushMask(valid, 0);
    }

    /** As above for a vector whose lane 0 is number {@code first}: all ones in those below {@code valid}. */
    void pushMask(int valid, int first) {
        f.v128(first, first + 1, first + 2, first + 3)
                .get(valid)
                .op(I32X4_SPLAT)
                .op(I32X4_LT_S);
    }

    /** Stores the first {@code valid} (1 to 3, an i32 local) lanes of {@code value} at the address in {@code address}. */
    void storeFirst(int address, int value, int valid) {
        f.get(address).get(value).storeLane(0, 0);
        for (int lane = 1; lane < 3; lane++) {
            int l = lane;
            f.i32(l)
                    .get(valid)
                    .op(I32_LT_S)
                    .ifTrue(() -> f.get(address).get(value).storeLane(l, 4 * l));
        }
    }

    /**
     * Runs {@code vector} for every four words of a row of {@code elements} (pushed), then {@code word} for each that is left, the
     * byte offset in the row being in the local {@code at}.
     */
    void row(Runnable elements, int at, Runnable vector, Runnable word) {
        int whole = f.i32Local();
        int end = f.i32Local();
        elements.run();
        f.i32(2).op(I32_SHL).tee(end).i32(-16).op(I32_AND).set(whole);
        f.count(at, () -> f.get(whole), 16, vector);
        f.countOn(at, () -> f.get(end), 4, word);
    }

    /** As above; of a row of known length only the code that it needs. */
    void row(Extent elements, int at, Runnable vector, Runnable word) {
        if (elements.batched()) {
            row(pushing(elements), at, vector, word);
            return;
        }
        int whole = elements.coefficient() / 4;
        if (whole > 0) {
            f.count(at, () -> f.i32(16 * whole), 16, vector);
        }
        for (int i = 4 * whole; i < elements.coefficient(); i++) {
            f.i32(4 * i).set(at);
            word.run();
        }
    }

    /** A body of {@link #row}: moves four words or one from address {@code from} to {@code to}, or zeros. */
    Runnable moving(int from, int to, int at, boolean copies, boolean vector) {
        return () -> {
            f.get(to).get(at).op(I32_ADD);
            if (copies) {
                f.get(from).get(at).op(I32_ADD).memory(vector ? V128_LOAD : I32_LOAD, 0);
            } else if (vector) {
                f.splat(0);
            } else {
                f.i32(0);
            }
            f.memory(vector ? V128_STORE : I32_STORE, 0);
        };
    }

    /** Transposes 4 × 4 words in the vectors of four locals. */
    void transpose(int[] x) {
        int[] t = f.v128Locals(4);
        f.get(x[0]).get(x[1]).shuffle(0, 4, 1, 5).set(t[0]);
        f.get(x[2]).get(x[3]).shuffle(0, 4, 1, 5).set(t[1]);
        f.get(x[0]).get(x[1]).shuffle(2, 6, 3, 7).set(t[2]);
        f.get(x[2]).get(x[3]).shuffle(2, 6, 3, 7).set(t[3]);
        f.get(t[0]).get(t[1]).shuffle(0, 1, 4, 5).set(x[0]);
        f.get(t[0]).get(t[1]).shuffle(2, 3, 6, 7).set(x[1]);
        f.get(t[2]).get(t[3]).shuffle(0, 1, 4, 5).set(x[2]);
        f.get(t[2]).get(t[3]).shuffle(2, 3, 6, 7).set(x[3]);
    }

    /** Ends a function whose trap flag is an i32 local. */
    FunctionBuilder finish(int trapped) {
        f.get(trapped);
        return f;
    }

    /** Ends the function. */
    FunctionBuilder finish() {
        f.get(flag).op(V128_ANY_TRUE);
        return f;
    }
}
