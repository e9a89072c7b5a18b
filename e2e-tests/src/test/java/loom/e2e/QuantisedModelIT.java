package loom.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import loom.conformance.LayerCases;
import loom.format.ModelWriter;
import loom.graph.Shape;
import loom.graph.Words;
import loom.model.Activation;
import loom.model.Conv;
import loom.model.Dense;
import loom.model.Flatten;
import loom.model.Model;
import loom.model.Network;
import loom.model.Reshape;
import loom.numeric.WeightType;
import loom.quant.Quantisation;
import loom.quant.Quantiser;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Model files whose weights have fewer bits give the JVM's bits in the page. */
class QuantisedModelIT extends BrowserTest {
    private static final Model MODEL = LayerCases.model(Network.of(
            "narrow",
            Shape.of(20),
            new Dense(24, Activation.Simple.RELU),
            new Reshape(Shape.of(2, 12)),
            new Conv(1, 3, Words.of(3), Activation.Simple.LINEAR),
            new Flatten(),
            new Dense(5, Activation.Simple.LINEAR)));

    @ParameterizedTest
    @MethodSource("loom.e2e.Machines#all")
    void givesTheBitsOfTheJvm(String machine) {
        openApi();
        Map<String, String> files = new LinkedHashMap<>();
        Map<String, String> expected = new LinkedHashMap<>();
        float[] x = Models.input(40);
        for (WeightType type : WeightType.values()) {
            for (boolean zeros : new boolean[] {false, true}) {
                if (!zeros || type.hasZeroPoint()) {
                    Quantisation how = new Quantisation(type, Quantisation.usual(type), 8, zeros, List.of());
                    Quantiser.Result q = Quantiser.quantise(MODEL, how);
                    assertThat(q.packed()).hasSize(3);
                    String name = type.label() + (zeros ? " with zero points" : "");
                    files.put(name, ModelWriter.write(q.model(), q.packed()));
                    try (OnJvm jvm = new OnJvm(q.model())) {
                        expected.put(name, Bits.hex(jvm.run(x)));
                    }
                }
            }
        }
        assertThat(new LinkedHashMap<>(expected).values()).doesNotHaveDuplicates();
        Object found = evaluate("""
                const found = {};
                for (const [name, text] of Object.entries(given.files)) {
                    const model = await Loom.load(new Blob([text]), {backend: given.machine});
                    found[name] = hex(await model.run(floats(given.x)));
                    await model.close();
                }
                return found;
                """, Map.of("files", files, "machine", machine, "x", Bits.base64(x)));
        assertThat(found).isEqualTo(expected);
    }
}
