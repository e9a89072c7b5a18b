package loom.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import loom.format.ModelException;
import loom.graph.Shape;
import loom.inspect.ModelDigest;
import loom.inspect.Receipt;
import loom.inspect.ReceiptDifference;
import loom.inspect.ReceiptJson;
import loom.inspect.ReceiptOptions;
import loom.inspect.Receipts;
import loom.machine.reference.ReferenceMachine;
import loom.model.Activation;
import loom.model.Attention;
import loom.model.Bands;
import loom.model.Dense;
import loom.model.Model;
import loom.model.Network;
import loom.model.Sequential;
import loom.model.Softmax;
import loom.model.Tensor;
import org.junit.jupiter.api.Test;

class ReceiptTest {
    private static final Model MODEL = Model.initialise(
            Network.of(
                    "m",
                    Shape.of(5),
                    new Dense(1500, Activation.Simple.TANH),
                    new Sequential(List.of(new Dense(4, Activation.Simple.GELU), new Softmax()))),
            7);
    private static final Tensor INPUT = new Tensor(Shape.of(5), new float[] {1, -2, 0.5f, 0.25f, 3});

    private static Receipt receipt(Model model, Tensor input, ReceiptOptions options) {
        ModelRunner r = ModelRunner.open(new ReferenceMachine(), model).get();
        Receipt receipt = r.receipt(input, options).get();
        r.close();
        return receipt;
    }

    private static Optional<ReceiptDifference> verify(Receipt receipt, Model model, Tensor input) {
        return Verification.verify(receipt, model, input, new ReferenceMachine())
                .get();
    }

    /** The model with one number changed. */
    private static Model changed(String parameter, int index) {
        LinkedHashMap<String, Tensor> p = new LinkedHashMap<>(MODEL.parameters());
        float[] values = p.get(parameter).values().clone();
        values[index] += 0.25f;
        p.put(parameter, new Tensor(p.get(parameter).shape(), values));
        return MODEL.withParameters(p);
    }

    @Test
    void holdsEveryLayersOutput() {
        Receipt r = receipt(MODEL, INPUT, new ReceiptOptions("m.json", "x.json", false, false));
        assertEquals("reference", r.machine());
        assertEquals("m.json", r.model().path());
        assertEquals(ModelDigest.of(MODEL), r.model().digest());
        assertThat(r.nodes())
                .extracting(Receipt.Entry::name)
                .containsExactly(
                        "cell 0,0 layer 0 dense",
                        "cell 0,0 layer 1 sequential, layer 0 dense",
                        "cell 0,0 layer 1 sequential, layer 1 softmax",
                        "cell 0,0 layer 1 sequential");
        assertEquals(Shape.of(1, 1500), r.nodes().get(0).shape());
        assertEquals(2, r.nodes().get(0).digest().chunks().size());
        assertEquals(r.output().digest(), r.nodes().get(3).digest());
        assertThat(r.trace()).isEmpty();
    }

    @Test
    void aReplayAgrees() {
        Receipt plain = receipt(MODEL, INPUT, ReceiptOptions.PLAIN);
        assertEquals(Optional.empty(), verify(plain, MODEL, INPUT));
        Receipt traced = receipt(MODEL, INPUT, new ReceiptOptions("", "", false, true));
        assertEquals(Optional.empty(), verify(traced, MODEL, INPUT));
        assertEquals(plain.nodes(), traced.nodes());
        assertEquals(plain.program(), traced.program());
        assertThat(traced.trace()).extracting(Receipt.Traced::operation).contains("MatMul", "add", "tanh", "div");
    }

    @Test
    void readsWhatItWrites() {
        for (ReceiptOptions o : List.of(
                ReceiptOptions.PLAIN,
                new ReceiptOptions("a/m.json", "x \"1\".json", true, false),
                new ReceiptOptions("m", "x", true, true),
                new ReceiptOptions("m", "x", false, false, 7))) {
            Receipt r = receipt(MODEL, INPUT, o);
            String text = ReceiptJson.write(r);
            Receipt read = ReceiptJson.read("r.json", text);
            assertEquals(text, ReceiptJson.write(read));
            assertEquals(r.nodes(), read.nodes());
            assertEquals(
                    o.embed() ? Optional.of(MODEL) : Optional.empty(),
                    read.model().embedded());
            assertEquals(Optional.empty(), verify(read, MODEL, INPUT));
        }
    }

    @Test
    void anotherModelOrInputIsNamed() {
        Receipt r = receipt(MODEL, INPUT, ReceiptOptions.PLAIN);
        assertEquals(
                "model",
                verify(r, changed("0.0.1.0.bias", 2), INPUT).orElseThrow().what());
        Tensor other = new Tensor(Shape.of(5), new float[] {1, -2, 0.5f, 0.25f, 4});
        assertEquals("input", verify(r, MODEL, other).orElseThrow().what());
    }

    @Test
    void theStepOfRandomNumbersIsKept() {
        Receipt r = receipt(MODEL, INPUT, new ReceiptOptions("m", "x", false, false, 7));
        assertThat(ReceiptJson.write(r)).contains("\"step\": 7");
        assertThat(verify(r, MODEL, INPUT)).isEmpty();
        assertThat(Receipts.compare(r, receipt(MODEL, INPUT, new ReceiptOptions("m", "x", false, false)))
                        .orElseThrow()
                        .message())
                .isEqualTo("step differs: the receipt says 7, the replay 0");
    }

