package loom.wgsl;

import java.util.List;
import java.util.Optional;
import loom.graph.Extent;
import loom.program.CopiedOperand;
import loom.program.Kernel;
import loom.program.Program;

/**
 * {@link Kernel.MatMul} as WGSL in tiles, as {@link MatMulWgsl} says; operands are staged in workgroup memory, the next part of k
 * on its way to registers while one is multiplied.
 */
final class MatMulTilesWgsl {
    private final Kernel.MatMul kernel;
    private final Sums sums;
    private final MatMulTile t;
    private final ShaderBuilder shader;
    private final TileResults results;
    private final TileSides.Both sides;
    private final Optional<KRanges> ranges;

    /** Whether the right operand is read where it was to be copied from. */
    private final boolean copied;

    /** Whether columns are those of all groups, one after the other: groups that share the left operand fill tiles together. */
    private final boolean merged;

    private MatMulTilesWgsl(
            Program program,
            Kernel.MatMul kernel,
            Optional<CopiedOperand> operand,
            Sums sums,
            MatMulTile tile,
            Optional<KRanges.Limits> limits) {
        this.kernel = kernel;
        this.sums = sums;
        this.t = tile;
        this.copied = operand.isPresent() && !sums.packed();
        this.merged = copied
                && kernel.sharedA()
                && !kernel.sharedB()
                && !(kernel.groups().batched() && kernel.n().batched());
        this.ranges = limits.map(l -> new KRanges(kernel.k(), kernel.elements(), this::tiles, tile.invocations(), l));
        String name = (copied ? "windows " : "") + tile;
        this.shader = ranges.isPresent()
                ? MatMulWgsl.words(program, kernel, sums, "ranges " + name)
                : MatMulWgsl.builder(program, kernel, sums, name);
        if (ranges.isPresent()) {
            sums.declareFactors(shader);
        }
        String out = shader.out(ranges.isPresent() ? ShaderBuilder.SCRATCH : kernel.out());
        this.results = new TileResults(tile, sums, out, copied, merged, ranges.isPresent(), this::line);
        TileSides sides = new TileSides(kernel, tile, sums, shader, this::line);
        if (sums.packed()) {
            this.sides = sides.packed();
        } else if (copied) {
            this.sides = sides.copied(program, operand.get(), merged);
        } else {
            this.sides = sides.dense(program);
        }
    }

    /** @param operand the right one, if it is to be read where it was to be copied from, or packed from there */
    static Stage generate(
            Program program, Kernel.MatMul kernel, Optional<CopiedOperand> operand, Sums sums, MatMulTile tile) {
        return new MatMulTilesWgsl(program, kernel, operand, sums, tile, Optional.empty()).stage();
    }

    /** With ranges of k for tiles that would be too few. Operands are read where they lie, not packed: those would take the scratch slot. */
    static Way inRanges(
            Program program,
            Kernel.MatMul kernel,
            Optional<CopiedOperand> operand,
            Product product,
            MatMulTile tile,
            KRanges.Limits limits) {
        Sums sums = new Sums(kernel.factors(), product, false);
        MatMulTilesWgsl parts = new MatMulTilesWgsl(program, kernel, operand, sums, tile, Optional.of(limits));
        KRanges r = parts.ranges.orElseThrow();
        Stage totals = MatMulTotalsWgsl.generate(program, kernel, sums, r::blocks, r::blocksATurn);
        return new Way(List.of(parts.stage(), totals), r::words, r::turns);
    }

    private Extent columns() {
        return merged ? kernel.groups().times(kernel.n()) : kernel.n();
    }

    private Extent groups() {
        return merged ? Extent.ONE : kernel.groups();
    }

    private Word.Tiles across() {
        return new Word.Tiles(columns(), t.columns());
    }

    private Word.Tiles down() {
        return new Word.Tiles(kernel.m(), t.rows());
    }

    /** Workgroups that have the same range of k. */
    private int tiles(int batch) {
        return Math.multiplyExact(Math.multiplyExact(across().count(batch), down().count(batch)), groups().at(batch));
    }

