package loom.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.stream.Stream;
import loom.format.Cursor;
import loom.format.LoadedModel;
import loom.format.ModelException;
import loom.format.ModelReader;
import loom.format.ModelWriter;
import loom.format.PackedTensor;
import loom.format.TensorSource;
import loom.format.tensors.ByteSource;
import loom.format.tensors.SafetensorsReader;
import loom.format.tensors.SafetensorsWriter;
import loom.format.tensors.StoredTensor;
import loom.format.tensors.TensorFile;
import loom.graph.Shape;
import loom.inspect.ReceiptJson;
import loom.inspect.ReceiptOptions;
import loom.machine.FragileMachine;
import loom.machine.Machine;
import loom.machine.parallel.ParallelMachine;
import loom.machine.reference.ReferenceMachine;
import loom.machine.wasm.GraalWasmHost;
import loom.machine.wasm.WasmMachine;
import loom.model.Activation;
import loom.model.Dense;
import loom.model.LayerOptions;
import loom.model.Model;
import loom.model.Network;
import loom.model.Tensor;
import loom.numeric.DType;
import loom.numeric.WeightType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A model whose weights stay in their file: none is held, and the machine is where they are read from once it has them. */
class KeptWeightsTest {
    /** Kernels in panels and in rows, and a layer whose parameters no program has. */
    private static final Model MODEL = Model.initialise(
            Network.of(
                    "m",
                    Shape.of(5),
                    new Dense(32, Activation.Simple.RELU),
                    LayerOptions.NONE.asDisabled().on(new Dense(32, Activation.Simple.RELU)),
                    new Dense(3, Activation.Simple.TANH)),
            5);

    private static final float[] X = {0.5f, -1, 0, 2, 0.25f};

    /** A file that counts what is read of it, until it is gone. */
    private static final class Counted implements ByteSource {
        private final byte[] bytes;
        private long read;
        private boolean gone;

        Counted(TensorFile tensors) {
            bytes = SafetensorsWriter.write(tensors);
        }

        @Override
        public String name() {
            return "";
        }

        @Override
        public long size() {
            return bytes.length;
        }

        @Override
        public byte[] read(long at, int count) {
            assertThat(gone).as("read after it was gone").isFalse();
            read += count;
            return java.util.Arrays.copyOfRange(bytes, (int) at, (int) at + count);
        }

        TensorFile open() {
            TensorFile file = SafetensorsReader.read(this);
            read = 0;
            return file;
        }
    }

    private static LoadedModel load(String json, TensorSource weights) {
        return ModelReader.load(Cursor.parse("m.json", json), "", weights);
    }

    static Stream<Machine> machines() {
        return Stream.of(new ReferenceMachine(), new ParallelMachine(2), new WasmMachine(GraalWasmHost.shared()));
    }

    /** Two passes over the file: one checks, one fills the machine. What no program has is read by both, to be held. */
    @ParameterizedTest
    @MethodSource("machines")
    void theMachineHasTheOnlyCopy(Machine machine) {
        Counted file = new Counted(TensorFile.of(MODEL));
        TensorSource weights = file.open().staying();
        Model kept = load(ModelWriter.withoutWeights(MODEL), weights).model();
        long all = MODEL.parameters().values().stream()
                .mapToLong(t -> 4L * t.shape().elements(1))
                .sum();
        assertThat(file.read).isEqualTo(all);
        assertThat(kept.parameters().values()).noneMatch(Tensor::isHeld);

        ModelRunner runner = ModelRunner.open(machine, kept).get();
        assertThat(file.read).isEqualTo(2 * all);
        file.gone = true;
        runner.model()
                .parameters()
                .forEach((name, t) -> assertThat(t.isHeld()).as(name).isEqualTo(name.startsWith("0.0.1.")));

        ModelRunner held = ModelRunner.open(machine, MODEL).get();
        assertThat(runner.run(X, 1).get()).isEqualTo(held.run(X, 1).get());
        for (ReceiptOptions options : List.of(ReceiptOptions.PLAIN, new ReceiptOptions("m", "x", true, true))) {
            assertThat(ReceiptJson.write(runner.receipt(X, 1, options).get()))
                    .isEqualTo(ReceiptJson.write(held.receipt(X, 1, options).get()));
        }
        assertThat(ModelWriter.write(runner.model())).isEqualTo(ModelWriter.write(MODEL));
        assertThat(runner.model()).isEqualTo(MODEL);
        assertThat(CompiledModel.of(runner.model(), 2)).isEqualTo(CompiledModel.of(MODEL, 2));
        held.close();
        runner.close();
    }

