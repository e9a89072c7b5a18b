package loom.machine.wasm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import java.util.List;
import java.util.Optional;
import loom.graph.Shape;
import loom.inspect.Receipt;
import loom.inspect.ReceiptJson;
import loom.inspect.ReceiptOptions;
import loom.machine.Machine;
import loom.machine.reference.ReferenceMachine;
import loom.model.Activation;
import loom.model.ActivationLayer;
import loom.model.Cell;
import loom.model.Dense;
import loom.model.Flatten;
import loom.model.Grid;
import loom.model.Layer;
import loom.model.Model;
import loom.model.Network;
import loom.model.Sequential;
import loom.model.Softmax;
import loom.model.SoftmaxKind;
import loom.model.Tensor;
import loom.run.ModelRunner;
import loom.run.Verification;
import org.junit.jupiter.api.Test;

/** The WebAssembly machine gives the reference machine's receipts, byte for byte but for the machine's name. */
class WasmReceiptTest {
    private static Receipt receipt(Machine machine, Model model, Tensor input, ReceiptOptions options) {
        ModelRunner runner = ModelRunner.open(machine, model).get();
        Receipt receipt = runner.receipt(input, options).get();
        runner.close();
        return receipt;
    }

    private static Model model() {
        Layer[] activations = new Layer[1 + Activation.Simple.values().length];
        for (Activation.Simple a : Activation.Simple.values()) {
            activations[a.ordinal()] = new ActivationLayer(a);
        }
        activations[activations.length - 1] = new Dense(7, new Activation.LeakyRelu(0.1f));
        Network n = new Network(
                "every activation",
                Shape.of(3, 11),
                new Grid(
                        1,
                        3,
                        List.of(
                                Cell.of(new Dense(37, Activation.Simple.GELU), new Flatten()),
                                Cell.of(activations),
                                Cell.of(new Sequential(List.of(
                                        new Dense(19, Activation.Simple.TANH, false),
                                        new Softmax(new SoftmaxKind.Temperature(0.3f))))))));
        return Model.initialise(n, 11);
    }

    @Test
    void receiptsAgreeByteForByte() {
        Model model = model();
        float[] x = new float[5 * 33];
        for (int i = 0; i < x.length; i++) {
            x[i] = (i * 37 % 101 - 50) / 16f;
        }
        Tensor input = new Tensor(Shape.of(5, 3, 11), x);
        try (GraalWasmHost host = new GraalWasmHost()) {
            for (ReceiptOptions options :
                    List.of(new ReceiptOptions("m", "x", true, false), new ReceiptOptions("m", "x", false, true))) {
                Receipt reference = receipt(new ReferenceMachine(), model, input, options);
                Receipt wasm = receipt(new WasmMachine(host), model, input, options);
                assertNotEquals(reference.machine(), wasm.machine());
                assertEquals(ReceiptJson.write(reference.withoutMachine()), ReceiptJson.write(wasm.withoutMachine()));
                assertEquals(
                        Optional.empty(),
                        Verification.verify(wasm, model, input, new ReferenceMachine())
                                .get());
                assertEquals(
                        Optional.empty(),
                        Verification.verify(reference, model, input, new WasmMachine(host))
                                .get());
            }
        }
    }
}
