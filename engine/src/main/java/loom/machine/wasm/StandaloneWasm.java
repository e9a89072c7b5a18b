package loom.machine.wasm;

import java.util.LinkedHashMap;
import java.util.Map;
import loom.machine.Arguments;
import loom.machine.Completion;
import loom.machine.Execution;
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
        Recorder recorder = new Recorder();
        Execution filled = new WasmMachine(recorder).prepare(program).get();
        filled.batch(samples);
        parameters.forEach((name, values) -> NamedValues.write(filled, name, values));
        recorder.memory.write(Layout.ARGUMENTS, Arguments.scalars(program, samples, scalars));
        WasmExecution execution = (WasmExecution) filled;
        WasmSections module = WasmSections.of(recorder.module);
        LinkedHashMap<String, Integer> globals = new LinkedHashMap<>();
        globals.put("input", execution.address(program.source(input)));
        globals.put("output", execution.address(program.output(output)));
        globals.put("capacity", samples);
        module.ownMemory(WasmMachine.inPages(recorder.memory.bytes()));
        module.globals(globals);
        module.function("infer", ProgramWasm.RUN, infer(module, ProgramWasm.ADMIT + program.source(input), samples));
        module.data(recorder.memory.content());
        module.custom("loom", description);
        return module.encode();
    }

    private static FunctionBuilder infer(WasmSections module, String admit, int samples) {
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

    /** Keeps what the machine makes, and computes nothing. */
    private static final class Recorder implements WasmHost {
        private final MemoryImage memory = new MemoryImage();
        private byte[] module = {};

        @Override
        public Memory memory(int initialBytes, int maximumBytes, boolean shared) {
            memory.grow(initialBytes);
            return memory;
        }

        @Override
        public Completion<Instance> instantiate(byte[] code, Memory given) {
            module = code;
            return Completion.of((export, argument) -> {
                throw new IllegalStateException("nothing runs while a module is made");
            });
        }
    }
}
