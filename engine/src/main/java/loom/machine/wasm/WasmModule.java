package loom.machine.wasm;

import java.util.ArrayList;
import java.util.List;

/**
 * A WebAssembly module in the making: it imports {@code env.memory} and exports some of its functions. If the memory is shared between
 * threads, it also imports {@code env.post}, see {@link PartsWasm}.
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

    private record Export(String name, int function) {}

    private final List<Function> functions = new ArrayList<>();
    private final List<Export> exports = new ArrayList<>();
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
        exports.add(new Export(name, function));
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
        Bytes exportSection = new Bytes().unsigned(exports.size());
        for (Export e : exports) {
            exportSection.name(e.name).u8(0).unsigned(e.function);
        }
        out.u8(1).sized(typeSection);
        out.u8(2).sized(imports);
        out.u8(3).sized(declarations);
        out.u8(7).sized(exportSection);
        out.u8(10).sized(code);
        return out.toArray();
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
