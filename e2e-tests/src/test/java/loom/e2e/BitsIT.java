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
