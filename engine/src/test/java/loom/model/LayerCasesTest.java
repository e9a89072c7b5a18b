package loom.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.LinkedHashSet;
import java.util.Set;
import java.util.stream.Stream;
import loom.conformance.LayerCases;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every layer of the conformance cases does what a layer must do, and every layer there is is among them. */
class LayerCasesTest {
    static Stream<LayerCases.Entry> entries() {
        return LayerCases.ALL.stream();
    }

    @ParameterizedTest
    @MethodSource("entries")
    void layer(LayerCases.Entry entry) {
        LayerCheck check = LayerCheck.of(entry);
        // Rounding has the derivative of what it rounds, which differences cannot see.
        boolean rounds =
                entry.network().allPlaces().stream().anyMatch(p -> p.options().precision() != Precision.F32);
        (rounds ? check.withoutDifferences() : check).run();
    }

    @Test
    void noLayerIsMissing() {
        Set<String> tried = new LinkedHashSet<>();
        for (LayerCases.Entry e : LayerCases.ALL) {
            e.network().allPlaces().forEach(p -> tried.add(p.layer().typeName()));
        }
        // Its operators have ONNX's own cases: NodeCasesTest.
        tried.add("onnx");
        assertThat(tried).containsExactlyInAnyOrderElementsOf(Layer.Types.ALL.names());
    }
}
