package loom.machine.wasm;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** A module of {@link WasmModule}'s, taken apart so that something can be added: its only import is a memory, so numbers of functions stay. */
final class WasmSections {
    private static final int IMPORT = 2;
    private static final int FUNCTION = 3;
    private static final int MEMORY = 5;
    private static final int GLOBAL = 6;
    private static final int EXPORT = 7;
    private static final int CODE = 10;
    private static final int DATA = 11;

    /** Zeros that cost more to leave out, as a segment of their own begins behind them, than to write. */
    private static final int LEAST_GAP = 32;

    /** Engines take 100,000. */
    private static final int MOST_SEGMENTS = 10_000;

    private static final int HEADER_BYTES = 8;
    private static final int A_FUNCTION = 0;
    private static final int A_MEMORY = 2;
    private static final int A_GLOBAL = 3;
    private static final int I32 = 0x7f;
    private static final int END = 0x0b;

    /** A list of things: how many, and their bytes. */
    private static final class Section {
        int count;
        final Bytes content = new Bytes();
    }

    private final byte[] module;
    private int at = HEADER_BYTES;
    /** By their numbers, which are their order. */
    private final TreeMap<Integer, Section> sections = new TreeMap<>();

    private final List<Integer> typeOfFunction = new ArrayList<>();
    private final LinkedHashMap<String, Integer> exported = new LinkedHashMap<>();
    private final Bytes customs = new Bytes();

    private WasmSections(byte[] module) {
        this.module = module;
    }

    static WasmSections of(byte[] module) {
        WasmSections s = new WasmSections(module);
        while (s.at < module.length) {
            int id = module[s.at++];
            int end = s.unsigned() + s.at;
            if (id == 0) {
                s.at = end; // custom sections say nothing to an engine
                continue;
            }
            int count = s.unsigned();
            s.add(id, count, new Bytes().append(module, s.at, end));
            for (int i = 0; i < count && id == FUNCTION; i++) {
                s.typeOfFunction.add(s.unsigned());
            }
            for (int i = 0; i < count && id == EXPORT; i++) {
                s.export();
            }
            s.at = end;
        }
        return s;
    }

    private int unsigned() {
        int value = 0;
        for (int shift = 0; ; shift += 7) {
            int b = module[at++];
            value |= (b & 0x7f) << shift;
            if (b >= 0) {
                return value;
            }
        }
    }

    private void export() {
        StringBuilder name = new StringBuilder();
        for (int left = unsigned(); left > 0; left--) {
            name.append((char) module[at++]);
        }
        int kind = module[at++];
        int number = unsigned();
        if (kind == A_FUNCTION) {
            exported.put(name.toString(), number);
        }
    }

    /** Number of an exported function. */
    int exported(String name) {
        return exported.get(name);
    }

    /** A memory of its own in place of the imported one, exported as {@code memory}. */
    void ownMemory(int bytes) {
        sections.remove(IMPORT);
        add(MEMORY, 1, new Bytes().u8(0).unsigned(bytes >>> 16));
        add(EXPORT, 1, new Bytes().name("memory").u8(A_MEMORY).unsigned(0));
    }

    /** Exported i32 that never change. */
    void globals(Map<String, Integer> values) {
        int number = 0;
        for (Map.Entry<String, Integer> v : values.entrySet()) {
            add(
                    GLOBAL,
                    1,
                    new Bytes().u8(I32).u8(0).u8(0x41).signed(v.getValue()).u8(END));
            add(EXPORT, 1, new Bytes().name(v.getKey()).u8(A_GLOBAL).unsigned(number));
            number++;
        }
    }

    /** Exports one more function; it has the type of the exported function {@code like}. */
    void function(String name, String like, FunctionBuilder f) {
        int number = typeOfFunction.size();
        int type = typeOfFunction.get(exported(like));
        typeOfFunction.add(type);
        add(FUNCTION, 1, new Bytes().unsigned(type));
        add(CODE, 1, new Bytes().sized(f.encode()));
        add(EXPORT, 1, new Bytes().name(name).u8(A_FUNCTION).unsigned(number));
        exported.put(name, number);
    }

    /** What memory begins with. Where many zeros stand in a row, nothing is written. */
    void data(byte[] content) {
        int gap = LEAST_GAP;
        while (segments(content, gap).size() > MOST_SEGMENTS) {
            gap *= 2;
        }
        for (int[] segment : segments(content, gap)) {
            int from = segment[0];
            int to = segment[1];
            add(
                    DATA,
                    1,
                    new Bytes()
                            .u8(0)
                            .u8(0x41)
                            .signed(from)
                            .u8(END)
                            .unsigned(to - from)
                            .append(content, from, to));
        }
    }

    /** Beginnings and ends of what is not {@code gap} zeros or more. */
    private static List<int[]> segments(byte[] content, int gap) {
        List<int[]> segments = new ArrayList<>();
        int from = 0;
        while (from < content.length) {
            if (content[from] == 0) {
                from++;
                continue;
            }
            int last = from;
            for (int i = from; i < content.length && i - last <= gap; i++) {
                last = content[i] == 0 ? last : i;
            }
            segments.add(new int[] {from, last + 1});
            from = last + 1;
        }
        return segments;
    }

    int dataSegments() {
        return sections.get(DATA).count;
    }

    void custom(String name, byte[] content) {
        customs.u8(0).sized(new Bytes().name(name).append(content, 0, content.length));
    }

    private void add(int id, int count, Bytes content) {
        Section s = sections.computeIfAbsent(id, i -> new Section());
        s.count += count;
        s.content.append(content);
    }

    byte[] encode() {
        Bytes out = new Bytes().append(module, 0, HEADER_BYTES);
        sections.forEach(
                (id, s) -> out.u8(id).sized(new Bytes().unsigned(s.count).append(s.content)));
        return out.append(customs).toArray();
    }
}
