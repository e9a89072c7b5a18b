package loom.machine.wasm;

import static loom.machine.wasm.Opcodes.*;

import java.util.ArrayList;
import java.util.List;

/** Body of one WebAssembly function: i32 parameters, i32 and v128 locals, at most one i32 result. */
final class FunctionBuilder {
    enum Type {
        I32(0x7f),
        V128(0x7b);

        final int code;

        Type(int code) {
            this.code = code;
        }
    }

    private static final int EMPTY_BLOCK = 0x40;

    private final int parameters;
    private final boolean hasResult;
    private final List<Type> locals = new ArrayList<>();
    private final Bytes body = new Bytes();
    private int nesting;

    FunctionBuilder(int parameters, boolean hasResult) {
        this.parameters = parameters;
        this.hasResult = hasResult;
    }

    int parameters() {
        return parameters;
    }

    boolean hasResult() {
        return hasResult;
    }

    /** A new local, zero at first. */
    int local(Type type) {
        locals.add(type);
        return parameters + locals.size() - 1;
    }

    int i32Local() {
        return local(Type.I32);
    }

    int[] i32Locals(int count) {
        int[] locals = new int[count];
        for (int i = 0; i < count; i++) {
            locals[i] = i32Local();
        }
        return locals;
    }

    int v128Local() {
        return local(Type.V128);
    }

    int[] v128Locals(int count) {
        int[] locals = new int[count];
        for (int i = 0; i < count; i++) {
            locals[i] = v128Local();
        }
        return locals;
    }

    // ---- instructions

    FunctionBuilder op(int opcode) {
        if (isSimd(opcode)) {
            body.u8(0xfd).unsigned(number(opcode));
        } else {
            body.u8(opcode);
        }
        return this;
    }

    FunctionBuilder get(int local) {
        body.u8(0x20).unsigned(local);
        return this;
    }

    FunctionBuilder set(int local) {
        body.u8(0x21).unsigned(local);
        return this;
    }

    FunctionBuilder tee(int local) {
        body.u8(0x22).unsigned(local);
        return this;
    }

    FunctionBuilder i32(int value) {
        body.u8(0x41).signed(value);
        return this;
    }

    /** The word in all four lanes. */
    FunctionBuilder splat(int word) {
        return v128(word, word, word, word);
    }

    FunctionBuilder v128(int a, int b, int c, int d) {
        op(V128_CONST);
        body.word(a).word(b).word(c).word(d);
        return this;
    }

    /** Load or store of 4 or 16 bytes at the address on the stack plus {@code offset}; no alignment is promised above 4. */
    FunctionBuilder memory(int opcode, int offset) {
        op(opcode);
        body.unsigned(2).unsigned(offset);
        return this;
    }

    /** The vector on the stack with one lane from memory. */
    FunctionBuilder loadLane(int lane, int offset) {
        memory(V128_LOAD32_LANE, offset);
        body.u8(lane);
        return this;
    }

    FunctionBuilder storeLane(int lane, int offset) {
        memory(V128_STORE32_LANE, offset);
        body.u8(lane);
        return this;
    }

    /** Stores lane {@code lane} of eight. */
    FunctionBuilder storeHalfLane(int lane, int offset) {
        op(V128_STORE16_LANE);
        body.unsigned(1).unsigned(offset).u8(lane);
        return this;
    }

    /** Words of two vectors, numbered 0 to 7, in a new order. */
    FunctionBuilder shuffle(int a, int b, int c, int d) {
        op(I8X16_SHUFFLE);
        for (int word : new int[] {a, b, c, d}) {
            for (int i = 0; i < 4; i++) {
                body.u8(4 * word + i);
            }
        }
        return this;
    }

    FunctionBuilder call(int function) {
        body.u8(0x10).unsigned(function);
        return this;
    }

    /** memory.copy: target, source, bytes. */
    FunctionBuilder copyMemory() {
        body.u8(0xfc).u8(10).u8(0).u8(0);
        return this;
    }

    /** memory.fill: target, byte, bytes. */
    FunctionBuilder fillMemory() {
        body.u8(0xfc).u8(11).u8(0);
        return this;
    }

    /** {@code local += value}. */
    FunctionBuilder increase(int local, int value) {
        return get(local).i32(value).op(I32_ADD).set(local);
    }

    // ---- control

    /** Runs {@code then} if the i32 on the stack is not 0. */
    FunctionBuilder ifTrue(Runnable then) {
        open(0x04);
        then.run();
        return close();
    }

    FunctionBuilder ifElse(Runnable then, Runnable otherwise) {
        open(0x04);
        then.run();
        body.u8(0x05);
        otherwise.run();
        return close();
    }

    /** Repeats {@code trip} while the i32 it leaves on the stack is not 0. */
    FunctionBuilder repeatWhile(Runnable trip) {
        open(0x03);
        int label = nesting;
        trip.run();
        body.u8(0x0d).unsigned(nesting - label);
        return close();
    }

    /** {@code for (counter = 0; counter < limit; counter += step)}; tests first. {@code limit} pushes an i32. */
    FunctionBuilder count(int counter, Runnable limit, int step, Runnable trip) {
        i32(0).set(counter);
        return countOn(counter, limit, step, trip);
    }

    /** As {@link #count}, from the counter's present value. */
    FunctionBuilder countOn(int counter, Runnable limit, int step, Runnable trip) {
        Runnable test = () -> {
            get(counter);
            limit.run();
            op(I32_LT_S);
        };
        test.run();
        return ifTrue(() -> repeatWhile(() -> {
            trip.run();
            increase(counter, step);
            test.run();
        }));
    }

    private void open(int opcode) {
        body.u8(opcode).u8(EMPTY_BLOCK);
        nesting++;
    }

    private FunctionBuilder close() {
        body.u8(0x0b);
        nesting--;
        return this;
    }

    /** Declarations and instructions, as they stand in the code section. */
    Bytes encode() {
        Bytes b = new Bytes();
        Bytes runs = new Bytes();
        int count = 0;
        for (int i = 0; i < locals.size(); ) {
            int end = i;
            while (end < locals.size() && locals.get(end) == locals.get(i)) {
                end++;
            }
            runs.unsigned(end - i).u8(locals.get(i).code);
            count++;
            i = end;
        }
        return b.unsigned(count).append(runs).append(body).u8(0x0b);
    }
}
