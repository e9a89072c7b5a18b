package loom.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** loom.d.ts by TypeScript's own compiler, beside what is there at run time, and as docs/api.md. */
class TypesIT extends BrowserTest {
    private static final Path DOC = Path.of("..", "docs", "api.md");

    private static final Path API =
            Path.of("..", "web-frontend", "src", "main", "resources", "META-INF", "resources", "loom", "loom-api.js");

    private static final String HEAD = """
            # The API, member by member

            Written from `loom.d.ts` by `TypesIT` (`./loom test` compares it; `-Dloom.approve=true` writes it anew). How the parts work together:
            [page-api.md](page-api.md).
            """;

    /** Between loom.js and its classes. */
    private static final Map<String, List<String>> INTERNAL = Map.of("LoomModel", List.of("attach", "leave"));

    @TempDir
    static Path folder;

    @BeforeAll
    static void unpackTheCompiler() throws Exception {
        Node.install(folder);
        URI lib = TypesIT.class
                .getResource("/META-INF/resources/webjars/typescript/5.9.3/lib/tsc.js")
                .toURI();
        try (FileSystem jar = FileSystems.newFileSystem(lib, Map.of());
                Stream<Path> files = Files.list(Path.of(lib).getParent())) {
            assertThat(jar.isOpen()).isTrue();
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                Files.copy(file, folder.resolve(file.getFileName().toString()));
            }
        }
        for (String file : List.of("members.cjs", "usage.ts")) {
            Files.write(folder.resolve(file), Resources.bytes("types/" + file));
        }
    }

    @Test
    void theCompilerTakesTheExampleAndEveryUse() throws Exception {
        String example = "META-INF/resources/examples/vite/";
        Files.write(folder.resolve("main.ts"), Resources.bytes(example + "src/main.ts"));
        String settings = new String(Resources.bytes(example + "tsconfig.json"), StandardCharsets.UTF_8);
        Files.writeString(
                folder.resolve("tsconfig.json"),
                settings.replace("[\"src\"]", "[\"main.ts\", \"usage.ts\"]")
                        .replace("\"ES2022\", \"DOM\"", "\"ES2022\", \"ESNext.Disposable\", \"DOM\""));
        assertThat(Node.run(folder, "tsc.js", "-p", ".")).isEmpty();
    }

    @Test
    void everyMemberIsThereAndNoOther() throws Exception {
        Map<String, TreeSet<String>> declared = new TreeMap<>();
        JsonObject members = described().getAsJsonObject("members");
        for (String type : List.of(
                "Loom",
                "LoomModel",
                "LoomTextModel",
                "LoomTraining",
                "LoomAnalysis",
                "LoomPipeline",
                "LoomError",
                "LoomModelElement")) {
            TreeSet<String> names = new TreeSet<>();
            for (JsonElement name : members.getAsJsonArray(type)) {
                names.add(name.getAsString());
            }
            declared.put(type, names);
        }

        Map<String, String> files = new TreeMap<>();
        TextFiles.llama()
                .files()
                .forEach((name, bytes) -> files.put(name, Base64.getEncoder().encodeToString(bytes)));
        openApi();
        Map<?, ?> found = (Map<?, ?>) evaluate("""
                const model = await Loom.load(new Blob([given.model]));
                const run = await model.train({data: {inputs: new Float32Array(20), labels: [1]},
                    training: {loss: {type: 'cross_entropy', labels: true}, schedule: {type: 'constant', rate: 0.1}}});
                await run.finished;
                const files = Object.entries(given.files)
                    .map(([name, base64]) => new File([Uint8Array.from(atob(base64), (c) => c.charCodeAt(0))], name));
                const text = await Loom.load(files);
                if ((await Loom.memory()).models.length !== 2) {
                    throw new Error('two models are open');
                }
                const all = (object) => [...Object.keys(object), ...Object.getOwnPropertyNames(Object.getPrototypeOf(object))]
                    .filter((name) => name !== 'constructor');
                const pipeline = await (await Loom.analysis()).pipeline(model);
                const element = document.createElement('loom-model');
                const found = {
                    Loom: Object.keys(Loom),
                    LoomModel: all(model),
                    LoomTextModel: all(text),
                    LoomTraining: all(run),
                    LoomAnalysis: all(await Loom.analysis()),
                    LoomPipeline: all(pipeline),
                    LoomError: Object.keys(new LoomError({code: 'CONFIG', message: ''})).filter((name) => name !== 'name'),
                    LoomModelElement: all(element).filter((name) => !/Callback$/.test(name)),
                };
                await pipeline.close();
                await run.close();
                await text.close();
                await model.close();
                return found;
                """, Map.of("model", Models.ACTIVATIONS, "files", files));

        for (Map.Entry<String, TreeSet<String>> type : declared.entrySet()) {
            TreeSet<String> names = new TreeSet<>();
            ((List<?>) found.get(type.getKey())).forEach(name -> names.add((String) name));
            names.removeAll(INTERNAL.getOrDefault(type.getKey(), List.of()));
            assertThat(type.getValue()).as(type.getKey()).isEqualTo(names);
        }
    }

    @Test
    void theDocumentIsWhatTheDeclarationsSay() throws Exception {
        String text = HEAD + described().get("markdown").getAsString();
        if (Boolean.getBoolean("loom.approve")) {
            Files.writeString(DOC, text);
        }
        assertThat(Files.readString(DOC)).isEqualTo(text);
    }

    /** What {@code Loom.describe()} says of the API itself. */
    @Test
    void pagesAreToldTheSame() throws Exception {
        StringBuilder text = new StringBuilder(
                "// Written from loom.d.ts by TypesIT (-Dloom.approve=true writes it anew): members of the API, for Loom.describe().\n");
        text.append("globalThis.LoomApi = [\n");
        for (JsonElement member : described().getAsJsonArray("api")) {
            text.append("    ").append(member).append(",\n");
        }
        text.append("];\n");
        if (Boolean.getBoolean("loom.approve")) {
            Files.writeString(API, text);
        }
        assertThat(Files.readString(API)).isEqualTo(text.toString());
        openApi();
        assertThat(evaluate("""
                const {api, layer} = await Loom.describe();
                const load = api.find(({name}) => name === 'LoomModel.save');
                return [load.signature, load.doc, layer.some(({name}) => name === 'dense')];
                """, null))
                .isEqualTo(List.of("save(): Promise<Blob>", "The model as a model.json file.", true));
    }

    private static JsonObject described() throws IOException, InterruptedException {
        String types = folder.resolve("node_modules/@dev-loom/loom/loom.d.ts").toString();
        return JsonParser.parseString(Node.run(
                        folder, "members.cjs", folder.resolve("typescript.js").toString(), types))
                .getAsJsonObject();
    }
}
