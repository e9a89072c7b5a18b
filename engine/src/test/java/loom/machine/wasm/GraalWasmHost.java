package loom.machine.wasm;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.IntConsumer;
import loom.machine.Completion;
import loom.machine.DeviceException;
import org.graalvm.polyglot.Value;
import org.graalvm.polyglot.proxy.ProxyExecutable;

/** The platform of the WebAssembly machine inside the JVM, for tests. */
public final class GraalWasmHost implements WasmHost, AutoCloseable {
    private static final int PAGE_BYTES = 1 << 16;
    /** A shared memory takes all it may ever have at once. */
    private static final int SHARED_BYTES = 16 << 20;

    private final int threads;
    private final GraalWasm wasm;
    private final ExecutorService crew;
    private final AtomicInteger posted = new AtomicInteger();

    public GraalWasmHost() {
        this(1);
    }

    /** With so many threads that share jobs. */
    GraalWasmHost(int threads) {
        this.threads = threads;
        wasm = new GraalWasm(threads > 1);
        crew = Executors.newFixedThreadPool(
                threads, task -> Thread.ofPlatform().daemon().unstarted(task));
    }

    /** One for every test that has no need of its own. */
    public static GraalWasmHost shared() {
        return Shared.HOST;
    }

    private static final class Shared {
        static final GraalWasmHost HOST = new GraalWasmHost();
    }

    @Override
    public int threads() {
        return threads;
    }

    @Override
    public Memory memory(int initialBytes, int maximumBytes, boolean shared) {
        return new GraalMemory(wasm.exports(memoryModule(
                initialBytes / PAGE_BYTES, (shared ? SHARED_BYTES : maximumBytes) / PAGE_BYTES, shared ? 3 : 1)));
    }

    /** A module that exports a memory and {@code grow}: pages → pages before. */
    private static byte[] memoryModule(int pages, int maximum, int kind) {
        Bytes type = new Bytes()
                .unsigned(1)
                .u8(0x60)
                .unsigned(1)
                .u8(0x7f)
                .unsigned(1)
                .u8(0x7f);
        Bytes memory = new Bytes().unsigned(1).u8(kind).unsigned(pages).unsigned(maximum);
        Bytes exports = new Bytes()
                .unsigned(2)
                .name("memory")
                .u8(2)
                .unsigned(0)
                .name("grow")
                .u8(0)
                .unsigned(0);
        Bytes body = new Bytes().unsigned(0).u8(0x20).unsigned(0).u8(0x40).u8(0).u8(0x0b);
        return new Bytes()
                .word(0x6d736100)
                .word(1)
                .u8(1)
                .sized(type)
                .u8(3)
                .sized(new Bytes().unsigned(1).unsigned(0))
                .u8(5)
                .sized(memory)
                .u8(7)
                .sized(exports)
                .u8(10)
                .sized(new Bytes().unsigned(1).sized(body))
                .toArray();
    }

    @Override
    public Completion<Instance> instantiate(byte[] module, Memory memory) {
        AtomicReference<Value> exports = new AtomicReference<>();
        ProxyExecutable post =
                job -> post(exports.get().getMember(PartsWasm.PART), job[0].asInt(), job[1].asInt(), job[2].asInt());
        exports.set(wasm.exports(
                module, Map.of("env", Map.of("memory", ((GraalMemory) memory).memory, PartsWasm.POST, post))));
        return Completion.of(new GraalInstance(exports.get()));
    }

    /** Has all threads take parts, the last one first; answers whether one trapped. */
    private int post(Value part, int number, int size, int total) {
        AtomicInteger left = new AtomicInteger((total - 1) / size + 1);
        AtomicInteger trapped = new AtomicInteger();
        IntConsumer work = thread -> {
            for (int p = left.decrementAndGet(); p >= 0; p = left.decrementAndGet()) {
                int first = p * size;
                int end = Math.min(first + size, total);
                trapped.compareAndSet(
                        0, part.execute(thread, number, first, end).asInt());
                posted.incrementAndGet();
            }
        };
        List<Future<?>> others = new ArrayList<>();
        for (int i = 1; i < threads; i++) {
            int thread = i;
            others.add(crew.submit(() -> work.accept(thread)));
        }
        work.accept(0);
        for (Future<?> other : others) {
            try {
                other.get();
            } catch (InterruptedException | ExecutionException e) {
                throw new IllegalStateException(e);
            }
        }
        return trapped.get();
    }

    /** Parts of jobs so far. */
    int parts() {
        return posted.get();
    }

    private record GraalInstance(Value exports) implements Instance {
        @Override
        public int call(String export, int argument) {
            return exports.getMember(export).execute(argument).asInt();
        }
    }

    @Override
    public void close() {
        crew.shutdown();
        wasm.close();
    }

    private static final class GraalMemory implements Memory {
        private final Value memory;
        private final Value grow;

        GraalMemory(Value exports) {
            memory = exports.getMember("memory");
            grow = exports.getMember("grow");
        }

        @Override
        public int bytes() {
            return (int) memory.getBufferSize();
        }

        @Override
        public void grow(int bytes) {
            int pages = (bytes - bytes() + PAGE_BYTES - 1) / PAGE_BYTES;
            if (pages > 0 && grow.execute(pages).asInt() < 0) {
                throw new DeviceException("no memory");
            }
        }

        @Override
        public void write(int address, float[] values) {
            for (int i = 0; i < values.length; i++) {
                // As bits: nothing may touch a NaN on the way.
                write(address + 4 * i, Float.floatToRawIntBits(values[i]));
            }
        }

        @Override
        public void write(int address, int[] values) {
            for (int i = 0; i < values.length; i++) {
                write(address + 4 * i, values[i]);
            }
        }

        private void write(int address, int word) {
            memory.writeBufferInt(ByteOrder.LITTLE_ENDIAN, address, word);
        }

        @Override
        public void read(int address, float[] values) {
            ByteBuffer b = bytes(address, values.length);
            for (int i = 0; i < values.length; i++) {
                values[i] = Float.intBitsToFloat(b.getInt());
            }
        }

        @Override
        public void read(int address, int[] values) {
            ByteBuffer b = bytes(address, values.length);
            for (int i = 0; i < values.length; i++) {
                values[i] = b.getInt();
            }
        }

        private ByteBuffer bytes(int address, int words) {
            byte[] bytes = new byte[4 * words];
            memory.readBuffer(address, bytes, 0, bytes.length);
            return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        }

        @Override
        public void close() {}
    }
}
