package loom.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.Optional;
import loom.graph.Words;
import loom.model.Declaration;
import loom.model.Declared;
import loom.model.Field;
import loom.model.FieldType;
import loom.model.FieldValues;
import loom.model.Registry;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Types of fields as they stand in files. */
class FieldReaderTest {
    private record Probe(Words sizes, Optional<Integer> limit, String note) implements Declared {
        static final Field<Probe, Words> SIZES =
                Field.optional("sizes", new FieldType.Wholes(1, 9, 2, 3), Words.of(1), Probe::sizes, "sizes");
        static final Field<Probe, Optional<Integer>> LIMIT =
                Field.maybe("limit", new FieldType.Whole(0, 5), Probe::limit, "limit");
        static final Field<Probe, String> NOTE = Field.optional("note", new FieldType.Text(), "", Probe::note, "note");
        static final Declaration<Probe> TYPE = Declaration.of(
                "probe", "probe", List.of(SIZES, LIMIT, NOTE), v -> new Probe(v.get(SIZES), v.get(LIMIT), v.get(NOTE)));
        static final Registry<Probe> ALL = new Registry<>("probe", List.of(TYPE));

        @Override
        public FieldValues fields() {
            return TYPE.valuesOf(this);
        }
    }

    private static Probe read(String text) {
        return FieldReader.variant(Probe.ALL, Cursor.parse("f", text));
    }

    @Test
    void values() {
        assertEquals(new Probe(Words.of(1), Optional.empty(), ""), read("\"probe\""));
        assertEquals(
                new Probe(Words.of(4), Optional.of(5), "two words"),
                read("{\"type\": \"probe\", \"sizes\": 4, \"limit\": 5, \"note\": \"two words\"}"));
        assertEquals(
                Words.of(2, 3, 4),
                read("{\"type\": \"probe\", \"sizes\": [2, 3, 4]}").sizes());
        assertThat(new Probe(Words.of(2, 3), Optional.of(0), "x").fields().text())
                .isEqualTo("probe(sizes=[2, 3], limit=0, note=\"x\")");
        assertThat(new Probe(Words.of(2), Optional.empty(), "").fields().text())
                .isEqualTo("probe(sizes=[2], limit=none, note=\"\")");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "sizes | 10 | f: $.sizes: expected a whole number from 1 to 9, found 10",
                "sizes | [1,2,3,4] | f: $.sizes: expected a whole number from 1 to 9 for all, or a list of 2 to 3, found a list of 4",
                "sizes | [] | f: $.sizes: expected a whole number from 1 to 9 for all, or a list of 2 to 3, found a list of 0",
                "sizes | [1,0] | f: $.sizes[1]: expected a whole number from 1 to 9, found 0",
                "limit | 6 | f: $.limit: expected a whole number from 0 to 5, found 6",
                "limit | null | f: $.limit: expected a whole number from 0 to 5, found null",
                "note | 1 | f: $.note: expected a text, found 1",
            })
    void errors(String key, String value, String message) {
        assertThatThrownBy(() -> read("{\"type\": \"probe\", \"" + key + "\": " + value + "}"))
                .isInstanceOf(ModelException.class)
                .hasMessage(message);
    }
}
