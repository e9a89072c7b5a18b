package loom.format.tensors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import loom.format.ModelException;
import org.junit.jupiter.api.Test;

/** Malformed files, made here, and the exact error of each, in a file of its own. */
class BadTensorFilesTest {
    private static final Path ERRORS = Path.of("src/test/resources/bad-tensors.txt");

    @Test
    void eachGivesItsError() throws IOException {
        LinkedHashMap<String, BadTensorFiles.Read> cases = new LinkedHashMap<>();
        new BadSafetensors().into(cases);
        new BadNumpy().into(cases);
        assertThat(cases).hasSizeGreaterThanOrEqualTo(110);
        StringBuilder found = new StringBuilder();
        for (Map.Entry<String, BadTensorFiles.Read> c : cases.entrySet()) {
            ModelException e = catchThrowableOfType(
                    ModelException.class, () -> c.getValue().read());
            assertThat(e).as(c.getKey()).isNotNull();
            found.append(c.getKey())
                    .append(" | ")
                    .append(e.code())
                    .append(" | ")
                    .append(e.getMessage())
                    .append('\n');
        }
        if (Boolean.getBoolean("loom.approve")) {
            Files.writeString(ERRORS, found);
        }
        assertThat(found.toString()).isEqualTo(Files.readString(ERRORS, StandardCharsets.UTF_8));
    }
}
