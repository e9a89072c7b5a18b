package loom.server.cli;

import static loom.server.cli.AnalyseTest.refused;
import static loom.server.cli.Cli.file;
import static loom.server.cli.Cli.loom;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ObserveTest {
    @TempDir
    private Path dir;

    private Path model;

    @BeforeEach
    void files() throws Exception {
        model = file(dir, "m.json", Cli.MODEL);
    }

    @Test
    void forward() throws Exception {
        Cli result = loom("observe", model, "--input", file(dir, "x.json", Cli.INPUT));
        assertThat(result.err()).isEmpty();
        assertThat(result.out())
                .contains("look 0, 1 samples", "cell 0,0 layer 0 dense: mean 8.5, deviation 1, from 7.5 to 9.5");
    }

    @Test
    void times() throws Exception {
        Path x = file(dir, "x.json", Cli.INPUT);
        Cli result = loom("observe", model, "--input", x, "--times");
        assertThat(result.err()).isEmpty();
        assertThat(result.out())
                .contains("a run on parallel with 1 sample: ", "kernels that take longest:")
                .containsPattern("µs +[0-9]+ %  cell 0,0 layer 0 dense");
        assertThat(loom("observe", model, "--input", x, "--times", "--machine", "reference", "--json")
                        .out())
                .contains("\"machine\": \"reference\"", "\"path\": \"0.0.0\"");
    }

    /** Squares' loss at (7.5, 9.5) beside (7.5, 8.5): by the outputs (0, 1), by the kernel the outer product with (1, 2). */
    @Test
    void backwardInBatches() throws Exception {
        Path data = file(dir, "t.csv", "1,2,7.5,8.5\n1,2,7.5,9.5\n1,2,7.5,9.5\n");
        Cli result = loom("observe", model, "--data", data, "--loss", "mean_squared_error", "--batch", 1);
        assertThat(result.out().lines().filter(l -> l.startsWith("look"))).hasSize(3);
        assertThat(result.out()).contains("loss 0.5", "0.0.0.kernel: norm 5.477226, gradient 2.236068");
        assertThat(loom("observe", model, "--data", data, "--loss", "mean_squared_error", "--json")
                        .out()
                        .lines())
                .hasSize(1);
    }

    @Test
    void postsToAnAddress() throws Exception {
        List<String> heard = new CopyOnWriteArrayList<>();
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", exchange -> {
            heard.add(new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
            exchange.sendResponseHeaders(exchange.getRequestURI().getPath().equals("/no") ? 404 : 204, -1);
            exchange.close();
        });
        server.start();
        try {
            String address = "http://127.0.0.1:" + server.getAddress().getPort();
            Path input = file(dir, "x.json", Cli.INPUT);
            Cli result = loom("observe", model, "--input", input, "--json", "--to", address + "/telemetry");
            assertThat(heard).containsExactly(result.out());
            Cli refused = loom("observe", model, "--input", input, "--to", address + "/no");
            assertThat(refused.err())
                    .isEqualTo("loom: --to " + address + "/no: it answered 404" + System.lineSeparator());
        } finally {
            server.stop(0);
        }
    }

    @Test
    void saysWhatIsWrong() throws Exception {
        refused(loom("observe", model, "--data", model, "--times"), "--times takes --input");
        refused(loom("observe", model), "expected --input or --data, one of them");
        Path input = file(dir, "x.json", "{\"shape\": [3], \"data\": [1, 2, 3]}");
        refused(loom("observe", model, "--input", input), "input: 3 numbers are no samples of [2]");
        refused(loom("observe", model, "--data", input, "--batch", 0), "--batch: expected at least 1, found 0");
    }
}