    private Stage stage() {
        TileSide left = sides.left();
        TileSide right = sides.right();
        shader.word("across", across());
        shader.word("down", down());
        shader.word("groups", new Word.Size(groups()));
        if (copied) {
            shader.word("columns", new Word.Size(columns()));
        }
        shader.global(left.memory(halves()));
        shader.global(right.memory(halves()));
        results.declare(shader);
        line("let z4 = vec4<u32>(z);");
        line("let nz4 = vec4<f32>(u.nz);");
        line("let zero = " + sums.start(4) + ";");
        String from = ranges.isPresent() ? "start" : "0u";
        String to = ranges.isPresent() ? "stop" : "u.k";
        String tile = ranges.map(this::range).orElse("group");
        line("let tiles = " + tile + " / u.across;");
        line("let g = tiles / u.down;");
        if (ranges.isEmpty()) {
            line("if (g >= u.groups) {");
            line("    return;");
            line("}");
        }
        line("let row0 = (tiles - g * u.down) * " + t.rows() + "u;");
        line("let column0 = (" + tile + " % u.across) * " + t.columns() + "u;");
        line("let own_column = local.x % " + t.acrossColumns() + "u;");
        line("let own_row = local.x / " + t.acrossColumns() + "u;");
        left.places("row0");
        right.places("column0");
        int vectors = t.ownColumns() / 4;
        for (int i = 0; i < t.ownRows(); i++) {
            for (int j = 0; j < vectors; j++) {
                line("var s" + i + "_" + j + " = zero;");
                if (ranges.isEmpty()) {
                    line("var t" + i + "_" + j + " = " + sums.zero(4) + ";");
                }
            }
        }
        left.fetch(from);
        right.fetch(from);
        line("for (var block = " + from + "; block < " + to + "; block += " + sums.block() + ") {");
        line("let end = min(block + " + sums.block() + ", " + to + ");");
        line("for (var k0 = block; k0 < end; k0 += " + halves() * t.depth() + "u) {");
        for (int half = 0; half < halves(); half++) {
            left.store(half * t.depth());
            right.store(half * t.depth());
            line("workgroupBarrier();");
            // Fetched while this part is worked on; after the last one, what comes is not used.
            String next = "next" + half;
            line("let " + next + " = "
                    + (left.guarded() || sums.packed()
                            ? "k0 + " + (half + 1) * t.depth() + "u"
                            : "min(k0 + D, u.k - D)".replace("D", t.depth() + "u"))
                    + ";");
            left.fetch(next);
            right.fetch(next);
            for (int k = 0; k < t.depth(); k++) {
                multiply(half * t.depth() + k);
            }
        }
        if (halves() == 1) {
            line("workgroupBarrier();");
        }
        line("}");
        if (ranges.isPresent()) {
            line("part = (block - u.begin) / " + MatMulWgsl.BLOCK + "u * u.elements;");
            results.put("s");
        }
        for (int i = 0; i < t.ownRows(); i++) {
            for (int j = 0; j < vectors; j++) {
                String place = i + "_" + j;
                if (ranges.isEmpty()) {
                    line("t" + place + " = " + sums.added("t" + place, "s" + place, 4) + ";");
                }
                line("s" + place + " = zero;");
            }
        }
        line("}");
        if (ranges.isEmpty()) {
            results.put("t");
            shader.body.append(sums.report(shader, "    "));
        }
        return shader.stage(
                Integer.toString(t.invocations()),
                new Word.Count(batch -> ranges.map(r -> r.ranges(batch)).orElse(1)),
                across(),
                down(),
                new Word.Tiles(groups(), 1));
    }

    /** Statements that find the workgroup's range of k; the text of its tile's number. */
    private String range(KRanges r) {
        shader.word("tiles", new Word.Count(this::tiles));
        shader.word("begin", r.begin());
        shader.word("end", r.end());
        shader.word("step", r.step());
        shader.word("elements", new Word.Size(r.elements()));
        line("let range = group / u.tiles;");
        line("let start = u.begin + range * u.step;");
        line("if (start >= u.end) {");
        line("    return;");
        line("}");
        line("let stop = min(start + u.step, u.end);");
        line("let tile = group - range * u.tiles;");
        return "tile";
    }

    /**
     * Parts in workgroup memory. Of two, one is written while slower invocations still read the other: half as many barriers. It helps where a
     * step is short, and needs the room of the padding.
     */
    private int halves() {
        return sums.depth() > 1 ? 2 : 1;
    }

    /** All products of one k. Written out for every k of a part: a loop costs a fifth of the speed. */
    private void multiply(int k) {
        line("{");
        for (int i = 0; i < t.ownRows() / 4; i++) {
            line("let a" + i + " = left[" + (k * sides.left().stride() + i * t.acrossRows()) + "u + own_row];");
        }
        for (int j = 0; j < t.ownColumns() / 4; j++) {
            line("let b" + j + " = right[" + (k * sides.right().stride() + j * t.acrossColumns()) + "u + own_column];");
        }
        for (int i = 0; i < t.ownRows(); i++) {
            String factor = "a" + i / 4 + "." + "xyzw".charAt(i % 4);
            for (int j = 0; j < t.ownColumns() / 4; j++) {
                String s = "s" + i + "_" + j;
                line(s + " = " + s + " + " + sums.ofVectors(factor, "b" + j) + ";");
            }
        }
        line("}");
    }

    private void line(String text) {
        shader.body.append("    ").append(text).append('\n');
    }
}
