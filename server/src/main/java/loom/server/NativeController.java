package loom.server;

import com.fasterxml.jackson.jr.ob.JSON;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import loom.inspect.EngineVersion;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

/** Tells a page that a native machine stands behind it, and which. */
@RestController
class NativeController {
    @GetMapping(path = "/api/native", produces = MediaType.APPLICATION_JSON_VALUE)
    String about() throws IOException {
        Map<String, Object> about = new LinkedHashMap<>();
        about.put("engine", EngineVersion.text());
        about.put("java", Runtime.version().toString());
        return JSON.std.asString(about);
    }
}
