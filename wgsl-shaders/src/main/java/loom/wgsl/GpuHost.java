package loom.wgsl;

import java.util.List;
import java.util.function.Consumer;
import loom.machine.Completion;

/** What the WebGPU machine needs of its platform: the browser (through JSO), or Dawn for Node in tests. */
public interface GpuHost {
    /** The adapter behind the device. */
    Adapter adapter();

    /** A buffer of zeros; throws {@link loom.machine.DeviceException} if there is no memory for it. */
    Buffer buffer(int words, Use use);

    /** Compiles a shader; fails with {@link loom.machine.DeviceException} that carries the compiler's messages. */
    Completion<Pipeline> pipeline(Shader shader);

    /** Bind group 0 of a shader. {@code words} is bound with a dynamic offset and {@link Shader#argumentBytes} bytes. */
    Bindings bind(Shader shader, Buffer words, Buffer scalars, Buffer trap, Buffer out, List<Buffer> reads);

    /** A list of dispatches that can be submitted again and again, in one compute pass. */
    Commands commands(List<Dispatch> dispatches);

    /** Enqueues, at the latest with the next write or read; writes to buffers before this call are seen, later ones are not. */
    void submit(Commands commands);

    /** The words at these places, in their order, once all that was submitted is done: in one turn, for each takes a while. */
    Completion<List<Data>> read(List<Place> places);

    /** Called once if the device is lost, with the platform's reason. */
    void onLost(Consumer<String> action);

    /** Destroys the device and everything made on it. */
    void close();

    /**
     * @param software true if the CPU does the work: short shaders are chosen, which compile fast
     * @param packedDots whether WGSL has the language feature {@code packed_4x8_integer_dot_product}
     */
    record Adapter(
            String vendor,
            String architecture,
            String description,
            boolean software,
            boolean packedDots,
            long maxBufferBytes,
            long maxBindingBytes,
            int maxInvocations) {
        @Override
        public String toString() {
            StringBuilder b = new StringBuilder(vendor);
            for (String s : List.of(architecture, description)) {
                if (!s.isEmpty()) {
                    b.append(b.isEmpty() ? "" : " ").append(s);
                }
            }
            return b.isEmpty() ? "unnamed adapter" : b.toString();
        }
    }

    enum Use {
        STORAGE,
        UNIFORM
    }

    /** Offsets and sizes are 32-bit words. */
    interface Buffer {
        void write(int offset, float[] values);

        void write(int offset, int[] values);

        /** {@code values} are this platform's. */
        void write(int offset, Data values);

        void destroy();
    }

    /** A part of a buffer. */
    record Place(Buffer buffer, int offset, int count) {}

    /** Words in the platform's own memory. */
    interface Data {
        int count();

        int[] ints();

        float[] floats();
    }

    /** A compiled shader. */
    interface Pipeline {}

    /** A bind group. */
    interface Bindings {}

    /** @param offset bytes into the uniform words, a multiple of 256 */
    record Dispatch(Pipeline pipeline, Bindings bindings, int offset, int x, int y) {}

    /** A command list. */
    interface Commands {}
}
