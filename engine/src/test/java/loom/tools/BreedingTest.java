package loom.tools;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.List;
import loom.analysis.AnalysisException;
import loom.build.BuildException;
import loom.format.Cursor;
import loom.format.ModelException;
import loom.format.ModelReader;
import loom.machine.reference.ReferenceMachine;
import org.junit.jupiter.api.Test;

class BreedingTest {
    /** Exactly one of two numbers is above 0. */
    private static final float[] INPUTS = new float[2 * 64];

    private static final float[] LABELS = new float[64];

    static {
        for (int i = 0; i < LABELS.length; i++) {
            INPUTS[2 * i] = (i * 37 % 64 - 31.5f) / 32;
            INPUTS[2 * i + 1] = (i * 11 % 64 - 31.5f) / 32;
            LABELS[i] = INPUTS[2 * i] > 0 != INPUTS[2 * i + 1] > 0 ? 1 : 0;
        }
    }

    private static Breeding breeding(String more, float... labels) {
        String request = "{\"input\": [2], \"outputs\": 2, \"labels\": true, " + more
                + "\"training\": {\"loss\": {\"type\": \"cross_entropy\", \"labels\": true}, \"epochs\": 3,"
                + " \"schedule\": {\"type\": \"constant\", \"rate\": 0.1}}}";
        return Breeding.of(request.getBytes(StandardCharsets.UTF_8), INPUTS, labels, new ReferenceMachine());
    }

    @Test
    void generationsAreRankedAndRepeat() {
        Breeding b = breeding("\"population\": 4, \"seed\": 3, ", LABELS);
        String first = b.next().get();
        Cursor second = Cursor.parse("g", b.next().get());
        assertThat(second.member("number").whole(0, 9)).isEqualTo(1);
        List<Cursor> members = second.member("members").elements();
        assertThat(members).hasSize(4);
        float before = 0;
        for (Cursor m : members) {
            float loss = m.member("loss").real();
            assertThat(loss).isGreaterThanOrEqualTo(before);
            before = loss;
        }
        assertThat(ModelReader.load(second.member("best"), "").model().network().input())
                .hasToString("[2]");
        assertThat(breeding("\"population\": 4, \"seed\": 3, ", LABELS).next().get())
                .isEqualTo(first);
    }

    @Test
    void saysWhatIsWrong() {
        assertThatThrownBy(() -> breeding("", 1, 0, 1))
                .isInstanceOf(AnalysisException.class)
                .hasMessageContaining("are not the same number of samples");
        assertThatThrownBy(() -> breeding("\"population\": 1, ", LABELS)).isInstanceOf(BuildException.class);
        assertThatThrownBy(() -> breeding("\"population\": \"many\", ", LABELS)).isInstanceOf(ModelException.class);
    }
}
