package loom.program;

import java.nio.charset.StandardCharsets;
import java.util.Map;
import loom.graph.ElementType;
import loom.graph.Extent;
import loom.graph.Op;
import loom.graph.Shape;
import loom.graph.Words;
import loom.numeric.FloatText;
import loom.numeric.Sha256;

/**
 * A program as text: its buffers, one line a kernel, what it commits and gives out. Equal programs give equal text on every
 * machine, so the text's digest identifies a program.
 */
public final class Disassembler {
    private final Program program;
    private final StringBuilder out = new StringBuilder();

    private Disassembler(Program program) {
        this.program = program;
    }

    public static String listing(Program program) {
        Disassembler d = new Disassembler(program);
        d.program();
        return d.out.toString();
    }

    /** A kernel's line in the listing, of a loop its lines. */
    public static String text(Program program, Kernel kernel) {
        Disassembler d = new Disassembler(program);
        d.kernel(kernel, "");
        return d.out.toString().trim();
    }

    /** As {@link #text}, but a loop on one line, without what is in it. */
    public static String line(Program program, Kernel kernel) {
        String text = text(program, kernel);
        return kernel instanceof Kernel.Loop l
                ? text.substring(0, text.indexOf(" {")) + " of " + l.body().size() + " kernels"
                : text;
    }

    /** SHA-256 of the listing. */
    public static String digest(Program program) {
        return Sha256.hexOf(listing(program).getBytes(StandardCharsets.UTF_8));
    }

    private void program() {
        out.append("; ").append(program.kernels().size()).append(" kernels, ");
        out.append(program.buffers().size()).append(" buffers in ");
        out.append(program.slots()).append(" slots; N is the batch\n");
        for (int i = 0; i < program.scalars().size(); i++) {
            Op.Scalar s = program.scalars().get(i);
            out.append("scalar s").append(i).append(" \"").append(s.name()).append("\" ");
            out.append(s.type()).append('\n');
        }
        program.buffers().forEach(this::buffer);
        for (Kernel k : program.kernels()) {
            kernel(k, "");
        }
        for (Program.Commit c : program.commits()) {
            out.append("commit b").append(c.target()).append(" := b");
            out.append(c.value()).append('\n');
        }
        ends("output", program.outputs());
        ends("name", program.names());
        for (int i = 0; i < program.sites().size(); i++) {
            out.append("site !").append(i).append(' ').append(program.sites().get(i));
            out.append('\n');
        }
    }

    private void ends(String what, Map<String, Integer> buffers) {
        for (Map.Entry<String, Integer> e : buffers.entrySet()) {
            out.append(what).append(" \"").append(e.getKey()).append("\" = b");
            out.append(e.getValue()).append('\n');
        }
    }

    private void buffer(Buffer b) {
        out.append("buffer b").append(b.id()).append(' ').append(b.type()).append(' ');
        switch (b) {
            case Buffer.Source s ->
                out.append(role(s.role()))
                        .append(" \"")
                        .append(s.name())
                        .append("\" slot ")
                        .append(s.slot());
            case Buffer.Table t ->
                out.append("table ").append(words(t.bits())).append(" slot ").append(t.slot());
            case Buffer.Temporary t -> out.append("temporary slot ").append(t.slot());
            case Buffer.Slice s ->
                out.append("slice of b").append(s.parent()).append(" in loop ").append(s.depth());
        }
        out.append('\n');
    }

    private static String role(Buffer.Role role) {
        return switch (role) {
            case INPUT -> "input";
            case PARAMETER -> "parameter";
            case STATE -> "state";
        };
    }

    /** Small tables in full, others by the digest of their words. */
    private static String words(Words words) {
        if (words.size() <= 8) {
            return words.toString();
        }
        Sha256 sha = new Sha256();
        for (int i = 0; i < words.size(); i++) {
            sha.updateLittleEndian(words.get(i));
        }
        return "of " + words.size() + " words " + Sha256.hex(sha.digest());
    }

    // ---- kernels ----

