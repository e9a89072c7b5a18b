package loom.e2e.bench;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class ContestTest {
    @Test
    void onWebGpuAreThoseWithABackendForIt() {
        assertThat(Contest.WEBGPU.engines(new LstmWorkload()))
                .containsExactly(Engine.LOOM_GPU, Engine.LOOM_GPU_IN_PAGE, Engine.ORT_GPU, Engine.TFJS_GPU);
        assertThat(Contest.WEBGPU.engines(new TrainingWorkload()))
                .containsExactly(Engine.LOOM_GPU, Engine.LOOM_GPU_IN_PAGE, Engine.TFJS_GPU);
        assertThat(Contest.WEBGPU.engines()).containsAll(Contest.WEBGPU.engines(new LstmWorkload()));
    }

    /** In Node and in the browser the same engines are compared. */
    @Test
    void bothListsOfPackagesHaveTheSameVersions() throws IOException {
        JsonObject browser = dependencies("../bench/package.json");
        JsonObject node = dependencies("../bench/gpu/package.json");
        node.remove("webgpu");
        assertThat(node.keySet()).isNotEmpty();
        node.keySet().forEach(name -> assertThat(browser.get(name)).as(name).isEqualTo(node.get(name)));
    }

    private static JsonObject dependencies(String file) throws IOException {
        return JsonParser.parseString(Files.readString(Path.of(file)))
                .getAsJsonObject()
                .getAsJsonObject("dependencies");
    }
}
