import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * Makes one script of several files, as loom.js of those in src/main/js/page; run by the build. They share one scope, and only what they put into
 * {@code globalThis} leaves it. Of a module what it exports is there for the others; it may import nothing.
 *
 * <p>Arguments: output, then the files in their order.
 */
final class Join {
    private Join() {}

    public static void main(String[] args) throws IOException {
        StringBuilder script = new StringBuilder("'use strict';\n(() => {\n");
        for (String part : List.of(args).subList(1, args.length)) {
            String text = Files.readString(Path.of(part));
            script.append(part.endsWith(".mjs") ? text.replaceAll("(?m)^export ", "") : text)
                    .append('\n');
        }
        Path output = Path.of(args[0]);
        Files.createDirectories(output.getParent());
        Files.writeString(output, script.append("})();\n"));
    }
}
