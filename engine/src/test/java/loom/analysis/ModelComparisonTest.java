package loom.analysis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import loom.analysis.ModelComparison.Change;
import loom.analysis.ModelComparison.Kind;
import loom.graph.Shape;
import loom.model.Activation;
import loom.model.Dense;
import loom.model.Layer;
import loom.model.LayerNorm;
import loom.model.Model;
import loom.model.Network;
import loom.model.Precision;
import loom.model.Sequential;
import loom.model.Softmax;
import loom.model.Tensor;
import org.junit.jupiter.api.Test;

class ModelComparisonTest {
    private static Model model(Layer... layers) {
        return Model.initialise(Network.of("m", Shape.of(3), layers), 4);
    }

    private static Model with(Model model, String name, float... values) {
        LinkedHashMap<String, Tensor> p = new LinkedHashMap<>(model.parameters());
        p.put(name, new Tensor(p.get(name).shape(), values));
        return model.withParameters(p);
    }

    private static final Model THREE = with(
            model(
                    new Dense(2, Activation.Simple.TANH, false),
                    new Sequential(List.of(new Dense(3, Activation.Simple.TANH))),
                    new Softmax()),
            "0.0.0.kernel",
            3,
            0,
            0,
            0,
            0,
            4);

    @Test
    void aModelIsLikeItself() {
        ModelComparison c = ModelComparison.of(THREE, THREE);
        assertThat(c.cosine()).isEqualTo(1);
        assertThat(c.layers()).extracting(Change::kind).containsOnly(Kind.SAME);
        assertThat(c.layers()).extracting(Change::path).containsExactly("0.0.0", "0.0.1", "0.0.1.0", "0.0.2");
    }

    /** (3, 4) beside (4, 3): cosine 24/25, difference √2 of a norm of 5. */
    @Test
    void cosineDistanceAndLargest() {
        Change c = ModelComparison.of(THREE, with(THREE, "0.0.0.kernel", 4, 0, 0, 0, 0, 3))
                .layers()
                .get(0);
        assertThat(c.kind()).isEqualTo(Kind.CHANGED);
        assertThat(c.cosine()).isCloseTo(24 / 25.0, within(1e-15));
        assertThat(c.distance()).isCloseTo(Math.sqrt(2) / 5, within(1e-15));
        assertThat(c.largest()).isEqualTo(1);
        Change zero = ModelComparison.of(THREE, with(THREE, "0.0.0.kernel", new float[6]))
                .layers()
                .get(0);
        assertThat(zero.cosine()).isZero();
        assertThat(ModelComparison.of(model(new Softmax()), model(new Softmax()))
                        .cosine())
                .isNaN();
    }

    @Test
    void anotherPrecisionIsAChange() {
        Model rounded = new Model(
                THREE.network().with(Precision.BF16, Set.of("0.0.0")),
                THREE.parameters(),
                THREE.seed(),
                THREE.metadata());
        assertThat(ModelComparison.of(THREE, rounded).layers())
                .extracting(Change::kind)
                .containsExactly(Kind.CHANGED, Kind.SAME, Kind.SAME, Kind.SAME);
    }

    @Test
    void kindsOfChanges() {
        Model other = model(
                new Dense(2, Activation.Simple.TANH),
                new Sequential(List.of(new LayerNorm())),
                new Softmax(),
                new Softmax());
        assertThat(ModelComparison.of(THREE, other).layers())
                .extracting(Change::kind)
                .containsExactly(Kind.RESHAPED, Kind.SAME, Kind.REPLACED, Kind.SAME, Kind.ADDED);
        assertThat(ModelComparison.of(other, THREE).layers())
                .extracting(Change::kind)
                .containsExactly(Kind.RESHAPED, Kind.SAME, Kind.REPLACED, Kind.SAME, Kind.REMOVED);
        Model relu = with(
                model(new Dense(2, Activation.Simple.RELU, false), new Softmax()), "0.0.0.kernel", 3, 0, 0, 0, 0, 4);
        assertThat(ModelComparison.of(THREE, relu).layers().get(0).kind()).isEqualTo(Kind.CHANGED);
    }

    @Test
    void findsWhatMoved() {
        Model a = model(new Dense(3, Activation.Simple.TANH), new Dense(3, Activation.Simple.TANH));
        Model b = model(new Softmax(), new Dense(3, Activation.Simple.TANH), new Dense(3, Activation.Simple.TANH));
        LinkedHashMap<String, Tensor> p = new LinkedHashMap<>(b.parameters());
        for (String name : List.of("kernel", "bias")) {
            p.put("0.0.1." + name, a.parameters().get("0.0.0." + name));
            p.put("0.0.2." + name, a.parameters().get("0.0.1." + name));
        }
        ModelComparison c = ModelComparison.of(a, b.withParameters(p));
        assertThat(c.layers())
                .extracting(Change::movedTo)
                .containsExactly(Optional.of("0.0.1"), Optional.of("0.0.2"), Optional.empty());
        assertThat(AnalysisJson.write(c)).contains("\"kind\": \"replaced\"", "\"moved_to\": \"0.0.1\"");
    }

    @Test
    void signature() {
        Signature s = Signature.of(THREE);
        Signature.LayerSignature l = s.layers().get(0);
        assertThat(l.elements()).isEqualTo(6);
        assertThat(l.zeros()).isEqualTo(4);
        assertThat(l.norm()).isEqualTo(5);
        assertThat(l.largest()).isEqualTo(4);
        assertThat(l.mean()).isCloseTo(7 / 6.0, within(1e-15));
        assertThat(l.deviation()).isCloseTo(Math.sqrt(25 / 6.0 - 49 / 36.0), within(1e-15));
        assertThat(l.digests()).containsOnlyKeys("kernel");
        assertThat(s.layers().get(3).elements()).isZero();
        assertThat(AnalysisJson.write(s)).contains("\"norm\": 5", s.digest());
    }
}
