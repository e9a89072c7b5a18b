package loom.e2e;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The npm package in a program of TypeScript that esbuild made one file of, or several, on a host of static files. */
class BundlerIT extends BrowserTest {
    private static final String PAGE = """
            <!doctype html>
            <html lang="en"><meta charset="utf-8"><title>Bundled</title><link rel="icon" href="data:,">
            <script type="module" src="main.js"></script><output></output></html>
            """;

    @TempDir
    private Path folder;

    /** Training, in files that are fetched for it alone, shows that these are found beside the bundle, too. */
    private static String program(String importing) {
        return """
            import type {LoomModel} from '@dev-loom/loom';
            %s
            type Trained = (model: LoomModel) => Promise<string>;
            %s
            const model = await Loom.load('model.json');
            const {output} = await model.receipt(input(20));
            const digest = await (trained as Trained)(model);
            document.querySelector('output')!.textContent = [model.backend, model.why.includes('page'), output.digest, digest].join(' ');
            """.formatted(importing, ShortTraining.SCRIPT);
    }

    /** The bundle of a program, with the package's files beside it as its README tells. */
    private Path site(String importing, String... options) throws Exception {
        Optional<Esbuild> esbuild = Esbuild.unpack(folder);
        if (esbuild.isEmpty()) {
            System.out.println("not bundled: Maven Central has no esbuild for " + Esbuild.platform());
        }
        assumeTrue(esbuild.isPresent(), "no esbuild for " + Esbuild.platform());
        Node.install(folder);
        Files.writeString(folder.resolve("main.ts"), program(importing));
        List<String> arguments =
                new ArrayList<>(List.of("main.ts", "--bundle", "--format=esm", "--target=es2022", "--outdir=site"));
        arguments.addAll(List.of(options));
        esbuild.get().run(folder, arguments.toArray(new String[0]));
        Path site = folder.resolve("site");
        Files.writeString(site.resolve("index.html"), PAGE);
        Files.writeString(site.resolve(Models.FILE), Models.ACTIVATIONS);
        try (Stream<Path> files = Files.list(folder.resolve("node_modules/@dev-loom/loom"))) {
            for (Path file : files.toList()) {
                String name = file.getFileName().toString();
                if (name.endsWith(".js") || name.endsWith(".mjs") || name.endsWith(".wasm")) {
                    Files.copy(file, site.resolve(name));
                }
            }
        }
        return site;
    }

    private String answer(Path site) {
        try (StaticHost host = StaticHost.of(site)) {
            page().navigate(host.url());
            assertThat(page().locator("output")).not().isEmpty();
            return page().locator("output").textContent();
        }
    }

    private static String expected() {
        try (OnJvm jvm = OnJvm.of(Models.ACTIVATIONS)) {
            return "wasm false "
                    + jvm.receipt(Models.input(20)).output().digest().root() + " " + ShortTraining.digest();
        }
    }

    @Test
    void inOneFile() throws Exception {
        assertThat(answer(site("import {Loom} from '@dev-loom/loom';"))).isEqualTo(expected());
    }

    /** The package in a part of its own, fetched by an import that the program makes when it runs. */
    @Test
    void minifiedInParts() throws Exception {
        Path site = site("const {Loom} = await import('@dev-loom/loom');", "--minify", "--splitting");
        try (Stream<Path> files = Files.list(site)) {
            assertThat(files.filter(f -> f.getFileName().toString().matches("loom-[A-Z0-9]{8}\\.js")))
                    .hasSize(1);
        }
        assertThat(answer(site)).isEqualTo(expected());
    }
}
