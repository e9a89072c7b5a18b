package loom.machine;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/** Values of buffers by the names that their program gives them. */
public final class NamedValues {
    private NamedValues() {}

    /** Writes a source; nothing if the program has none of that name, because its values do not reach the output. */
    public static void write(Execution e, String source, float[] values) {
        write(e, source, () -> values);
    }

    /** As above; values that the program has no use for are not asked for. */
    public static void write(Execution e, String source, Supplier<float[]> values) {
        Integer buffer = e.program().sources().get(source);
        if (buffer != null) {
            e.write(buffer, values.get());
        }
    }

    /** Values of those of the buffers that are floats, in their order. */
    public static Completion<LinkedHashMap<String, float[]>> floats(Execution e, Map<String, Integer> buffers) {
        List<String> names = new ArrayList<>();
        List<Completion<float[]>> reads = new ArrayList<>();
        buffers.forEach((name, buffer) -> {
            if (e.program().buffer(buffer).type().element().isFloat()) {
                names.add(name);
                reads.add(e.readFloats(buffer));
            }
        });
        return Completion.all(reads).map(all -> {
            LinkedHashMap<String, float[]> values = new LinkedHashMap<>();
            for (int i = 0; i < names.size(); i++) {
                values.put(names.get(i), all.get(i));
            }
            return values;
        });
    }
}
