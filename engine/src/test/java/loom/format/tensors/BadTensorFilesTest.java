package loom.format.tensors;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import loom.testing.Approved;
import org.junit.jupiter.api.Test;

/** Malformed files, made here, and the exact error of each, in a file of its own. */
class BadTensorFilesTest {
    private static final Path ERRORS = Path.of("src/test/resources/bad-tensors.txt");

    @Test
    void eachGivesItsError() throws IOException {
        LinkedHashMap<String, Runnable> cases = new LinkedHashMap<>();
        new BadSafetensors().into(cases);
        new BadNumpy().into(cases);
        assertThat(cases).hasSizeGreaterThanOrEqualTo(110);
        Approved.errors(ERRORS, cases);
    }
}
