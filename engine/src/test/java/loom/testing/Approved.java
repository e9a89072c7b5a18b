package loom.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import loom.format.ModelException;

/**
 * Files that say what the code does. After a change on purpose: run the test with {@code -Dloom.approve=true}, look at the difference, commit
 * it.
 */
public final class Approved {
    private Approved() {}

    public static void file(Path file, String text) throws IOException {
        if (Boolean.getBoolean("loom.approve")) {
            Files.writeString(file, text);
        }
        assertEquals(Files.readString(file), text);
    }

    /** The part of a page between two lines. */
    public static void part(Path page, String start, String end, String text) throws IOException {
        String all = Files.readString(page);
        file(page, all.substring(0, all.indexOf(start) + start.length()) + text + all.substring(all.indexOf(end)));
    }

    /** Each case fails with a {@link ModelException}; the file has a line for each, with its code and message. */
    public static void errors(Path file, Map<String, Runnable> cases) throws IOException {
        StringBuilder found = new StringBuilder();
        for (Map.Entry<String, Runnable> c : cases.entrySet()) {
            ModelException e = catchThrowableOfType(
                    ModelException.class, () -> c.getValue().run());
            assertThat(e).as(c.getKey()).isNotNull();
            found.append(c.getKey())
                    .append(" | ")
                    .append(e.code())
                    .append(" | ")
                    .append(e.getMessage())
                    .append('\n');
        }
        file(file, found.toString());
    }
}
