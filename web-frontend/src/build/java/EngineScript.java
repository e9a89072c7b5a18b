import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Makes loom-engine.js, the one script a Worker loads beside loom.wasm or loom-train.wasm; run by the build.
 *
 * <p>A strict Content-Security-Policy forbids turning text into functions, but TeaVM passes the body of every
 * {@code @JSBody} as text. So the bodies are read out of the finished modules here and written as a static table, which
 * the run-time support (src/main/js/runtime.js) looks them up in. The module's imports are compared with an approved
 * list: an import that the run-time support does not have, or that computes numbers (teavmMath), ends the build.
 *
 * <p>Arguments: the modules with commas between them, approved import list, output, then the scripts to join.
 */
final class EngineScript {
    private static final int GLOBAL_GET = 0x23;
    private static final int CALL = 0x10;
    private static final int GC_PREFIX = 0xfb;
    private static final int STRUCT_NEW_DEFAULT = 1;
    private static final int ARRAY_NEW_FIXED = 8;

    public static void main(String[] args) throws IOException {
        TreeMap<String, String> bodies = new TreeMap<>();
        for (String wasm : args[0].split(",")) {
            Module module = new Module(Files.readAllBytes(Path.of(wasm)));
            checkImports(wasm, module, Path.of(args[1]));
            bodies.putAll(bodies(module));
        }
        StringBuilder script = new StringBuilder("'use strict';\n(() => {\n");
        for (String part : List.of(args).subList(3, args.length)) {
            script.append(Files.readString(Path.of(part))).append('\n');
        }
        script.append(table(bodies)).append("})();\n");
        Files.createDirectories(Path.of(args[2]).getParent());
        Files.writeString(Path.of(args[2]), script);
    }

    private static void checkImports(String wasm, Module module, Path list) throws IOException {
        List<String> approved = Files.readAllLines(list);
        TreeSet<String> unknown = new TreeSet<>(module.imports);
        unknown.removeIf(name -> name.startsWith("wasm:js-string.") || approved.contains(name));
        if (!unknown.isEmpty()) {
            throw new IllegalStateException(wasm + " imports what " + list + " does not allow: " + unknown
                    + ". teavmMath: use loom.numeric. Others: add them to src/main/js and to the list.");
        }
    }

    /**
     * The bodies of all {@code @JSBody} methods: signature (parameter names and body, separated by NUL) to function.
     *
     * <p>The module's initialiser makes each one by {@code (global.get text, call stringToJs)+, call createFunctionN}: N
     * parameter names, then the body. That sequence is searched for in the code.
     */
    private static TreeMap<String, String> bodies(Module module) {
        TreeMap<String, String> bodies = new TreeMap<>();
        TreeSet<String> found = new TreeSet<>();
        Map<Integer, String> strings = strings(module);
        Reader in = new Reader(module.bytes, module.codeStart);
        for (int start = module.codeStart; start < module.codeEnd; start++) {
            in.position = start;
            List<String> texts = new ArrayList<>();
            int stringToJs = -1;
            while (in.peek() == GLOBAL_GET) {
                in.position++;
                String text = strings.get(in.tryU28());
                if (text == null || in.u8() != CALL) {
                    break;
                }
                int function = in.tryU28();
                if (stringToJs >= 0 && function != stringToJs) {
                    break;
                }
                stringToJs = function;
                texts.add(text);
            }
            if (texts.isEmpty() || in.u8() != CALL) {
                continue;
            }
            int function = in.tryU28();
            String called = function >= 0 && function < module.functions.size() ? module.functions.get(function) : "";
            if (called.equals("teavmJso.createFunction" + (texts.size() - 1))) {
                found.add(called);
                bodies.put(String.join("\0", texts), function(texts));
                start = in.position - 1;
            }
        }
        for (String name : module.functions) {
            if (name.startsWith("teavmJso.createFunction") && !found.contains(name)) {
                throw new IllegalStateException("no JavaScript body found for " + name);
            }
        }
        return bodies;
    }

    private static String function(List<String> texts) {
        int last = texts.size() - 1;
        return "function (" + String.join(", ", texts.subList(0, last)) + ") { " + texts.get(last) + " }";
    }

    private static String table(TreeMap<String, String> bodies) {
        StringBuilder out = new StringBuilder("function jsBodies(wrapCallFromJavaToJs) {\n    return new Map([\n");
        bodies.forEach(
                (key, function) -> out.append("        [" + quote(key) + ", ").append(function + "],\n"));
        return out.append("    ]);\n}\n").toString();
    }

    private static String quote(String text) {
        StringBuilder out = new StringBuilder("'");
        for (char c : text.toCharArray()) {
            if (c == '\'' || c == '\\') {
                out.append('\\').append(c);
            } else if (c < 0x20 || c > 0x7e) {
                out.append(String.format("\\u%04x", (int) c));
            } else {
                out.append(c);
            }
        }
        return out.append('\'').toString();
    }

