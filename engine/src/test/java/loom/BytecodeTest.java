package loom;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.objectweb.asm.ClassReader;
import org.objectweb.asm.ClassVisitor;
import org.objectweb.asm.Label;
import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.Opcodes;

/** Operators that no signature list can refuse, because they are single instructions. */
class BytecodeTest {
    private static final Map<Integer, String> BANNED = new TreeMap<>(Map.of(
            Opcodes.FNEG,
                    "-x on floats compiles to 0 - x in WebAssembly, which loses the sign of zero; flip the sign bit",
            Opcodes.DNEG,
                    "-x on doubles compiles to 0 - x in WebAssembly, which loses the sign of zero; flip the sign bit",
            Opcodes.FREM, "% on floats is wrong in WebAssembly",
            Opcodes.DREM, "% on doubles is wrong in WebAssembly"));

    @Test
    void floatsAreNeverNegatedNorDividedWithRemainder() throws Exception {
        Path classes = Path.of(loom.inspect.EngineVersion.class
                .getProtectionDomain()
                .getCodeSource()
                .getLocation()
                .toURI());
        List<String> found = new ArrayList<>();
        int read = 0;
        try (Stream<Path> files = Files.walk(classes)) {
            for (Path file : files.filter(path -> path.toString().endsWith(".class"))
                    .sorted()
                    .toList()) {
                found.addAll(bannedIn(Files.readAllBytes(file)));
                read++;
            }
        }
        assertFalse(read == 0, "no class files under " + classes);
        assertEquals(List.of(), found);
    }

    @Test
    void findsABannedInstruction() throws IOException {
        try (var bytes = Offender.class.getResourceAsStream("BytecodeTest$Offender.class")) {
            assertEquals(1, bannedIn(bytes.readAllBytes()).size());
        }
    }

    private static final class Offender {
        @SuppressWarnings("UnusedMethod") // only its bytecode is read
        static float negate(float x) {
            return -x;
        }
    }

    private static List<String> bannedIn(byte[] classFile) {
        List<String> found = new ArrayList<>();
        new ClassReader(classFile)
                .accept(
                        new ClassVisitor(Opcodes.ASM9) {
                            private String source = "?";

                            @Override
                            public void visitSource(String file, String debug) {
                                source = file;
                            }

                            @Override
                            public MethodVisitor visitMethod(
                                    int access, String name, String type, String signature, String[] thrown) {
                                return new MethodVisitor(Opcodes.ASM9) {
                                    private int line;

                                    @Override
                                    public void visitLineNumber(int number, Label start) {
                                        line = number;
                                    }

                                    @Override
                                    public void visitInsn(int opcode) {
                                        if (BANNED.containsKey(opcode)) {
                                            found.add(source + ":" + line + " " + name + ": " + BANNED.get(opcode));
                                        }
                                    }
                                };
                            }
                        },
                        0);
        return found;
    }
}