    private void kernel(Kernel k, String indent) {
        out.append(indent);
        switch (k) {
            case Kernel.Pointwise p -> {
                out.append('b').append(p.out()).append(p.space()).append(" = ");
                out.append(new ExpressionText(p).text());
            }
            case Kernel.Reduce r -> {
                out.append('b')
                        .append(r.out())
                        .append(" = ")
                        .append(reduction(r.kind()))
                        .append(site(r.site()));
                out.append(" b")
                        .append(r.in())
                        .append(extents(r.outer(), r.length(), r.inner()))
                        .append(" over axis 1");
            }
            case Kernel.MatMul m -> {
                out.append('b').append(m.out()).append(extents(m.groups(), m.m(), m.n()));
                out.append(" = ").append(m.factors().operation()).append(site(m.site()));
                operand(m.a(), m.sharedA(), m.transposeA());
                operand(m.b(), m.sharedB(), m.transposeB());
                out.append(" k=").append(m.k());
            }
            case Kernel.Copy c -> copy(c);
            case Kernel.Gather g -> {
                out.append('b').append(g.out()).append(extents(g.groups(), g.positions(), g.width()));
                out.append(" = gather").append(site(g.site())).append(" b").append(g.table());
                out.append(extents(g.groups(), g.rows(), g.width()));
                out.append(" by b").append(g.indices());
            }
            case Kernel.ScatterAdd s -> {
                out.append('b').append(s.out()).append(extents(s.groups(), s.rows(), s.width()));
                out.append(" = scatter-add").append(site(s.site())).append(" b").append(s.values());
                out.append(extents(s.groups(), s.positions(), s.width()));
                out.append(" by b").append(s.indices());
            }
            case Kernel.Loop l -> {
                out.append("loop ").append(l.depth()).append(": ").append(l.trips());
                out.append(l.reverse() ? " trips downwards {\n" : " trips {\n");
                for (Kernel inner : l.body()) {
                    kernel(inner, indent + "  ");
                }
                out.append(indent).append('}');
            }
        }
        out.append('\n');
    }

    private static String reduction(Op.ReduceKind kind) {
        return switch (kind) {
            case SUM -> "sum";
            case MAX -> "max";
            case MIN -> "min";
        };
    }

    private void operand(int buffer, boolean shared, boolean transposed) {
        out.append(" b").append(buffer).append(transposed ? "ᵀ" : "").append(shared ? " (shared)" : "");
    }

    private void copy(Kernel.Copy c) {
        out.append('b').append(c.out()).append(c.outShape()).append(" = copy b");
        out.append(c.in()).append(c.inShape()).append(" for p in ").append(c.space());
        out.append(" to p+").append(c.start()).append(" from (");
        String separator = "";
        for (Kernel.Axis a : c.axes()) {
            out.append(separator).append(axis(a));
            separator = ", ";
        }
        out.append(')');
    }

    /** {@code (2·p1+p2−3)/4}. */
    private static String axis(Kernel.Axis a) {
        StringBuilder b = new StringBuilder();
        for (int j = 0; j < a.strides().size(); j++) {
            int s = a.strides().get(j);
            if (s != 0) {
                b.append(b.isEmpty() ? "" : "+")
                        .append(s == 1 ? "" : s + "·")
                        .append('p')
                        .append(j);
            }
        }
        if (a.offset() != 0 || b.isEmpty()) {
            b.append(a.offset() < 0 || b.isEmpty() ? "" : "+").append(a.offset());
        }
        return a.dilation() == 1 ? b.toString() : "(" + b + ")/" + a.dilation();
    }

    private static String extents(Extent... extents) {
        StringBuilder b = new StringBuilder("[");
        for (Extent e : extents) {
            b.append(b.length() == 1 ? "" : ",").append(e);
        }
        return b.append(']').toString();
    }

    static String site(int site) {
        return site < 0 ? "" : "!" + site;
    }

    /** A word of an element type; floats that JSON cannot write by their bits. */
    static String constant(int bits, ElementType element) {
        return switch (element) {
            case F32 -> {
                boolean finite = (bits & 0x7f800000) != 0x7f800000;
                yield finite ? FloatText.print(Float.intBitsToFloat(bits)) : FloatText.bits(bits);
            }
            case I32 -> Integer.toString(bits);
            case U32 -> FloatText.bits(bits);
        };
    }

    static String load(Kernel.Load load, Shape space) {
        String shape = load.shape().equals(space) ? "" : load.shape().toString();
        String part = load.isWhole() ? "" : " of " + load.of() + " from " + load.offset();
        return "b" + load.buffer() + shape + part;
    }
}
