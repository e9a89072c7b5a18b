package loom.machine.wasm;

import loom.machine.Completion;

/** What the WebAssembly machine needs of its platform: the browser (through JSO), or GraalWasm in tests. */
public interface WasmHost {
    /** Threads that can run a program together, the one that calls being one of them. */
    default int threads() {
        return 1;
    }

    /** A new memory that can grow to {@code maximumBytes}; both are multiples of 64 KiB. {@code shared}: between threads. */
    Memory memory(int initialBytes, int maximumBytes, boolean shared);

    /** Compiles a module and instantiates it with the import {@code env.memory}, and if that is shared, {@code env.post} ({@link PartsWasm}). */
    Completion<Instance> instantiate(byte[] module, Memory memory);

    /** Linear memory of one execution. Addresses and sizes are bytes; copies are in bulk. */
    interface Memory {
        int bytes();

        /** Grows to at least {@code bytes}; throws {@link loom.machine.DeviceException} if the platform refuses. */
        void grow(int bytes);

        void write(int address, float[] values);

        void write(int address, int[] values);

        void read(int address, float[] values);

        void read(int address, int[] values);

        /** Lets the platform free the memory. */
        void close();
    }

    /** An instantiated module. */
    interface Instance {
        /** Calls an exported function of type i32 → i32. */
        int call(String export, int argument);

        /** Says that it is not called any more. */
        default void close() {}
    }
}
