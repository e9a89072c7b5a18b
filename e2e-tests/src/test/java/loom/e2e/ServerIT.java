package loom.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.APIResponse;
import com.microsoft.playwright.Response;
import com.microsoft.playwright.options.RequestOptions;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Pages are served under a strict policy and still work. */
class ServerIT extends BrowserTest {
    @Test
    void pageLoadsUnderAStrictPolicy() {
        Response response = open("/");
        Map<String, String> headers = response.allHeaders();

        assertThat(response.status()).isEqualTo(200);
        assertThat(headers.get("content-security-policy"))
                .contains("default-src 'none'", "script-src 'self' 'wasm-unsafe-eval';", "frame-ancestors 'self'")
                .doesNotContain("'unsafe-eval'", "'unsafe-inline'", "*");
        assertThat(headers)
                .containsEntry("x-content-type-options", "nosniff")
                .containsEntry("referrer-policy", "no-referrer")
                .doesNotContainKey("cross-origin-embedder-policy");
        assertThat(page().title()).contains("Loom");
    }

    @Test
    void policyStopsCodeFromStrings() {
        open("/");
        // In a task of its own: what the test driver evaluates directly is not subject to the page's policy.
        Object outcome = page().evaluate("() => new Promise(done => setTimeout(() => {"
                + " try { done(new Function('return 1')()); } catch (e) { done(e.name); } }))");
        assertThat(outcome).isEqualTo("EvalError");
        takeComplaints();
    }

    @Test
    void webAssemblyCompiles() {
        open("/");
        Object exports = page().evaluate("async () => {"
                + " const module = await WebAssembly.compileStreaming(fetch('/loom/loom.wasm'));"
                + " return WebAssembly.Module.exports(module).length; }");
        assertThat((Integer) exports).isPositive();
    }

    @Test
    void filesComeCompressedAndOnlyOnce() {
        // As Chromium sends it: the order is not one of preference.
        RequestOptions brotli = RequestOptions.create().setHeader("Accept-Encoding", "gzip, deflate, br, zstd");
        APIResponse first = page().request().get(url("/loom/loom.wasm"), brotli);
        assertThat(first.headers())
                .containsEntry("content-type", "application/wasm")
                .containsEntry("content-encoding", "br")
                .containsEntry("cache-control", "no-cache")
                .doesNotContainKey("last-modified");

        RequestOptions again = RequestOptions.create()
                .setHeader("Accept-Encoding", "gzip, deflate, br, zstd")
                .setHeader("If-None-Match", first.headers().get("etag"));
        assertThat(page().request().get(url("/loom/loom.wasm"), again).status()).isEqualTo(304);
    }

    @Test
    void errorsCarryTheHeadersToo() {
        APIResponse missing = page().request().get(url("/no-such-file"));
        assertThat(missing.status()).isEqualTo(404);
        assertThat(missing.headers()).containsKey("content-security-policy");
    }

    @Test
    void webGpuRunsOnTheProcessor() {
        open("/");
        Object adapter = page().evaluate("async () => {"
                + " const adapter = await navigator.gpu.requestAdapter();"
                + " const device = await adapter.requestDevice();"
                + " device.destroy();"
                + " return adapter.info.vendor + '/' + adapter.info.architecture; }");
        assertThat(adapter).isEqualTo("google/swiftshader");
    }
}