    /** Its values have to be there for another machine. */
    @Test
    void aMachineThatCanBeLostLeavesThemInTheFile() {
        Counted file = new Counted(TensorFile.of(MODEL));
        Model kept =
                load(ModelWriter.withoutWeights(MODEL), file.open().staying()).model();
        ModelRunner runner =
                ModelRunner.open(new FragileMachine(Integer.MAX_VALUE), kept).get();
        long before = file.read;
        assertThat(ModelWriter.write(runner.model())).isEqualTo(ModelWriter.write(MODEL));
        assertThat(file.read).isGreaterThan(before);
        assertThat(runner.receipt(X, 1, ReceiptOptions.PLAIN).get().model().digest())
                .isEqualTo(ModelRunner.open(new ReferenceMachine(), MODEL)
                        .get()
                        .receipt(X, 1, ReceiptOptions.PLAIN)
                        .get()
                        .model()
                        .digest());
        runner.close();
    }

    /** Whatever type they are stored in, and what is told of it. */
    @Test
    void storedTypesGiveTheSameModel() {
        for (DType type : List.of(DType.F64, DType.F16, DType.BF16, DType.F8_E4M3)) {
            TensorFile tensors = TensorFile.of(MODEL);
            LinkedHashMap<String, StoredTensor> stored = new LinkedHashMap<>();
            tensors.tensors()
                    .forEach((name, t) -> stored.put(
                            name,
                            StoredTensor.of(
                                    name,
                                    type,
                                    t.shape(),
                                    type.narrow(t.floats().values()).bytes())));
            same(ModelWriter.withoutWeights(MODEL), new TensorFile(stored, new LinkedHashMap<>()));
        }
        TensorFile third = TensorFile.of(MODEL);
        byte[] wide = new byte[24];
        wide[0] = 1;
        third.tensors().put("0.0.2.bias", StoredTensor.of("0.0.2.bias", DType.F64, List.of(3L), wide));
        same(ModelWriter.withoutWeights(MODEL), third);
        assertThat(load(ModelWriter.withoutWeights(MODEL), third.staying()).notes())
                .containsExactly("1 of 3 values of 0.0.2.bias rounded to f32");

        String name = "0.0.0.kernel";
        Shape shape = MODEL.parameters().get(name).shape();
        byte[] codes = new byte[shape.elements(1)];
        for (int i = 0; i < codes.length; i++) {
            codes[i] = (byte) i;
        }
        LinkedHashMap<String, PackedTensor> packed = new LinkedHashMap<>();
        packed.put(
                name, new PackedTensor(shape, WeightType.INT8, shape, new float[] {0x1.8p-61f}, new byte[] {3}, codes));
        same(ModelWriter.withoutWeights(MODEL, packed), TensorFile.of(MODEL, packed));
    }

    private static void same(String json, TensorFile weights) {
        LoadedModel held = load(json, weights);
        LoadedModel kept = load(json, weights.staying());
        assertThat(kept.model().parameters().values()).noneMatch(Tensor::isHeld);
        assertThat(kept.model()).isEqualTo(held.model());
        assertThat(kept.door()).isEqualTo(held.door());
        assertThat(kept.notes()).isEqualTo(held.notes());
    }

    @Test
    void whatIsWrongIsSaidInTheSameWords() {
        String json = ModelWriter.withoutWeights(MODEL);
        TensorFile nan = TensorFile.of(MODEL);
        nan.tensors().put("0.0.2.bias", StoredTensor.of("0.0.2.bias", new int[] {3}, 1, Float.NaN, 3));
        TensorFile shape = TensorFile.of(MODEL);
        shape.tensors().put("0.0.2.bias", StoredTensor.of("0.0.2.bias", new int[] {2}, 1, 2));
        TensorFile missing = TensorFile.of(MODEL);
        missing.tensors().remove("0.0.2.bias");
        for (TensorFile bad : List.of(nan, shape, missing)) {
            ModelException held = refusal(json, bad);
            assertThat(refusal(json, bad.staying()))
                    .hasMessage(held.getMessage())
                    .isInstanceOfSatisfying(
                            ModelException.class, e -> assertThat(e.code()).isEqualTo(held.code()));
        }
    }

    private static ModelException refusal(String json, TensorSource weights) {
        ModelException[] found = new ModelException[1];
        assertThatThrownBy(() -> load(json, weights)).isInstanceOfSatisfying(ModelException.class, e -> found[0] = e);
        return found[0];
    }

    @Test
    void valuesOfAnotherNumberAreRefused() {
        Tensor t = Tensor.kept(Shape.of(2), () -> new float[3]);
        assertThatThrownBy(t::values)
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("3 values for shape [2]");
    }
}
