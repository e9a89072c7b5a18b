package loom.web;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.commonmark.ext.gfm.tables.TablesExtension;
import org.commonmark.parser.Parser;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The build step that makes pages of the documents. */
class DocsTest {
    @TempDir
    Path folder;

    @BeforeEach
    void aRepository() throws Exception {
        Files.createDirectories(folder.resolve("docs"));
        write("ARCHITECTURE.md", "# The map\n\nSee [one](docs/one.md).\n");
        write("docs/README.md", "# Start\n\n* [One](one.md)\n* [Map](../ARCHITECTURE.md)\n");
        write(
                "docs/one.md",
                "# One & only\n\n## What `it` is, then?\n\n## What it is then\n\n[up](README.md) [there](#what-it-is-then)\n");
    }

    @Test
    void linksMenuAndAnchorsAreThere() throws Exception {
        assertThat(render()).isEmpty();
        assertThat(page("one.html"))
                .contains("<title>One &amp; only – Loom</title>")
                .contains("<li><a href=\"one.html\" aria-current=\"page\">One &amp; only</a></li>")
                .contains("<h2 id=\"what-it-is-then\">What <code>it</code> is, then?</h2>")
                .contains("<h2 id=\"what-it-is-then-1\">")
                .contains("<a href=\"index.html\">up</a>");
        assertThat(page("index.html")).contains("<a href=\"architecture.html\">Map</a>");
        assertThat(page("architecture.html")).contains("<a href=\"one.html\">one</a>");
    }

    @Test
    void aBrokenLinkOrAForgottenPageEndsTheBuild() throws Exception {
        write("docs/two.md", "# Two\n\n[a](nowhere.md) [b](one.md#no-such-part) ![c](none.svg)\n");
        assertThat(render())
                .contains("two.md shows none.svg, which is no file of docs")
                .contains("two.md links to nowhere.md, which is no page")
                .contains("two.md links to one.md#no-such-part, which has no such heading")
                .contains("README.md does not name two.md");
    }

    @Test
    void picturesComeAlong() throws Exception {
        write("docs/picture.svg", "<svg/>");
        write("docs/one.md", "# One\n\n| a |\n| - |\n| ![A picture](picture.svg) |\n");
        write("ARCHITECTURE.md", "# The map\n");
        assertThat(render()).isEmpty();
        assertThat(page("one.html")).contains("<img src=\"picture.svg\" alt=\"A picture\"");
        assertThat(page("picture.svg")).isEqualTo("<svg/>");
    }

    private void write(String file, String text) throws Exception {
        Files.writeString(folder.resolve(file), text);
    }

    private String page(String name) throws Exception {
        return Files.readString(folder.resolve("out").resolve(name));
    }

    private static Path place(Class<?> type) throws Exception {
        return Path.of(type.getProtectionDomain().getCodeSource().getLocation().toURI());
    }

    /** What the step complains about. */
    private String render() throws Exception {
        Process build = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        place(Parser.class) + File.pathSeparator + place(TablesExtension.class),
                        "src/build/java/Docs.java",
                        folder.toString(),
                        folder.resolve("out").toString())
                .redirectErrorStream(true)
                .start();
        String said = new String(build.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(build.waitFor() == 0).as(said).isEqualTo(said.isEmpty());
        return said;
    }
}
