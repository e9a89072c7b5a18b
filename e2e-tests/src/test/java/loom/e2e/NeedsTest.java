package loom.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** docs/needs.md names tests; they exist. */
class NeedsTest {
    private static final Pattern NAMED = Pattern.compile("`(\\w+(?:IT|Test))(?:\\.(\\w+))?`");

    @Test
    void everyTestThatIsNamedExists() throws IOException {
        Matcher named = NAMED.matcher(Files.readString(Path.of("..", "docs", "needs.md")));
        List<String> missing = new ArrayList<>();
        int count = 0;
        while (named.find()) {
            String text = source(named.group(1));
            if (text.isEmpty() || (named.group(2) != null && !text.contains("void " + named.group(2) + "("))) {
                missing.add(named.group());
            }
            count++;
        }
        assertThat(missing).isEmpty();
        assertThat(count).isGreaterThan(15);
    }

    private static String source(String test) throws IOException {
        for (String module : List.of("engine", "wgsl-shaders", "web-frontend", "server", "e2e-tests")) {
            try (Stream<Path> files = Files.walk(Path.of("..", module, "src", "test", "java"))) {
                for (Path file : files.toList()) {
                    if (file.endsWith(test + ".java")) {
                        return Files.readString(file);
                    }
                }
            }
        }
        return "";
    }
}
