package loom.wgsl;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.IntFunction;
import java.util.function.Supplier;
import loom.machine.Completion;
import loom.machine.DeviceException;
import loom.machine.Execution;
import loom.machine.reference.ReferenceMachine;
import loom.program.Buffer;
import loom.program.Program;

/**
 * What a run was given, to replay it if it trapped.
 *
 * @param code what the trap word then is
 * @param inputs bits by buffer
 */
record GpuReplay(int code, int batch, int[] scalars, Map<Integer, Supplier<int[]>> inputs) {
    /**
     * Fails with the trap of the lowest site: the device only knows that there is one. Nothing was committed since the run began, so
     * parameters and state are still what it saw.
     */
    Completion<Execution> find(Program program, GpuHost host, IntFunction<GpuHost.Place> places) {
        List<Buffer.Source> kept = new ArrayList<>();
        for (Buffer b : program.buffers()) {
            if (b instanceof Buffer.Source s && s.role() != Buffer.Role.INPUT) {
                kept.add(s);
            }
        }
        Execution reference = new ReferenceMachine().prepare(program).get();
        reference.batch(batch);
        inputs.forEach((id, bits) -> write(reference, (Buffer.Source) program.buffer(id), bits.get()));
        Completion<Integer> read = Completion.repeat(kept.size(), i -> {
            Buffer.Source s = kept.get(i);
            return host.read(List.of(places.apply(s.id()))).map(data -> {
                write(reference, s, data.get(0).ints());
                return i;
            });
        });
        return read.then(done -> {
            reference.run(scalars);
            return reference
                    .finish()
                    .then(
                            none -> Completion.failed(
                                    new DeviceException(
                                            "the GPU reported a numeric trap that the reference machine does not find: its results are wrong")));
        });
    }

    private static void write(Execution to, Buffer.Source s, int[] bits) {
        if (s.type().element().isFloat()) {
            float[] values = new float[bits.length];
            for (int i = 0; i < bits.length; i++) {
                values[i] = Float.intBitsToFloat(bits[i]);
            }
            to.write(s.id(), values);
        } else {
            to.write(s.id(), bits);
        }
    }
}
