package loom.e2e;

import loom.format.ModelReader;
import loom.inspect.Receipt;
import loom.inspect.ReceiptOptions;
import loom.machine.reference.ReferenceMachine;
import loom.model.Model;
import loom.run.ModelRunner;

/** A model on the JVM's reference machine: what the browser must give. */
final class OnJvm implements AutoCloseable {
    private final ModelRunner runner;

    OnJvm(Model model) {
        runner = ModelRunner.open(new ReferenceMachine(), model).get();
    }

    static OnJvm of(String file) {
        return new OnJvm(ModelReader.read(Models.FILE, file));
    }

    float[] run(float[] input) {
        return runner.run(input, batch(input)).get();
    }

    /** As the page makes them: named after the file, without the machine. */
    Receipt receipt(float[] input) {
        ReceiptOptions options = new ReceiptOptions(Models.FILE, "", false, false);
        return runner.receipt(input, batch(input), options).get().withoutMachine();
    }

    private int batch(float[] input) {
        return input.length / runner.model().network().input().elements(1);
    }

    @Override
    public void close() {
        runner.close();
    }
}