    /**
     * The string constants by global. Their characters stand in the data segment in the order in which the initialiser
     * lists their globals: {@code (global.get)+, array.new_fixed, call}.
     */
    private static Map<Integer, String> strings(Module module) {
        Map<Integer, String> strings = new HashMap<>();
        Reader text = new Reader(module.bytes, module.dataStart);
        Reader in = new Reader(module.bytes, module.codeStart);
        for (int start = module.codeStart; start < module.codeEnd; start++) {
            in.position = start;
            List<Integer> run = new ArrayList<>();
            while (in.peek() == GLOBAL_GET) {
                in.position++;
                int global = in.tryU28();
                if (!module.structures.contains(global)) {
                    break;
                }
                run.add(global);
            }
            if (run.isEmpty() || in.u8() != GC_PREFIX || in.u8() != ARRAY_NEW_FIXED) {
                continue;
            }
            in.tryU28();
            // An array literal of a Java program looks the same, but then becomes part of a structure.
            if (in.tryU28() == run.size() && in.peek() == CALL) {
                for (int global : run) {
                    strings.put(global, text.wtf8());
                }
                start = in.position - 1;
            }
        }
        return strings;
    }

    /** What this tool needs of a module: imports, globals that start as an empty structure, and where code and data are. */
    private static final class Module {
        final byte[] bytes;
        final List<String> imports = new ArrayList<>();
        /** Imported functions, by function index. */
        final List<String> functions = new ArrayList<>();

        final TreeSet<Integer> structures = new TreeSet<>();
        int globals;
        int codeStart;
        int codeEnd;
        int dataStart;

        Module(byte[] bytes) {
            this.bytes = bytes;
            Reader in = new Reader(bytes, 8);
            while (in.position < bytes.length) {
                int section = in.u8();
                int length = in.u32();
                int end = in.position + length;
                switch (section) {
                    case 2 -> readImports(in);
                    case 6 -> readGlobals(in);
                    case 10 -> {
                        codeStart = in.position;
                        codeEnd = end;
                    }
                    case 11 -> readData(in);
                    default -> {}
                }
                in.position = end;
            }
        }

        private void readImports(Reader in) {
            for (int count = in.u32(); count > 0; count--) {
                String name = in.name() + "." + in.name();
                imports.add(name);
                int kind = in.u8();
                switch (kind) {
                    case 0 -> {
                        in.u32();
                        functions.add(name);
                    }
                    case 2 -> {
                        boolean bounded = (in.u8() & 1) != 0;
                        in.u32();
                        if (bounded) {
                            in.u32();
                        }
                    }
                    case 3 -> {
                        in.valueType();
                        in.u8();
                        globals++;
                    }
                    default -> throw new IllegalStateException("import kind " + kind + " of " + name);
                }
            }
        }

        private void readGlobals(Reader in) {
            for (int count = in.u32(); count > 0; count--, globals++) {
                in.valueType();
                in.u8();
                for (int opcode = in.u8(); opcode != 0x0b; opcode = in.u8()) {
                    switch (opcode) {
                        case GLOBAL_GET, 0x41, 0x42, 0xd0, 0xd2 -> in.skipLeb();
                        case 0x43 -> in.position += 4;
                        case 0x44 -> in.position += 8;
                        case GC_PREFIX -> readGcInitialiser(in);
                        default -> throw new IllegalStateException("initialiser " + opcode + " of global " + globals);
                    }
                }
            }
        }

        private void readGcInitialiser(Reader in) {
            int opcode = in.u32();
            switch (opcode) {
                case 0, 6, 7 -> in.u32();
                case STRUCT_NEW_DEFAULT -> {
                    in.u32();
                    structures.add(globals);
                }
                case ARRAY_NEW_FIXED -> {
                    in.u32();
                    in.u32();
                }
                case 0x1a, 0x1b, 0x1c -> {}
                default -> throw new IllegalStateException("initialiser 0xfb " + opcode + " of global " + globals);
            }
        }

        private void readData(Reader in) {
            in.u32();
            if (in.u32() == 0) { // an active segment starts with its offset, a constant expression
                in.u8();
                in.skipLeb();
                in.u8();
            }
            in.u32();
            dataStart = in.position;
        }
    }

    private static final class Reader {
        private final byte[] bytes;
        int position;

        Reader(byte[] bytes, int position) {
            this.bytes = bytes;
            this.position = position;
        }

        int u8() {
            return bytes[position++] & 0xff;
        }

        int peek() {
            return bytes[position] & 0xff;
        }

        /** A LEB128 number that must be there. */
        int u32() {
            int value = tryU28();
            if (value < 0) {
                throw new IllegalStateException("number too long at byte " + position);
            }
            return value;
        }

        /** A LEB128 number of at most four bytes, or -1: for a search, where any byte may stand. */
        int tryU28() {
            int value = 0;
            for (int shift = 0; shift < 28; shift += 7) {
                int b = u8();
                value |= (b & 0x7f) << shift;
                if (b < 0x80) {
                    return value;
                }
            }
            return -1;
        }

        void skipLeb() {
            int b;
            do {
                b = u8();
            } while (b >= 0x80);
        }

        String name() {
            int length = u32();
            position += length;
            return new String(bytes, position - length, length, StandardCharsets.UTF_8);
        }

        void valueType() {
            int code = u8();
            if (code == 0x63 || code == 0x64) { // a reference: a heap type follows
                skipLeb();
            }
        }

        /** A string constant: the number of chars, then each char in one to three bytes. */
        String wtf8() {
            StringBuilder text = new StringBuilder();
            for (int length = u32(); length > 0; length--) {
                int b = u8();
                if (b < 0x80) {
                    text.append((char) b);
                } else if (b < 0xe0) {
                    text.append((char) ((b & 0x1f) << 6 | (u8() & 0x3f)));
                } else {
                    int high = (b & 0x0f) << 12 | (u8() & 0x3f) << 6;
                    text.append((char) (high | (u8() & 0x3f)));
                }
            }
            return text.toString();
        }
    }
}
