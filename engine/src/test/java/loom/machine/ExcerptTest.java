package loom.machine;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.TreeMap;
import loom.conformance.LayerCases;
import loom.machine.conformance.Case;
import loom.machine.conformance.Cases;
import loom.machine.parallel.ParallelMachine;
import loom.machine.reference.ReferenceMachine;
import loom.program.Buffer;
import loom.program.Excerpt;
import loom.program.Program;
import org.junit.jupiter.api.Test;

/** A program's kernels, one after the other as programs of their own, are the program. */
class ExcerptTest {
    private int compared;

    @Test
    void kernelsOfRandomPrograms() {
        for (int seed = 0; seed < 400; seed++) {
            compare(Cases.of(seed), new ReferenceMachine());
        }
        assertThat(compared).isGreaterThan(200);
    }

    @Test
    void kernelsOfLayers() {
        for (int seed = 0; seed < LayerCases.SIZE; seed++) {
            compare(LayerCases.of(seed), new ParallelMachine(2));
        }
        assertThat(compared).isGreaterThan(LayerCases.SIZE / 2);
    }

    private void compare(Case c, Machine machine) {
        Program p = c.program();
        Case.Step step = c.steps().get(0);
        TreeMap<Integer, int[]> words = new TreeMap<>();
        step.feeds().forEach((name, w) -> words.put(p.source(name), w));
        Execution whole = new ReferenceMachine().prepare(p).get();
        whole.batch(step.batch());
        words.forEach((buffer, w) -> write(whole, buffer, w));
        whole.run(step.scalars());
        try {
            whole.finish().get();
        } catch (NumericTrap e) {
            return;
        }
        for (int k = 0; k < p.kernels().size(); k++) {
            Excerpt x = Excerpt.of(p, k);
            Execution e = machine.prepare(x.program()).get();
            e.batch(step.batch());
            for (int buffer : x.reads()) {
                int[] zeros = new int[p.buffer(buffer).type().shape().elements(step.batch())];
                write(e, x.program().source(Excerpt.name(buffer)), words.getOrDefault(buffer, zeros));
            }
            e.run(step.scalars());
            e.finish().get();
            for (int buffer : x.writes()) {
                words.put(buffer, read(e, x.program().output(Excerpt.name(buffer))));
            }
            e.close();
        }
        for (Map.Entry<String, Integer> output : p.outputs().entrySet()) {
            if (!(p.buffer(output.getValue()) instanceof Buffer.Source)) {
                assertThat(words.get(output.getValue()))
                        .as(c.name() + " " + output.getKey())
                        .isEqualTo(read(whole, output.getValue()));
                compared++;
            }
        }
    }

    private static void write(Execution e, int buffer, int[] words) {
        if (!e.program().buffer(buffer).type().element().isFloat()) {
            e.write(buffer, words);
            return;
        }
        float[] values = new float[words.length];
        for (int i = 0; i < words.length; i++) {
            values[i] = Float.intBitsToFloat(words[i]);
        }
        e.write(buffer, values);
    }

    private static int[] read(Execution e, int buffer) {
        if (!e.program().buffer(buffer).type().element().isFloat()) {
            return e.readInts(buffer).get();
        }
        float[] values = e.readFloats(buffer).get();
        int[] words = new int[values.length];
        for (int i = 0; i < words.length; i++) {
            words[i] = Float.floatToRawIntBits(values[i]);
        }
        return words;
    }
}
