package loom.wgsl;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import loom.machine.DeviceException;
import loom.machine.Footprint;
import loom.program.Buffer;
import loom.program.Program;

/** What a program takes of a {@link WebGpuMachine}: its shaders are written and its run is planned, without a device. */
public final class WebGpuFootprint {
    /** Every WebGPU device can bind as much ({@code maxStorageBufferBindingSize}); most can bind more, and we ask for what there is. */
    private static final long BINDING_OF_ALL = 128L << 20;

    private WebGpuFootprint() {}

    public static Footprint of(Program program, int batch) {
        try {
            WebGpuMachine.checkScalars(program);
            // Which product is right is found on the device; it changes neither sizes nor numbers. One without packed
            // dot
            // products takes no scratch memory for those of int8.
            Layout layout = Layout.of(program, new Variants(Product.FMA_NZ, Variants.Tiling.BY_SHAPE, true));
            Plan plan = Plan.of(layout, batch);
            int words = Math.max(Plan.of(layout, 1).words().length, plan.words().length);
            Set<String> shaders = new TreeSet<>();
            for (Stage s : layout.stages()) {
                shaders.add(s.shader().text());
            }
            List<String> remarks = new ArrayList<>();
            remarks.add(plan.steps().size() + " dispatches a run");
            remarks.add(shaders.size() + " shaders");
            long largest = largest(layout, batch);
            if (largest > BINDING_OF_ALL) {
                remarks.add("a tensor of " + largest + " bytes: only on devices that bind more than the "
                        + BINDING_OF_ALL + " that all do");
            }
            // An execution starts with a batch of one, and its slots only grow.
            int[] elements = layout.slotElements(batch);
            int[] first = layout.slotElements(1);
            Arrays.setAll(elements, i -> Math.max(elements[i], first[i]));
            return Footprint.of(WebGpuMachine.NAME, WebGpuExecution.bytes(words, elements), remarks);
        } catch (DeviceException e) {
            return Footprint.impossible(WebGpuMachine.NAME, e.getMessage());
        } catch (ArithmeticException e) {
            return Footprint.impossible(WebGpuMachine.NAME, Footprint.tooManyElements(batch));
        }
    }

    private static long largest(Layout layout, int batch) {
        long most = 0;
        for (Buffer b : layout.program().buffers()) {
            if (!layout.leftOut().contains(b.id())) {
                most = Math.max(most, 4L * b.type().shape().elements(batch));
            }
        }
        return most;
    }
}
