package loom.machine.wasm;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;

/**
 * A WebAssembly module in the making: it imports {@code env.memory}, or has a memory of its own, and exports some of its functions. If the memory is
 * shared between threads, it also imports {@code env.post}, see {@link PartsWasm}.
 */
final class WasmModule {
    private static final int I32 = 0x7f;
    private static final int FUNCTION_TYPE = 0x60;
    private static final int SHARED_AND_LIMITED = 3;
    private static final int MAX_PAGES = WasmMachine.MAX_BYTES / WasmMachine.PAGE_BYTES;

    /** What makes two functions the same. */
    private record Function(int parameters, boolean hasResult, Bytes body) {
        boolean sameAs(Function f) {
            return parameters == f.parameters && hasResult == f.hasResult && body.sameAs(f.body);
        }
    }

    private final List<Function> functions = new ArrayList<>();
    private final LinkedHashMap<String, Integer> exports = new LinkedHashMap<>();
    private final LinkedHashMap<String, Integer> globals = new LinkedHashMap<>();
    private Optional<MemoryImage> memory = Optional.empty();
    private final Bytes customs = new Bytes();
    private final boolean shared;
    /** Functions that are imported have the lowest numbers. */
    private final int imported;

    WasmModule(boolean shared) {
        this.shared = shared;
        imported = shared ? 1 : 0;
    }

    /** Number of a function with this body; equal bodies, of equal kernels, are there once. */
    int add(FunctionBuilder f) {
        Function function = new Function(f.parameters(), f.hasResult(), f.encode());
        for (int i = 0; i < functions.size(); i++) {
            if (functions.get(i).sameAs(function)) {
                return imported + i;
            }
        }
        functions.add(function);
        return imported + functions.size() - 1;
    }

    void export(String name, int function) {
        exports.put(name, function);
    }

    /** Number of an exported function. */
    int exported(String name) {
        return exports.get(name);
    }

    /** Exports an i32 that never changes. */
    void global(String name, int value) {
        globals.put(name, value);
    }

    /** A memory of its own that begins so, exported as {@code memory}, in place of the imported one. */
    void ownMemory(MemoryImage image) {
        memory = Optional.of(image);
    }

    /** A section that says nothing to an engine. */
    void custom(String name, byte[] content) {
        customs.u8(0).sized(new Bytes().name(name).append(content));
    }

    byte[] encode() {
        Bytes out = new Bytes().word(0x6d736100).word(1);
        List<Function> types = new ArrayList<>();
        Bytes declarations = new Bytes().unsigned(functions.size());
        Bytes code = new Bytes().unsigned(functions.size());
        for (Function f : functions) {
            declarations.unsigned(type(types, f));
            code.sized(f.body);
        }
        // A memory of at least one page; only one that is shared has to have an upper limit.
        Bytes imports =
                new Bytes().unsigned(1 + imported).name("env").name("memory").u8(2);
        if (shared) {
            Function post = new Function(PartsWasm.POST_PARAMETERS, true, new Bytes());
            imports.u8(SHARED_AND_LIMITED).unsigned(1).unsigned(MAX_PAGES);
            imports.name("env").name(PartsWasm.POST).u8(0).unsigned(type(types, post));
        } else {
            imports.u8(0).unsigned(1);
        }
        Bytes typeSection = new Bytes().unsigned(types.size());
        for (Function t : types) {
            typeSection.u8(FUNCTION_TYPE).unsigned(t.parameters);
            for (int i = 0; i < t.parameters; i++) {
                typeSection.u8(I32);
            }
            typeSection.unsigned(t.hasResult ? 1 : 0);
            if (t.hasResult) {
                typeSection.u8(I32);
            }
        }
        out.u8(1).sized(typeSection);
        if (memory.isEmpty()) {
            out.u8(2).sized(imports);
        }
        out.u8(3).sized(declarations);
        memory.ifPresent(own -> {
            int pages = WasmMachine.inPages(own.bytes()) / WasmMachine.PAGE_BYTES;
            out.u8(5).sized(new Bytes().unsigned(1).u8(0).unsigned(pages));
            out.u8(6).sized(globalSection());
        });
        out.u8(7).sized(exportSection());
        out.u8(10).sized(code);
        memory.ifPresent(own -> out.u8(11).sized(own.dataSection()));
        return out.append(customs).toArray();
    }

    private Bytes globalSection() {
        Bytes section = new Bytes().unsigned(globals.size());
        globals.values().forEach(value -> section.u8(I32).u8(0).constant(value));
        return section;
    }

    private Bytes exportSection() {
        int memories = memory.isPresent() ? 1 : 0;
        Bytes section = new Bytes().unsigned(exports.size() + memories + globals.size());
        exports.forEach((name, function) -> section.name(name).u8(0).unsigned(function));
        if (memories > 0) {
            section.name("memory").u8(2).unsigned(0);
        }
        int number = 0;
        for (String name : globals.keySet()) {
            section.name(name).u8(3).unsigned(number);
            number++;
        }
        return section;
    }

    private static int type(List<Function> types, Function f) {
        for (int i = 0; i < types.size(); i++) {
            if (types.get(i).parameters == f.parameters && types.get(i).hasResult == f.hasResult) {
                return i;
            }
        }
        types.add(f);
        return types.size() - 1;
    }
}
