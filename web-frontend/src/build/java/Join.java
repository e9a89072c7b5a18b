import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * Makes loom.js, the one script a page loads, of the files in src/main/js/page; run by the build. They share one scope, and only what they put into
 * {@code globalThis} leaves it.
 *
 * <p>Arguments: output, then the scripts in their order.
 */
final class Join {
    private Join() {}

    public static void main(String[] args) throws IOException {
        StringBuilder script = new StringBuilder("'use strict';\n(() => {\n");
        for (String part : List.of(args).subList(1, args.length)) {
            script.append(Files.readString(Path.of(part))).append('\n');
        }
        Path output = Path.of(args[0]);
        Files.createDirectories(output.getParent());
        Files.writeString(output, script.append("})();\n"));
    }
}
