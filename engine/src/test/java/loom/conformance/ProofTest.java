package loom.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import loom.format.ModelException;
import loom.inspect.ModelDigest;
import loom.machine.Completion;
import loom.machine.DeviceException;
import loom.machine.FragileMachine;
import loom.machine.Machine;
import loom.machine.parallel.ParallelMachine;
import loom.machine.reference.ReferenceMachine;
import loom.machine.wasm.GraalWasmHost;
import loom.machine.wasm.WasmMachine;
import loom.model.Model;
import loom.train.CheckpointJson;
import loom.train.Fit;
import loom.train.RecoveringFit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Workloads against their recorded steps: run through, interrupted, with lost devices, and on another machine. */
class ProofTest {
    private static final int STEPS = 30;
    private static final Path FILE = Path.of("src", "test", "resources", "proof", "reference-30.json");

    private static Proof recorded() {
        try {
            return ProofJson.read(FILE.toString(), Files.readAllBytes(FILE));
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static Proof prove(Machine machine, List<Workload> workloads, int steps) {
        return Proof.of(machine, "", workloads, steps, (w, step) -> {}).get();
    }

    /** After a change of arithmetic on purpose: run with {@code -Dloom.approve=true}, look at the difference, commit it. */
    @Test
    void everyStepIsTheRecordedOne() throws IOException {
        Proof found = prove(new ReferenceMachine(), Workload.ALL, STEPS);
        String text = ProofJson.write(found);
        assertThat(ProofJson.read("p.json", text.getBytes(StandardCharsets.UTF_8)))
                .isEqualTo(found);
        if (Boolean.getBoolean("loom.approve")) {
            Files.createDirectories(FILE.getParent());
            Files.writeString(FILE, text);
        }
        assertThat(found.difference(recorded())).isEmpty();
        assertThat(text).isEqualTo(Files.readString(FILE));
        assertThat(found.tracks())
                .hasSize(9)
                .allSatisfy(t -> assertThat(t.steps()).hasSize(STEPS).doesNotHaveDuplicates());
    }

    @Test
    void webAssemblyTrainsAlike() {
        try (GraalWasmHost host = new GraalWasmHost()) {
            Proof found = prove(new WasmMachine(host), Workload.ALL, 2);
            assertThat(found.tracks()).hasSize(9);
            assertThat(recorded().difference(found)).isEmpty();
        }
    }

    @Test
    void theParallelMachineTrainsAlike() {
        Proof found = prove(new ParallelMachine(3), Workload.ALL, STEPS);
        assertThat(found.machine()).isEqualTo("parallel");
        assertThat(recorded().difference(found)).isEmpty();
        assertThat(recorded().stepsInCommon(found)).isEqualTo(9 * STEPS);
    }

    /** What a workload is for: it must be learned, or a wrong gradient would hide. */
    @Test
    void everyWorkloadLearns() {
        for (Workload w : Workload.ALL) {
            Fit fit = Fit.start(w.model(), w.training(), w.data(), new ReferenceMachine())
                    .get();
            List<Float> losses = new ArrayList<>();
            while (losses.size() < 15) {
                fit.next().get().end().ifPresent(end -> losses.add(end.loss()));
            }
            assertThat(losses.get(14)).as(w.name()).isLessThan(0.8f * losses.get(0));
        }
    }

    private static String digest(Model model) {
        return ModelDigest.of(model).substring(0, Proof.DIGITS);
    }

    private static List<String> track(String workload) {
        return recorded().tracks().stream()
                .filter(t -> t.workload().equals(workload))
                .findFirst()
                .orElseThrow()
                .steps();
    }

    /** Stopped at 20 random points, written to a file, read and continued: the recorded steps 20 times out of 20. */
    @Test
    void interruptedAndResumedItIsTheSame() {
        Random random = new Random(20);
        int same = 0;
        for (int i = 0; i < 20; i++) {
            Workload w = Workload.ALL.get(i % Workload.ALL.size());
            int at = 1 + random.nextInt(STEPS - 1);
            Fit first = Fit.start(w.model(), w.training(), w.data(), new ReferenceMachine())
                    .get();
            for (int step = 0; step < at; step++) {
                first.next().get();
            }
            String file = CheckpointJson.write(first.checkpoint().get());
            first.close();
            Fit rest = Fit.resume(
                            CheckpointJson.read("c.json", file.getBytes(StandardCharsets.UTF_8)),
                            w.data(),
                            new ReferenceMachine())
                    .get();
            List<String> found = new ArrayList<>();
            for (int step = at; step < STEPS; step++) {
                rest.next().get();
                found.add(digest(rest.model().get()));
            }
            assertThat(found)
                    .as(w.name() + " from step " + at)
                    .isEqualTo(track(w.name()).subList(at, STEPS));
            same++;
        }
        assertThat(same).isEqualTo(20);
    }

    /** Machines are lost again and again, in the middle of writes, runs and reads: the recorded steps all the same. */
    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 3, 4, 5, 6, 7, 8})
    void lostDevicesChangeNothing(int number) {
        Workload w = Workload.ALL.get(number);
        Random random = new Random(number);
        List<FragileMachine> machines = new ArrayList<>();
        RecoveringFit fit = RecoveringFit.start(
                        w.model(),
                        w.training(),
                        w.data(),
                        () -> {
                            machines.add(new FragileMachine(250 + random.nextInt(250)));
                            return Completion.of(machines.get(machines.size() - 1));
                        },
                        4)
                .get();
        List<Fit.Report> reports = new ArrayList<>();
        List<String> found = new ArrayList<>();
        for (int step = 0; step < STEPS; step++) {
            reports.add(fit.next().get());
            found.add(digest(fit.model().get()));
        }
        assertThat(fit.recoveries()).isPositive().isEqualTo(machines.size() - 1);
        assertThat(found).isEqualTo(track(w.name()));
        assertThat(reports).extracting(Fit.Report::step).isSorted().hasSize(STEPS);
    }

