package loom.run;

import java.util.Optional;
import loom.inspect.Receipt;
import loom.inspect.ReceiptDifference;
import loom.inspect.ReceiptOptions;
import loom.inspect.Receipts;
import loom.machine.Completion;
import loom.machine.Machine;
import loom.model.Model;
import loom.model.Tensor;

/** Checks a receipt by running the model again. */
public final class Verification {
    private Verification() {}

    /** The first difference between a receipt and a replay on {@code machine}; empty if every bit agrees. */
    public static Completion<Optional<ReceiptDifference>> verify(
            Receipt receipt, Model model, Tensor input, Machine machine) {
        ReceiptOptions options = new ReceiptOptions(
                receipt.model().path(),
                receipt.input().path(),
                false,
                !receipt.trace().isEmpty(),
                receipt.step());
        return ModelRunner.open(machine, model).then(runner -> {
            Completion<Optional<ReceiptDifference>> result =
                    runner.receipt(input, options).map(replayed -> Receipts.compare(receipt, replayed));
            runner.close();
            return result;
        });
    }
}
