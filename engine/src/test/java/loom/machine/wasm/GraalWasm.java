package loom.machine.wasm;

import java.util.LinkedHashMap;
import java.util.Map;
import org.graalvm.polyglot.Context;
import org.graalvm.polyglot.Source;
import org.graalvm.polyglot.Value;
import org.graalvm.polyglot.io.ByteSequence;
import org.graalvm.polyglot.proxy.ProxyObject;

/**
 * Runs emitted WebAssembly bytes inside the JVM, for tests: slowly, with the bits a browser gives. Close it when done.
 *
 * <p>A memory read or written by tests is exported by the module; its {@link Value} has {@code readBufferFloat} and
 * {@code writeBufferFloat}.
 */
final class GraalWasm implements AutoCloseable {
    private final Context context;

    GraalWasm() {
        this(false);
    }

    /** {@code threads}: with shared memories. */
    GraalWasm(boolean threads) {
        Context.Builder builder = Context.newBuilder("wasm").option("engine.WarnInterpreterOnly", "false");
        if (threads) {
            builder.allowExperimentalOptions(true)
                    .option("wasm.Threads", "true")
                    .option("wasm.UseUnsafeMemory", "true");
        }
        context = builder.build();
    }

    /** Validates and instantiates a module without imports; returns its exports. */
    Value exports(byte[] module) {
        return exports(module, Map.of());
    }

    /** Validates and instantiates a module with imports, by import module and then by name; returns its exports. */
    Value exports(byte[] module, Map<String, Map<String, Object>> imports) {
        Source source = Source.newBuilder("wasm", ByteSequence.create(module), "test.wasm")
                .cached(false)
                .buildLiteral();
        Map<String, Object> proxies = new LinkedHashMap<>();
        imports.forEach((name, members) -> proxies.put(name, ProxyObject.fromMap(members)));
        return context.eval(source).newInstance(ProxyObject.fromMap(proxies)).getMember("exports");
    }

    @Override
    public void close() {
        context.close();
    }
}
