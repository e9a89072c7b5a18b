package loom.web;

import org.teavm.interop.Import;
import org.teavm.jso.JSObject;

/**
 * The functions of {@code src/main/js/host.js}, bound straight to WebAssembly imports: a call costs a third of one
 * through JSO. For what is called often or moves much; sizes and addresses are bytes.
 */
final class Glue {
    private Glue() {}

    /** Where the block lies in our own linear memory through which arrays cross; see {@link Transfer}. */
    @Import(module = "loom", name = "stagingAddress")
    static native int stagingAddress();

    @Import(module = "loom", name = "stagingBytes")
    static native int stagingBytes();

    /** Milliseconds, with parts. */
    @Import(module = "loom", name = "now")
    private static native double now();

    static long nanoseconds() {
        return (long) (1e6 * now());
    }

    @Import(module = "loom", name = "memoryNew")
    static native JSObject memoryNew(int initialPages, int maximumPages, boolean shared);

    @Import(module = "loom", name = "memoryGrow")
    static native int memoryGrow(JSObject memory, int pages);

    /** Staging block to a WebAssembly.Memory. */
    @Import(module = "loom", name = "memoryIn")
    static native void memoryIn(JSObject memory, int offset, int address, int bytes);

    /** A WebAssembly.Memory to the staging block. */
    @Import(module = "loom", name = "memoryOut")
    static native void memoryOut(JSObject memory, int offset, int address, int bytes);

    /** A Uint8Array. */
    @Import(module = "loom", name = "bytesNew")
    static native JSObject bytesNew(int length);

    /** A Uint8Array over an ArrayBuffer. */
    @Import(module = "loom", name = "bytesView")
    static native JSObject bytesView(JSObject buffer);

    @Import(module = "loom", name = "bytesLength")
    static native int bytesLength(JSObject array);

    @Import(module = "loom", name = "bytesIn")
    static native void bytesIn(JSObject array, int offset, int address, int bytes);

    @Import(module = "loom", name = "bytesOut")
    static native void bytesOut(JSObject array, int offset, int address, int bytes);

    /** A WebAssembly.Module from a Uint8Array. */
    @Import(module = "loom", name = "bytesToMemory")
    static native void bytesToMemory(JSObject array, JSObject memory, int offset);

    /** Some bytes of a WebAssembly.Memory: in {@code target}, a Uint8Array, if it has so many, else in a new one. */
    @Import(module = "loom", name = "bytesOfMemory")
    static native JSObject bytesOfMemory(JSObject memory, int offset, int bytes, JSObject target);

    @Import(module = "loom", name = "compile")
    static native JSObject compile(JSObject bytes);

    /** The exports of a new instance that imports {@code env.memory}. */
    @Import(module = "loom", name = "instantiate")
    static native JSObject instantiate(JSObject module, JSObject memory);

    @Import(module = "loom", name = "exported")
    static native JSObject exported(JSObject exports, JSObject name);

    @Import(module = "loom", name = "call")
    static native int call(JSObject function, int argument);

    @Import(module = "loom", name = "threads")
    static native int threads();

    /** As {@link #instantiate}, for all threads ({@code src/main/js/hands.js}). */
    @Import(module = "loom", name = "instantiateShared")
    static native JSObject instantiateShared(JSObject module, JSObject memory);

    /** Lets such an instance go. */
    @Import(module = "loom", name = "closeShared")
    static native void closeShared(JSObject exports);

    @Import(module = "loom", name = "gpu")
    static native Gpu gpu();
}
