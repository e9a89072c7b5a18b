package loom.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Method;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import loom.format.Cursor;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;

/** api/openapi.json says what the endpoint does. */
class OpenApiTest {
    private static final HttpClient CLIENT = HttpClient.newHttpClient();
    private static LoomServer.Running server;
    private static Cursor api;

    @BeforeAll
    static void start() throws Exception {
        server = LoomServer.start(0, false);
        HttpResponse<String> file = ask("GET", "/api/openapi.json", "");
        assertThat(file.statusCode()).isEqualTo(200);
        api = Cursor.parse("openapi.json", file.body());
    }

    @AfterAll
    static void stop() {
        server.close();
        CLIENT.close();
    }

    private static HttpResponse<String> ask(String method, String path, String body) throws Exception {
        HttpRequest request = HttpRequest.newBuilder(URI.create(server.url() + path))
                .header("Content-Type", "application/json")
                .method(method, BodyPublishers.ofString(body))
                .build();
        return CLIENT.send(request, BodyHandlers.ofString());
    }

    @Test
    void namesEveryPathOfTheController() {
        TreeSet<String> there = new TreeSet<>();
        for (Method method : NativeController.class.getDeclaredMethods()) {
            GetMapping get = method.getAnnotation(GetMapping.class);
            PostMapping post = method.getAnnotation(PostMapping.class);
            if (get != null) {
                List.of(get.path()).forEach(path -> there.add("get " + path));
            }
            if (post != null) {
                List.of(post.path()).forEach(path -> there.add("post " + path));
            }
        }
        TreeSet<String> described = new TreeSet<>();
        Cursor paths = api.member("paths");
        for (String path : paths.keys()) {
            for (String method : paths.member(path).keys()) {
                described.add(method + " " + path);
            }
        }
        assertThat(described).isEqualTo(there).hasSize(3);
    }

    @Test
    void namesEveryRefusalWithItsStatus() {
        Map<String, String> there = new TreeMap<>();
        for (NativeException.Code code : NativeException.Code.values()) {
            String status = "" + new NativeException(code, "", "").status();
            there.merge(status, code.name(), (a, b) -> a + ", " + b);
        }
        Map<String, String> described = new TreeMap<>();
        Cursor responses = run().member("responses");
        for (String status : responses.keys()) {
            String words = responses.member(status).member("description").string();
            if (words.contains(":")) {
                described.put(status, words.substring(0, words.indexOf(':')));
            }
        }
        assertThat(described).isEqualTo(there);

        List<String> codes = new ArrayList<>();
        for (NativeException.Code code : NativeException.Code.values()) {
            codes.add(code.name());
        }
        Cursor refusal = schema("Refusal").member("properties");
        assertThat(strings(refusal.member("code").member("enum"))).isEqualTo(codes);
        assertThat(strings(schema("Run").member("properties").member("machine").member("enum")))
                .isEqualTo(Machines.labels());
    }

    @Test
    void itsExampleRuns() throws Exception {
        String example = example();
        HttpResponse<String> answer = ask("POST", "/api/native/run", example);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        assertThat(Cursor.parse("answer", answer.body()).keys())
                .containsExactlyInAnyOrderElementsOf(strings(schema("Answer").member("required")));

        HttpResponse<String> refused = ask("POST", "/api/native/run", example.replace("dense", "danse"));
        assertThat(refused.statusCode()).isEqualTo(422);
        assertThat(Cursor.parse("answer", refused.body()).keys())
                .containsExactlyInAnyOrderElementsOf(strings(schema("Refusal").member("required")));
    }

    @Test
    void answersComeCompressedToWhoTakesThat() throws Exception {
        HttpRequest request = HttpRequest.newBuilder(URI.create(server.url() + "/api/native/run"))
                .header("Content-Type", "application/json")
                .header("Accept-Encoding", "gzip")
                .POST(BodyPublishers.ofString(example()))
                .build();
        assertThat(CLIENT.send(request, BodyHandlers.ofString()).headers().firstValue("Content-Encoding"))
                .hasValue("gzip");
    }

    @Test
    void simpleQuestionsAreAnsweredAsDescribed() throws Exception {
        for (String path : List.of("/api/native", "/api/health")) {
            HttpResponse<String> answer = ask("GET", path, "");
            Cursor schema = api.member("paths")
                    .member(path)
                    .member("get")
                    .member("responses")
                    .member("200")
                    .member("content")
                    .member("application/json")
                    .member("schema");
            assertThat(Cursor.parse("answer", answer.body()).keys())
                    .as(path)
                    .containsExactlyInAnyOrderElementsOf(strings(schema.member("required")));
        }
        assertThat(ask("GET", "/api/health", "").body()).contains("\"status\": \"UP\"");
    }

    /** The value of the file's only example: up to the brace that closes its first. */
    private static String example() throws Exception {
        String file = ask("GET", "/api/openapi.json", "").body();
        int from = file.indexOf('{', file.indexOf("\"example\":"));
        int depth = 0;
        for (int i = from; ; i++) {
            depth += file.charAt(i) == '{' ? 1 : file.charAt(i) == '}' ? -1 : 0;
            if (depth == 0) {
                return file.substring(from, i + 1);
            }
        }
    }

    private static Cursor run() {
        return api.member("paths").member("/api/native/run").member("post");
    }

    private static Cursor schema(String name) {
        return api.member("components").member("schemas").member(name);
    }

    private static List<String> strings(Cursor list) {
        List<String> strings = new ArrayList<>();
        list.elements().forEach(item -> strings.add(item.string()));
        return strings;
    }
}