    /** As if a machine had computed with one wrong bit, which every other part of the receipt hides. */
    @Test
    void theFirstLayerAndChunkThatDifferAreNamed() {
        Receipt wrong = receipt(changed("0.0.0.bias", 1100), INPUT, ReceiptOptions.PLAIN);
        Receipt good = receipt(MODEL, INPUT, ReceiptOptions.PLAIN);
        Receipt forged = new Receipt(
                wrong.engine(),
                wrong.machine(),
                wrong.adapter(),
                good.model(),
                good.input(),
                1,
                0,
                good.program(),
                wrong.nodes(),
                wrong.output(),
                List.of());
        ReceiptDifference d = verify(forged, MODEL, INPUT).orElseThrow();
        assertEquals("cell 0,0 layer 0 dense", d.what());
        assertEquals(1, d.chunk());
        assertThat(d.element()).isEmpty();
        assertEquals("cell 0,0 layer 0 dense differs first in chunk 1 (elements 1024 and up)", d.message());
    }

    @Test
    void aTraceNamesTheElementAndItsBits() {
        ReceiptOptions trace = new ReceiptOptions("", "", false, true);
        Receipt wrong = receipt(changed("0.0.0.bias", 1100), INPUT, trace);
        Receipt good = receipt(MODEL, INPUT, trace);
        Receipt forged = new Receipt(
                wrong.engine(),
                wrong.machine(),
                wrong.adapter(),
                good.model(),
                good.input(),
                1,
                0,
                good.program(),
                wrong.nodes(),
                wrong.output(),
                wrong.trace());
        ReceiptDifference d = verify(forged, MODEL, INPUT).orElseThrow();
        ReceiptDifference.Element e = d.element().orElseThrow();
        assertEquals(1100, e.index());
        assertNotEquals(e.recordedBits(), e.replayedBits());
        assertThat(d.message())
                .contains("(cell 0,0 layer 0 dense, Broadcast) element 1100: the receipt has 0x3e800000 = 0.25,");
    }

    @Test
    void anAlteredDigestIsFound() {
        String text = ReceiptJson.write(receipt(MODEL, INPUT, ReceiptOptions.PLAIN));
        int at = text.indexOf("\"digest\"", text.indexOf("softmax")) + "\"digest\": \"".length();
        String altered = text.substring(0, at) + (text.charAt(at) == '0' ? '1' : '0') + text.substring(at + 1);
        ReceiptDifference d =
                verify(ReceiptJson.read("r.json", altered), MODEL, INPUT).orElseThrow();
        assertEquals("cell 0,0 layer 1 sequential, layer 1 softmax", d.what());
        assertThat(d.message()).contains("the receipt was altered");
    }

    @Test
    void badReceiptsAreRefused() {
        String text = ReceiptJson.write(receipt(MODEL, INPUT, ReceiptOptions.PLAIN));
        assertThat(assertThrows(
                        ModelException.class,
                        () -> ReceiptJson.read("r.json", text.replace("\"batch\": 1", "\"batch\": 0"))))
                .hasMessage("r.json: $.batch: expected a whole number from 1 to 2147483647, found 0");
        assertThat(assertThrows(
                        ModelException.class, () -> ReceiptJson.read("r.json", text.replace("loom-receipt", "loom"))))
                .hasMessage("r.json: $.format: expected \"loom-receipt\", found \"loom\"");
        assertThat(assertThrows(
                        ModelException.class, () -> ReceiptJson.read("r.json", text.replace("[1, 1500]", "[1, 900]"))))
                .hasMessage("r.json: $.nodes[0].chunks: expected a list of 1, found a list of 2");
    }

    @Test
    void attentionInBandsHasTheValuesAndTheTraceOfAllScoresAtOnce() {
        Model model =
                Model.initialise(Network.of("a", Shape.of(5, 4), Attention.of(2).causal()), 7);
        float[] x = new float[40];
        for (int i = 0; i < x.length; i++) {
            x[i] = i * 0.25f % 3 - 1;
        }
        List<Receipt> receipts = new ArrayList<>();
        for (Bands bands : List.of(Bands.NONE, new Bands(20))) {
            ModelRunner r =
                    ModelRunner.open(new ReferenceMachine(), "", model, bands).get();
            receipts.add(
                    r.receipt(x, 2, new ReceiptOptions("", "", false, true)).get());
            r.close();
        }
        Receipt whole = receipts.get(0);
        Receipt banded = receipts.get(1);
        assertNotEquals(whole.program(), banded.program());
        assertThat(Receipts.compare(whole, banded)).isEmpty();
        assertThat(banded.nodes()).isEqualTo(whole.nodes());
        assertThat(banded.trace()).usingRecursiveComparison().isEqualTo(whole.trace());
        assertThat(banded.trace())
                .filteredOn(t -> t.operation().equals("div"))
                .extracting(t -> t.entry().shape())
                .containsExactly(Shape.of(2, 2, 1, 5, 5));
    }
}
