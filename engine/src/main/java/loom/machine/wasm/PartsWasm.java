package loom.machine.wasm;

import static loom.machine.wasm.Opcodes.*;

import java.util.ArrayList;
import java.util.List;

/**
 * Parts of jobs ({@link Job}) in a module of several threads. It calls {@code env.post} with the number of a function of parts, the trips of a part, and the
 * trips in all: the platform then calls its export {@code part} for every part, in any order, by all threads at once, and answers whether one
 * of them trapped.
 *
 * <p>Each thread works on an argument block of its own: a copy of the common one, with its own scratch memory.
 */
final class PartsWasm {
    static final String POST = "post";
    static final int POST_PARAMETERS = 3;

    /** Parameters: number of the thread, from 0; number of the function; first trip; end of the trips. Answers whether it trapped. */
    static final String PART = "part";

    /** The import {@link #POST} is the first function there is. */
    static final int POST_FUNCTION = 0;

    private static final int THREAD = 0;
    private static final int NUMBER = 1;
    private static final int FIRST = 2;
    private static final int END = 3;

    private final Layout layout;
    /** Of each function of parts what tells it from others: its number in the module, and how many addresses of buffers it takes. */
    private final List<Part> parts = new ArrayList<>();

    /** {@code scratch}: behind the buffers the function takes the address of scratch memory. */
    private record Part(int function, int operands, boolean scratch) {}

    PartsWasm(Layout layout) {
        this.layout = layout;
    }

    /** The number by which a function of parts is posted, which takes so many addresses of buffers, and scratch memory or not. */
    int number(int function, int operands, boolean scratch) {
        int number = 0;
        while (number < parts.size() && parts.get(number).function != function) {
            number++;
        }
        if (number == parts.size()) {
            parts.add(new Part(function, operands, scratch));
        }
        return number;
    }

    /** The export, when all parts are known. */
    FunctionBuilder part() {
        FunctionBuilder f = new FunctionBuilder(END + 1, true);
        int own = f.i32Local();
        int trapped = f.i32Local();
        f.i32(layout.ownArguments());
        f.get(THREAD).i32(layout.ownArgumentsBytes()).op(I32_MUL).op(I32_ADD).set(own);
        f.get(own).i32(Layout.ARGUMENTS).i32(layout.keptOffset() + 4).copyMemory();
        f.get(own).memory(I32_LOAD, layout.scratchStrideOffset());
        move(f, own, layout.scratchOffset());
        f.i32(layout.stripesBytes());
        move(f, own, layout.keptOffset());
        for (int i = 0; i < parts.size(); i++) {
            Part p = parts.get(i);
            f.get(NUMBER).i32(i).op(I32_EQ).ifTrue(() -> {
                f.get(own);
                for (int o = 0; o < p.operands; o++) {
                    f.i32(layout.operands()).memory(I32_LOAD, 4 * o);
                }
                if (p.scratch) {
                    f.get(own).memory(I32_LOAD, layout.scratchOffset());
                }
                f.get(FIRST).get(END).call(p.function).set(trapped);
            });
        }
        return f.get(trapped);
    }

    /** Moves an address in the thread's block on by as many times the bytes on the stack as the thread's number. */
    private static void move(FunctionBuilder f, int own, int offset) {
        int bytes = f.i32Local();
        f.set(bytes).get(own);
        f.get(own).memory(I32_LOAD, offset).get(bytes).get(THREAD).op(I32_MUL).op(I32_ADD);
        f.memory(I32_STORE, offset);
    }
}
