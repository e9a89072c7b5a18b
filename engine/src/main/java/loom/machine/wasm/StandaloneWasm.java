package loom.machine.wasm;

import java.util.Map;
import loom.machine.Arguments;
import loom.machine.Completion;
import loom.machine.NamedValues;
import loom.program.Buffer;
import loom.program.Program;

/**
 * A program and the values of its parameters as one WebAssembly module that imports nothing: any engine of WebAssembly with SIMD runs it, and gives
 * the bits of every other machine. It exports
 *
 * <ul>
 *   <li>{@code memory}, and the globals {@code input} and {@code output}: where samples are to be put and results lie, as f32, one sample after the
 *       other; {@code capacity}: how many samples there is room for;
 *   <li>{@code infer}: takes a number of samples; answers 0, or {@link #REFUSED} if an input is NaN, infinite or above 2^50, {@link #TRAPPED} if a result
 *       left its domain, {@link #OVERFULL} if there is no room for so many.
 * </ul>
 *
 * <p>The module is what {@link WasmMachine} makes of the program; its memory begins as that machine fills it.
 */
public final class StandaloneWasm {
    public static final int REFUSED = 1;
    public static final int TRAPPED = 2;
    public static final int OVERFULL = 3;

    private StandaloneWasm() {}

    /**
     * The module.
     *
     * @param program without state; {@code input} and {@code output} name an f32 input and an output
     * @param parameters values by name
     * @param scalars what every run takes for the program's scalars after the first, the batch
     * @param samples how many there is to be room for
     * @param description put into the custom section {@code loom}, as UTF-8
     */
    public static byte[] of(
            Program program,
            Map<String, float[]> parameters,
            int[] scalars,
            String input,
            String output,
            int samples,
            byte[] description) {
        for (Buffer b : program.buffers()) {
            if (b instanceof Buffer.Source s && s.role() == Buffer.Role.STATE) {
                throw new IllegalArgumentException("the program has the state " + s.name());
            }
        }
        Layout layout = new Layout(program, Stripes.CACHE, 1);
        ProgramWasm code = ProgramWasm.of(program, layout);
        MemoryImage memory = new MemoryImage();
        memory.grow(layout.reserve(1));
        WasmExecution filled =
                new WasmExecution(new WasmMachine(new Nowhere()), program, layout, code.jobs(), memory, Nowhere::call);
        filled.batch(samples);
        parameters.forEach((name, values) -> NamedValues.write(filled, name, values));
        memory.write(Layout.ARGUMENTS, Arguments.scalars(program, samples, scalars));
        WasmModule module = code.module();
        module.ownMemory(memory);
        module.global("input", filled.address(program.source(input)));
        module.global("output", filled.address(program.output(output)));
        module.global("capacity", samples);
        module.export("infer", module.add(infer(module, ProgramWasm.ADMIT + program.source(input), samples)));
        module.custom("loom", description);
        return module.encode();
    }

    private static FunctionBuilder infer(WasmModule module, String admit, int samples) {
        FunctionBuilder f = new FunctionBuilder(1, true);
        // As an unsigned number, 0 less 1 is too many.
        f.get(0)
                .i32(1)
                .op(Opcodes.I32_SUB)
                .i32(samples)
                .op(Opcodes.I32_LT_U)
                .op(Opcodes.I32_EQZ)
                .ifTrue(() -> f.i32(OVERFULL).op(Opcodes.RETURN));
        f.i32(Layout.ARGUMENTS).get(0).memory(Opcodes.I32_STORE, 0);
        f.i32(Layout.ARGUMENTS)
                .call(module.exported(admit))
                .ifTrue(() -> f.i32(REFUSED).op(Opcodes.RETURN));
        f.i32(Layout.ARGUMENTS)
                .call(module.exported(ProgramWasm.RUN))
                .ifTrue(() -> f.i32(TRAPPED).op(Opcodes.RETURN));
        return f.i32(0);
    }

    /** A platform for an execution that is filled and never run. */
    private static final class Nowhere implements WasmHost {
        static int call(String export, int argument) {
            throw new IllegalStateException("nothing runs while a module is made");
        }

        @Override
        public Memory memory(int initialBytes, int maximumBytes, boolean shared) {
            throw new IllegalStateException("nothing is prepared here");
        }

        @Override
        public Completion<Instance> instantiate(byte[] module, Memory memory) {
            throw new IllegalStateException("nothing is prepared here");
        }
    }
}
