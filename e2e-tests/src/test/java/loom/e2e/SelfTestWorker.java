package loom.e2e;

import com.microsoft.playwright.Route;
import java.util.Map;
import java.util.TreeMap;

/** The engine's Worker with self-test.wasm, in the page of a test. The page's API does not know that file, so it is asked directly. */
final class SelfTestWorker {
    /** Makes a Worker of the first file with the engine of the second and so many threads, and {@code ask(message)}. */
    static final String START = """
            const script = new URL('%s', location.href).href;
            const worker = new Worker(script);
            let last = 0;
            globalThis.ask = (message) => new Promise((resolve, reject) => {
                const id = ++last;
                const take = ({data}) => {
                    if (data.id === id && data.progress === undefined) {
                        worker.removeEventListener('message', take);
                        data.error === undefined ? resolve(data.result) : reject(new Error(data.error.message));
                    }
                };
                worker.addEventListener('message', take);
                worker.postMessage({...message, id});
            });
            await new Promise((resolve) => worker.addEventListener('message', resolve, {once: true}));
            await ask({type: 'start', wasm: new URL('%s', location.href).href, threads: %d, script});
            """;

    private final BrowserTest test;

    private SelfTestWorker(BrowserTest test) {
        this.test = test;
    }

    static SelfTestWorker open(BrowserTest test) {
        test.openApi();
        return start(test, 1);
    }

    /** On a server whose pages are isolated. */
    static SelfTestWorker open(BrowserTest test, String server, int threads) {
        test.openApi(server);
        return start(test, threads);
    }

    private static SelfTestWorker start(BrowserTest test, int threads) {
        test.page()
                .route(
                        "**/loom/self-test.wasm",
                        route -> route.fulfill(new Route.FulfillOptions()
                                .setContentType("application/wasm")
                                .setBodyBytes(Resources.bytes("self-test.wasm"))));
        test.evaluate(START.formatted("/loom/loom-engine.js", "/loom/self-test.wasm", threads), null);
        return new SelfTestWorker(test);
    }

    /** Sends a request and waits for its answer, a text. */
    String ask(String type, Map<String, Object> message) {
        Map<String, Object> all = new TreeMap<>(message);
        all.put("type", type);
        return (String) test.evaluate("return ask(given);", all);
    }
}
