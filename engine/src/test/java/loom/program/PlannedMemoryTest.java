package loom.program;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import loom.conformance.LayerCases;
import loom.conformance.TrainingCases;
import loom.format.ModelReader;
import loom.machine.conformance.Case;
import loom.machine.conformance.Cases;
import loom.model.Model;
import loom.model.NetworkLowering;
import loom.train.MeanSquaredError;
import loom.train.Sgd;
import loom.train.Training;
import loom.train.TrainingGraph;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * How much memory a program takes: what is there all the time (parameters, inputs, state, tables, new values of parameters), and for
 * everything else at most twice what has to be there at once.
 */
class PlannedMemoryTest {
    private static final Path DATA = Path.of("..", "data");
    private static final int RANDOM_CASES = 1000;

    /** Buffers that are needed at once: found from the kernels alone, without the planner. */
    private static final class LiveSet {
        private final Program program;
        private final int[] first;
        private final int[] last;
        private final Set<Integer> parents = new TreeSet<>();
        private int position;

        LiveSet(Program program) {
            this.program = program;
            first = new int[program.buffers().size()];
            last = new int[first.length];
            Arrays.fill(first, Integer.MAX_VALUE);
            Arrays.fill(last, -1);
            for (Buffer b : program.buffers()) {
                if (b instanceof Buffer.Slice s) {
                    parents.add(s.parent());
                }
            }
            visit(program.kernels());
            program.outputs().values().forEach(this::keep);
            program.names().values().forEach(this::keep);
            program.commits().forEach(c -> keep(c.value()));
        }

        private int root(int id) {
            return program.buffer(id) instanceof Buffer.Slice s ? root(s.parent()) : id;
        }

        private void keep(int id) {
            last[root(id)] = position;
        }

        private List<Integer> named(Kernel k) {
            List<Integer> ids = new ArrayList<>();
            if (k instanceof Kernel.Loop l) {
                l.body().forEach(inner -> ids.addAll(named(inner)));
            } else {
                k.reads().forEach(id -> ids.add(root(id)));
                ids.add(root(k.out()));
            }
            return ids;
        }

        private void visit(List<Kernel> kernels) {
            for (Kernel k : kernels) {
                position++;
                if (k instanceof Kernel.Loop l) {
                    int start = position;
                    Set<Integer> all = new TreeSet<>(named(l));
                    all.removeIf(id -> first[id] == Integer.MAX_VALUE && !parents.contains(id));
                    visit(l.body());
                    position++;
                    // The next trip needs them again.
                    for (int id : all) {
                        first[id] = Math.min(first[id], start);
                        last[id] = position;
                    }
                } else {
                    for (int id : named(k)) {
                        first[id] = Math.min(first[id], position);
                        last[id] = Math.max(last[id], position);
                    }
                }
            }
        }

        long elements(int batch) {
            long[] change = new long[position + 2];
            for (Buffer b : program.buffers()) {
                if (b instanceof Buffer.Temporary t && last[t.id()] >= 0) {
                    long elements = t.type().shape().elements(batch);
                    change[first[t.id()]] += elements;
                    change[last[t.id()] + 1] -= elements;
                }
            }
            long now = 0;
            long most = 0;
            for (long c : change) {
                now += c;
                most = Math.max(most, now);
            }
            return most;
        }
    }

    private static void check(String name, Program program) {
        LiveSet live = new LiveSet(program);
        Set<Integer> values = new TreeSet<>();
        program.commits().forEach(c -> values.add(c.value()));
        for (int batch : new int[] {1, 3, 64, 256}) {
            long planned = 0;
            for (int n : program.slotElements(batch)) {
                planned += n;
            }
            long always = 0;
            for (Buffer b : program.buffers()) {
                boolean isThere = b instanceof Buffer.Source || b instanceof Buffer.Table || values.contains(b.id());
                always += isThere ? b.type().shape().elements(batch) : 0;
            }
            assertThat(planned).as("%s, batch %d", name, batch).isLessThanOrEqualTo(always + 2 * live.elements(batch));
        }
    }

    private static void check(Case c) {
        check(c.name(), c.program());
    }

    @Test
    void ofEveryLayerAndEveryTraining() {
        for (int i = 0; i < LayerCases.SIZE; i++) {
            check(LayerCases.of(i));
        }
        for (int i = 0; i < TrainingCases.SIZE; i++) {
            check(TrainingCases.of(i));
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2})
    void ofRandomPrograms(int part) {
        for (int i = 0; i < RANDOM_CASES; i++) {
            check(Cases.of(part * RANDOM_CASES + i));
        }
    }

    static Stream<Path> models() throws IOException {
        List<Path> all = new ArrayList<>();
        for (Path folder : List.of(DATA, DATA.resolve("library"))) {
            try (Stream<Path> files = Files.list(folder)) {
                files.filter(f ->
                                f.toString().endsWith(".json") && !f.toString().endsWith("-training.json"))
                        .forEach(all::add);
            }
        }
        assertThat(all).hasSizeGreaterThan(5);
        return all.stream().sorted();
    }

    @ParameterizedTest
    @MethodSource("models")
    void ofBundledModels(Path file) throws IOException {
        Model model = ModelReader.read(file.toString(), Files.readAllBytes(file));
        check("answer", Compiler.compile(NetworkLowering.inference(model.network())));
        Training training = Training.of(new MeanSquaredError(), new Sgd(), 0.125f, 1);
        check("training", Compiler.compile(TrainingGraph.of(model.network(), training)));
    }
}
