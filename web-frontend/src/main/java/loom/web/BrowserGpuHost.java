package loom.web;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import loom.machine.Completion;
import loom.machine.DeviceException;
import loom.wgsl.GpuHost;
import loom.wgsl.Shader;
import org.teavm.jso.JSObject;

/** The WebGPU of the browser. */
final class BrowserGpuHost implements GpuHost {
    private static final int WORD_BYTES = 4;

    private final Gpu gpu;
    private final Gpu.Opened device;
    private final Adapter adapter;

    private BrowserGpuHost(Gpu gpu, Gpu.Opened device) {
        this.gpu = gpu;
        this.device = device;
        this.adapter = new Adapter(
                device.getVendor(),
                device.getArchitecture(),
                device.getDescription(),
                device.isSoftware(),
                device.isPackedDots(),
                (long) device.getMaxBufferBytes(),
                (long) device.getMaxBindingBytes(),
                device.getMaxInvocations());
    }

    /** Fails with {@link DeviceException} where there is no WebGPU or no adapter. */
    static Completion<GpuHost> open() {
        Gpu gpu = Glue.gpu();
        return Promise.completion(gpu.open(), "no WebGPU").map(device -> new BrowserGpuHost(gpu, (Gpu.Opened) device));
    }

    @Override
    public Adapter adapter() {
        return adapter;
    }

    @Override
    public Buffer buffer(int words, Use use) {
        return new GpuBuffer(gpu.buffer(device, (double) words * WORD_BYTES, use == Use.UNIFORM));
    }

    @Override
    public Completion<Pipeline> pipeline(Shader shader) {
        String what = "the GPU's compiler refuses the shader " + shader.name();
        return Promise.completion(
                        gpu.pipeline(device, shader.name(), shader.text(), shader.reads(), shader.argumentBytes()),
                        what)
                .map(Made::new);
    }

    @Override
    public Bindings bind(Shader shader, Buffer words, Buffer scalars, Buffer trap, Buffer out, List<Buffer> reads) {
        JSObject[] read = new JSObject[reads.size()];
        for (int i = 0; i < read.length; i++) {
            read[i] = js(reads.get(i));
        }
        return new Made(gpu.bind(device, shader.argumentBytes(), js(words), js(scalars), js(trap), js(out), read));
    }

    private static JSObject js(Buffer buffer) {
        return ((GpuBuffer) buffer).buffer;
    }

    @Override
    public Commands commands(List<Dispatch> dispatches) {
        JSObject commands = gpu.commands();
        for (Dispatch d : dispatches) {
            gpu.add(commands, ((Made) d.pipeline()).object, ((Made) d.bindings()).object, d.offset(), d.x(), d.y());
        }
        return new Made(commands);
    }

    @Override
    public void submit(Commands commands) {
        gpu.submit(device, ((Made) commands).object);
    }

    @Override
    public Completion<List<Data>> read(List<Place> places) {
        JSObject parts = gpu.parts();
        for (Place p : places) {
            gpu.part(parts, js(p.buffer()), (double) p.offset() * WORD_BYTES, (double) p.count() * WORD_BYTES);
        }
        return Promise.completion(gpu.read(device, parts), "the GPU's results cannot be read")
                .map(copies -> {
                    List<Data> all = new ArrayList<>();
                    for (int i = 0; i < places.size(); i++) {
                        all.add(new Bytes(gpu.copy(copies, i)));
                    }
                    return all;
                });
    }

    @Override
    public void onLost(Consumer<String> action) {
        Promise.completion(gpu.lost(device), "device")
                .whenDone(loss -> action.accept(((Gpu.Loss) loss).getMessage()), e -> action.accept(e.getMessage()));
    }

    @Override
    public void close() {
        gpu.close(device);
    }

    /** A Uint8Array. */
    record Bytes(JSObject array) implements Data {
        @Override
        public int count() {
            return Glue.bytesLength(array) / WORD_BYTES;
        }

        @Override
        public int[] ints() {
            return Transfer.ints(array);
        }

        @Override
        public float[] floats() {
            return Transfer.floats(array);
        }
    }

    private record Made(JSObject object) implements Pipeline, Bindings, Commands {}

    private final class GpuBuffer implements Buffer {
        private final JSObject buffer;

        GpuBuffer(JSObject buffer) {
            this.buffer = buffer;
        }

        @Override
        public void write(int offset, float[] values) {
            gpu.write(device, buffer, (double) offset * WORD_BYTES, Transfer.toBytes(values));
        }

        @Override
        public void write(int offset, int[] values) {
            gpu.write(device, buffer, (double) offset * WORD_BYTES, Transfer.toBytes(values));
        }

        @Override
        public void write(int offset, Data values) {
            gpu.feed(device, buffer, (double) offset * WORD_BYTES, ((Bytes) values).array());
        }

        @Override
        public void destroy() {
            gpu.destroy(device, buffer);
        }
    }
}
