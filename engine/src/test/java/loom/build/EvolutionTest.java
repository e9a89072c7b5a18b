package loom.build;

import static loom.build.RecombineTest.refused;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.LinkedHashSet;
import java.util.List;
import loom.graph.Shape;
import loom.graph.ShapeException;
import loom.inspect.ModelDigest;
import loom.machine.reference.ReferenceMachine;
import loom.model.Model;
import loom.model.Network;
import loom.numeric.Philox;
import loom.train.Adam;
import loom.train.Dataset;
import loom.train.MeanSquaredError;
import loom.train.Sgd;
import loom.train.Training;
import org.junit.jupiter.api.Test;

class EvolutionTest {
    private static final Training TRAINING =
            Training.of(new MeanSquaredError(), new Adam(), 0.01f, 8).with(Training.EPOCHS, 4);

    /** {@code t = x₀·x₁} at 48 points. */
    private static Dataset product() {
        float[] x = new float[96];
        float[] t = new float[48];
        for (int i = 0; i < x.length; i++) {
            x[i] = 2 * Philox.uniform(3, i, 0, 0, 99) - 1;
        }
        for (int i = 0; i < t.length; i++) {
            t[i] = x[2 * i] * x[2 * i + 1];
        }
        return new Dataset(Shape.of(2), x, Shape.of(1), t);
    }

    @Test
    void drawnNetworksRunAndDiffer() {
        for (Shape input : List.of(Shape.of(5), Shape.of(4, 3), Shape.of(2, 6, 7), Shape.of(1, 1, 1))) {
            List<Network> networks = Architectures.of(input, 3, 30, 11);
            assertThat(new LinkedHashSet<>(networks)).hasSize(30);
            for (Network n : networks) {
                assertThat(n.output()).isEqualTo(Shape.of(3));
                assertThat(RecombineTest.run(Model.initialise(n, 1), new float[input.elements(1)]))
                        .hasSize(3);
            }
            assertThat(Architectures.of(input, 3, 30, 11)).isEqualTo(networks);
            assertThat(Architectures.of(input, 3, 30, 12)).isNotEqualTo(networks);
        }
    }

    @Test
    void changesAndCrossingsStayNetworks() {
        Dice dice = new Dice(1, 2);
        List<Genome> all = Architectures.genomes(Shape.of(4, 3), 2, 10, 5);
        Genome g = all.get(0);
        for (int i = 0; i < 300; i++) {
            g = g.mutated(dice).crossed(all.get(i % 10), dice);
            assertThat(g.genes().size()).isLessThanOrEqualTo(Genome.MOST);
            assertThat(g.network().output()).isEqualTo(Shape.of(2));
        }
    }

    @Test
    void theBestStayAndTheSeedDecides() {
        Evolution e = new Evolution(1, Evolution.Options.of(6, 4), TRAINING, product(), new ReferenceMachine());
        Evolution again = new Evolution(1, Evolution.Options.of(6, 4), TRAINING, product(), new ReferenceMachine());
        float before = Float.POSITIVE_INFINITY;
        for (int i = 0; i < 3; i++) {
            Evolution.Generation g = e.next().get();
            assertThat(g.number()).isEqualTo(i);
            assertThat(g.members()).hasSize(6);
            for (int m = 1; m < 6; m++) {
                assertThat(g.members().get(m).loss())
                        .isGreaterThanOrEqualTo(g.members().get(m - 1).loss());
            }
            assertThat(g.best().loss()).isLessThanOrEqualTo(before);
            before = g.best().loss();
            Evolution.Generation h = again.next().get();
            assertThat(h.members())
                    .extracting(m -> ModelDigest.of(m.model()))
                    .isEqualTo(g.members().stream()
                            .map(m -> ModelDigest.of(m.model()))
                            .toList());
        }
        assertThat(before).isLessThan(0.2f);
    }

    /** A training that leaves the numbers' domain is the worst there is, and no end of it all. */
    @Test
    void networksThatDivergeComeLast() {
        Training wild = Training.of(new MeanSquaredError(), new Sgd(), 1e6f, 8).with(Training.EPOCHS, 30);
        Evolution e = new Evolution(1, Evolution.Options.of(3, 4), wild, product(), new ReferenceMachine());
        assertThat(e.next().get().members().get(2).loss()).isEqualTo(Float.POSITIVE_INFINITY);
    }

    @Test
    void saysWhatCannotBe() {
        refused(
                () -> Evolution.Options.of(1, 1),
                "a population of 1 with 1 that stay, expected at least 2 and fewer that stay, at least 1");
        refused(
                () -> new Evolution.Options(4, 1, 0, 0.5f, 0.5f, 1),
                "expected a tournament of at least 1, mutation from 0 to 1 and validation between 0 and 1");
        refused(
                () -> new Evolution(
                        1, Evolution.Options.of(4, 1), TRAINING, product().part(0, 3), new ReferenceMachine()),
                "3 samples cannot be split into some to learn from and some to measure on");
        refused(
                () -> Architectures.of(Shape.of(1, 2, 3, 4), 1, 1, 1),
                "networks are drawn for vectors, sequences [steps, features] and images [channels, height, width],"
                        + " not for inputs of shape [1,2,3,4]");
        refused(() -> Architectures.of(Shape.of(2), 0, 1, 1), "0 outputs, expected at least 1");
        Evolution wrong = new Evolution(2, Evolution.Options.of(4, 1), TRAINING, product(), new ReferenceMachine());
        assertThatThrownBy(() -> wrong.next().get()).isInstanceOf(ShapeException.class);
    }
}