    @Test
    void lostDevicesChangeNothingInTurns() {
        Workload w = Workload.ALL.get(1);
        Random random = new Random(9);
        RecoveringFit fit = RecoveringFit.start(
                        w.model(),
                        w.training(),
                        w.data(),
                        () -> Completion.of(new FragileMachine(130 + random.nextInt(130))),
                        4)
                .get();
        List<Integer> steps = new ArrayList<>();
        while (steps.size() < STEPS) {
            int most = Math.min(1 + random.nextInt(6), STEPS - steps.size());
            fit.turn(most).get().forEach(report -> steps.add(report.step()));
            assertThat(digest(fit.model().get()))
                    .as("step " + steps.size())
                    .isEqualTo(track(w.name()).get(steps.size() - 1));
        }
        assertThat(fit.recoveries()).isPositive();
        assertThat(steps).isSorted().doesNotHaveDuplicates();
    }

    @Test
    void aMachineThatIsAlwaysLostIsAnError() {
        Workload w = Workload.ALL.get(0);
        int[] made = {0};
        RecoveringFit fit = RecoveringFit.start(
                        w.model(),
                        w.training(),
                        w.data(),
                        () -> Completion.of(new FragileMachine(made[0]++ == 0 ? 100 : 1)),
                        4)
                .get();
        assertThatThrownBy(() -> {
                    while (true) {
                        fit.next().get();
                    }
                })
                .isInstanceOf(DeviceException.class);
        assertThat(made[0]).isEqualTo(4);
    }

    @Test
    void differencesAreNamed() {
        Proof.Track a = new Proof.Track("w", "s", List.of("1", "2", "3"), "33");
        assertThat(proof(a).difference(proof(new Proof.Track("w", "s", List.of("1", "2"), "22"))))
                .isEmpty();
        assertThat(proof(a).difference(proof(new Proof.Track("v", "s", List.of("9"), "9"))))
                .isEmpty();
        assertThat(proof(a).difference(proof(new Proof.Track("w", "s", List.of("1", "4"), "44"))))
                .isEqualTo(Optional.of("w: step 2 gives 2 and 4"));
        assertThat(proof(a).difference(proof(new Proof.Track("w", "t", List.of("1"), "1"))))
                .isEqualTo(Optional.of("w: the models are others from the beginning: s and t"));
        assertThat(proof(a).difference(proof(new Proof.Track("w", "s", List.of("1", "2", "3"), "34"))))
                .isEqualTo(Optional.of("w: the digests at the end are 33 and 34"));
        assertThatThrownBy(() -> ProofJson.read("p.json", "{\"format\": \"loom\"}".getBytes(StandardCharsets.UTF_8)))
                .isInstanceOf(ModelException.class)
                .hasMessageContaining("\"loom-proof\"");
    }

    private static Proof proof(Proof.Track track) {
        return new Proof("e", "m", "", List.of(track));
    }
}
