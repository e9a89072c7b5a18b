package loom.web;

import java.util.ArrayList;
import java.util.List;
import loom.machine.Completion;
import loom.machine.DeviceException;
import loom.machine.wasm.WasmHost;
import org.teavm.jso.JSObject;
import org.teavm.jso.core.JSString;

/** The WebAssembly of the browser, or of any other JavaScript engine that runs us. */
final class BrowserWasmHost implements WasmHost {
    private static final int PAGE_BYTES = 1 << 16;

    @Override
    public int threads() {
        return Glue.threads();
    }

    @Override
    public Memory memory(int initialBytes, int maximumBytes, boolean shared) {
        return new BrowserMemory(initialBytes, maximumBytes, shared);
    }

    /** The WebAssembly.Memory behind a memory of this host. */
    static JSObject javaScript(Memory memory) {
        return ((BrowserMemory) memory).memory;
    }

    /** Compiles at once: in a Worker nobody waits, and a kernel module of a few KB takes under a millisecond. */
    @Override
    public Completion<Instance> instantiate(byte[] module, Memory memory) {
        JSObject compiled = Glue.compile(Transfer.toBytes(module));
        boolean shared = ((BrowserMemory) memory).shared;
        JSObject target = javaScript(memory);
        JSObject exports = shared ? Glue.instantiateShared(compiled, target) : Glue.instantiate(compiled, target);
        return Completion.of(new BrowserInstance(exports, shared));
    }

    private static final class BrowserMemory implements Memory {
        private final boolean shared;
        private JSObject memory;
        private int bytes;

        BrowserMemory(int initialBytes, int maximumBytes, boolean shared) {
            this.shared = shared;
            try {
                memory = Glue.memoryNew(initialBytes / PAGE_BYTES, maximumBytes / PAGE_BYTES, shared);
            } catch (RuntimeException e) {
                throw new DeviceException(
                        initialBytes + " bytes of WebAssembly memory are not to be had: " + e.getMessage());
            }
            bytes = initialBytes;
        }

        @Override
        public int bytes() {
            return bytes;
        }

        @Override
        public void grow(int wanted) {
            int pages = (wanted - bytes + PAGE_BYTES - 1) / PAGE_BYTES;
            if (pages <= 0) {
                return;
            }
            try {
                Glue.memoryGrow(memory, pages);
            } catch (RuntimeException e) {
                throw new DeviceException(
                        "WebAssembly memory does not grow to " + wanted + " bytes: " + e.getMessage());
            }
            bytes += pages * PAGE_BYTES;
        }

        @Override
        public void write(int address, float[] values) {
            Transfer.toMemory(values, memory, address);
        }

        @Override
        public void write(int address, int[] values) {
            Transfer.toMemory(values, memory, address);
        }

        @Override
        public void read(int address, float[] values) {
            Transfer.fromMemory(memory, address, values);
        }

        @Override
        public void read(int address, int[] values) {
            Transfer.fromMemory(memory, address, values);
        }

        @Override
        public void close() {
            memory = null;
            bytes = 0;
        }
    }

    private static final class BrowserInstance implements Instance {
        private final JSObject exports;
        private final boolean shared;
        private final List<String> names = new ArrayList<>();
        private final List<JSObject> functions = new ArrayList<>();

        BrowserInstance(JSObject exports, boolean shared) {
            this.exports = exports;
            this.shared = shared;
        }

        @Override
        public void close() {
            if (shared) {
                Glue.closeShared(exports);
            }
        }

        @Override
        public int call(String export, int argument) {
            return Glue.call(function(export), argument);
        }

        /** A module exports a handful of functions: looking through them beats making a JavaScript string each time. */
        private JSObject function(String export) {
            for (int i = 0; i < names.size(); i++) {
                if (names.get(i).equals(export)) {
                    return functions.get(i);
                }
            }
            JSObject function = Glue.exported(exports, JSString.valueOf(export));
            names.add(export);
            functions.add(function);
            return function;
        }
    }
}
