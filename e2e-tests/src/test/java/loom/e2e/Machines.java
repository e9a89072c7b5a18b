package loom.e2e;

import java.util.stream.Stream;

/** The machines of a browser, by the names the page knows them by. */
final class Machines {
    static final String WEBGPU = "webgpu";

    private Machines() {}

    static Stream<String> all() {
        return Stream.of("wasm", "reference", WEBGPU);
    }
}
