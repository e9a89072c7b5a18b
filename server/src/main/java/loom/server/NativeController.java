package loom.server;

import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.util.concurrent.Semaphore;
import loom.format.JsonWriter;
import loom.inspect.EngineVersion;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.http.HttpStatusCode;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;

/** The native machine behind the page: who it is, and a run on it to compare with. */
@RestController
class NativeController {
    /** The largest bundled model is below a megabyte; text, tree and floats of a request take several times its bytes. */
    static final int MAX_BYTES = 64 << 20;

    private static final Logger LOG = LoggerFactory.getLogger(NativeController.class);

    /** Runs at a time: each one takes a core. */
    private final Semaphore runs = new Semaphore(2);

    @GetMapping(path = "/api/native", produces = MediaType.APPLICATION_JSON_VALUE)
    String about() {
        JsonWriter w = new JsonWriter().beginObject();
        w.key("engine").text(EngineVersion.text());
        w.key("java").text(Runtime.version().toString());
        return w.endObject().finish();
    }

    /** For whoever keeps servers running. */
    @GetMapping(path = "/api/health", produces = MediaType.APPLICATION_JSON_VALUE)
    String health() {
        JsonWriter w = new JsonWriter().beginObject();
        w.key("status").text("UP");
        w.key("freeRuns").whole(runs.availablePermits());
        return w.endObject().finish();
    }

    /**
     * Only JSON is taken, and no other origin is allowed to send it: a browser asks before it does, and nobody answers. So no page
     * of somebody else can make this machine work.
     */
    @PostMapping(
            path = "/api/native/run",
            consumes = MediaType.APPLICATION_JSON_VALUE,
            produces = MediaType.APPLICATION_JSON_VALUE)
    ResponseEntity<String> run(HttpServletRequest request) throws IOException {
        try {
            byte[] body = body(request);
            if (!runs.tryAcquire()) {
                throw new NativeException(
                        NativeException.Code.BUSY, "two runs are under way already", "Try again in a moment.");
            }
            try {
                return ResponseEntity.ok(NativeRun.answer(body));
            } finally {
                runs.release();
            }
        } catch (NativeException e) {
            return refused(e);
        } catch (OutOfMemoryError e) {
            return refused(new NativeException(
                    NativeException.Code.LIMIT, "the run needs more memory than this server has", ""));
        } catch (RuntimeException e) {
            LOG.error("a native run failed", e);
            return refused(new NativeException(
                    NativeException.Code.ENGINE,
                    "the engine is at fault: " + e,
                    "Please report this with the model and what the server printed."));
        }
    }

    private static byte[] body(HttpServletRequest request) throws IOException {
        byte[] body = request.getInputStream().readNBytes(MAX_BYTES + 1);
        if (body.length > MAX_BYTES) {
            throw new NativeException(
                    NativeException.Code.LIMIT,
                    "the request is larger than " + MAX_BYTES + " bytes",
                    "Compare it with ./loom run instead.");
        }
        return body;
    }

    private static ResponseEntity<String> refused(NativeException e) {
        return ResponseEntity.status(HttpStatusCode.valueOf(e.status()))
                .contentType(MediaType.APPLICATION_JSON)
                .body(e.json());
    }
}
