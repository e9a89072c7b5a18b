package loom.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import loom.format.ModelException;
import loom.format.ModelReader;
import loom.inspect.Receipt;
import loom.inspect.ReceiptJson;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every machine of the browser gives the JVM's bits, and the same receipts. */
class BitsIT extends BrowserTest {
    private static final int BATCH = 250;
    private static final int SINGLES = 20;

    @ParameterizedTest
    @MethodSource("loom.e2e.Machines#all")
    void onTheModelsOfTheGoEngine(String machine) {
        openApi();
        Map<String, Object> inputs = new LinkedHashMap<>();
        Golden.all().forEach(g -> inputs.put(g.name(), Bits.base64(g.input())));

        Map<?, ?> found =
                (Map<?, ?>) evaluate("""
                const found = {};
                for (const {name, model: file} of JSON.parse(given.golden).cases) {
                    try {
                        const text = typeof file === 'string' ? file : JSON.stringify(file);
                        const model = await Loom.load(new Blob([text]), {backend: given.machine});
                        const x = floats(given.inputs[name]);
                        found[name] = [hex(await model.run(x)), JSON.stringify(await model.receipt(x))];
                        await model.close();
                    } catch (error) {
                        found[name] = [error.message];
                    }
                }
                return found;
                """, Map.of("golden", Golden.FILE, "machine", machine, "inputs", inputs));

        int ran = 0;
        for (Golden g : Golden.all()) {
            List<?> answer = (List<?>) found.get(g.name());
            try (OnJvm jvm = new OnJvm(ModelReader.load(g.model(), "").model())) {
                assertThat(answer.get(0)).as(g.name()).isEqualTo(Bits.hex(jvm.run(g.input())));
                Receipt receipt = ReceiptJson.read("receipt", (String) answer.get(1));
                assertThat(receipt.machine()).as(g.name()).isEqualTo(machine);
                assertThat(receipt.withoutMachine()).as(g.name()).isEqualTo(jvm.receipt(g.input()));
                ran++;
            } catch (ModelException e) {
                assertThat(answer.get(0)).as("refusal of " + g.name()).isEqualTo(e.problem());
            }
        }
        assertThat(ran).as("models that ran").isGreaterThanOrEqualTo(7);
    }

    /** Values that the door leaves alone, and such that it rounds: on WebGPU they take two ways. */
    @ParameterizedTest
    @MethodSource("loom.e2e.Machines#all")
    void onValuesAtTheDoor(String machine) {
        openApi();
        float[] plain = Models.input(60);
        plain[0] = 0x1p-37f;
        plain[1] = -0x1.000002p-37f;
        plain[2] = 0;
        float[] rounded = plain.clone();
        float[] small = {-0f, 0x1.8p-60f, -0x1.7ffffep-38f, 1e-30f, Float.MIN_VALUE, -0x1p-61f};
        System.arraycopy(small, 0, rounded, 3, small.length);

        List<?> found = (List<?>) evaluate(
                """
                const model = await Loom.load(new Blob([given.file]), {backend: given.machine});
                const outputs = [];
                for (const x of [given.plain, given.rounded, given.plain].map(floats)) {
                    const before = hex(x);
                    outputs.push(hex(await model.run(x)), before === hex(x) ? 'unchanged' : 'changed');
                }
                const x = floats(given.plain);
                x[59] = -(2 ** 51);
                outputs.push(await model.run(x).catch((error) => error.message));
                return outputs;
                """,
                Map.of(
                        "file",
                        Models.ACTIVATIONS,
                        "machine",
                        machine,
                        "plain",
                        Bits.base64(plain),
                        "rounded",
                        Bits.base64(rounded)));

        try (OnJvm jvm = OnJvm.of(Models.ACTIVATIONS)) {
            String ofPlain = Bits.hex(jvm.run(plain));
            String ofRounded = Bits.hex(jvm.run(rounded));
            assertThat(ofRounded).isNotEqualTo(ofPlain);
            assertThat(found.subList(0, 6))
                    .isEqualTo(List.of(ofPlain, "unchanged", ofRounded, "unchanged", ofPlain, "unchanged"));
            assertThat((String) found.get(6)).contains("element 59 is too large");
        }
    }

    @ParameterizedTest
    @MethodSource("loom.e2e.Machines#all")
    void onDigits(String machine) {
        openApi();
        float[] x = Digits.of(0, BATCH);

        List<?> found = (List<?>) evaluate(
                """
                const model = await Loom.load(new Blob([given.file]), {backend: given.machine});
                const x = floats(given.x);
                const batch = await model.run(x);
                const singles = [];
                for (let i = 0; i < given.singles; i++) {
                    singles.push(hex(await model.run(x.slice(784 * i, 784 * (i + 1)))));
                }
                const receipt = JSON.stringify(await model.receipt(x));
                await model.close();
                return [hex(batch), singles.join(''), receipt];
                """, Map.of("file", Digits.MODEL, "machine", machine, "x", Bits.base64(x), "singles", SINGLES));

        try (OnJvm jvm = OnJvm.of(Digits.MODEL)) {
            String expected = Bits.hex(jvm.run(x));
            assertThat(found.get(0)).isEqualTo(expected);
            assertThat(found.get(1)).as("one by one").isEqualTo(expected.substring(0, 8 * 10 * SINGLES));
            assertThat(ReceiptJson.read("receipt", (String) found.get(2)).withoutMachine())
                    .isEqualTo(jvm.receipt(x));
        }
    }
}
