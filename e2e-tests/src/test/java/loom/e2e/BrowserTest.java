package loom.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Response;
import com.microsoft.playwright.Route;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * A test in the browser. Each gets a fresh page; after it, anything the page complained about (errors in the console,
 * uncaught exceptions, violations of the security policy, failed requests) fails the test.
 */
abstract class BrowserTest {
    private static Stage stage;

    /** Opens the stage before the first class; JUnit closes it after the last. */
    @RegisterExtension
    static final BeforeAllCallback OPEN = BrowserTest::open;

    private final List<String> complaints = new ArrayList<>();
    private BrowserContext context;
    private Page page;

    private static void open(ExtensionContext test) {
        stage = test.getRoot()
                .getStore(Namespace.create(Stage.class))
                .computeIfAbsent(Stage.class, key -> Stage.open(), Stage.class);
    }

    @BeforeEach
    final void openPage() {
        context = stage.browser().newContext();
        page = context.newPage();
        page.onConsoleMessage(message -> {
            if (message.type().equals("error")) {
                complaints.add(message.text() + " (" + message.location() + ")");
            }
        });
        page.onPageError(complaints::add);
        page.onRequestFailed(request -> complaints.add(request.url() + " failed: " + request.failure()));
        page.onResponse(response -> {
            if (response.status() >= 400) {
                complaints.add(response.url() + " answered " + response.status());
            }
        });
    }

    @AfterEach
    final void closePage() {
        context.close();
        assertEquals(List.of(), complaints, "what the page complained about");
    }

    /** The page under test. */
    final Page page() {
        return page;
    }

    /** The address of a path on the server. */
    final String url(String path) {
        return stage.url() + path;
    }

    /** Opens a path on the server. */
    final Response open(String path) {
        return page.navigate(url(path));
    }

    /** Opens a page of our own, served from the site's root under the policy of all pages. */
    final void openPage(String body) {
        openPage(stage.url(), body);
    }

    private void openPage(String server, String body) {
        Map<String, String> headers = new TreeMap<>(Map.of("content-type", "text/html"));
        page.request().get(server + "/").headers().forEach((name, value) -> {
            if (name.equals("content-security-policy") || name.startsWith("cross-origin-")) {
                headers.put(name, value);
            }
        });
        page.route(
                "**/test-page.html",
                route -> route.fulfill(new Route.FulfillOptions()
                        .setHeaders(headers)
                        .setBody("<!doctype html><html lang=\"en\"><title>Test</title>" + body + "</html>")));
        page.navigate(server + "/test-page.html");
    }

    /** Opens a page that has the API and nothing else. */
    final void openApi() {
        openApi(stage.url());
    }

    /** As {@link #openApi()}, on another server. */
    final void openApi(String server) {
        openPage(server, "<script src=\"/loom/loom.js\"></script>");
    }

    /** Every device that a Worker opens from now on can be destroyed by its function {@code loseGpu}; {@code spoilGpu} makes an error there that is no call's. */
    final void loseGpuOnDemand() {
        page.route(
                "**/loom-engine.js",
                route -> route.fulfill(new Route.FulfillOptions()
                        .setContentType("text/javascript")
                        .setBody(route.fetch()
                                .text()
                                .replace(
                                        "return opened;",
                                        "globalThis.loseGpu = () => opened.device.destroy();"
                                                + "globalThis.spoilGpu = () => void opened.device.createBuffer({size: 4, usage: 3});"
                                                + "return opened;"))));
    }

    /** Runs the body of an async function of {@code given} in the page; it may use {@link Bits#TOOLS}. */
    Object evaluate(String body, Object given) {
        return page.evaluate("async (given) => {" + Bits.TOOLS + body + "}", given);
    }

    /** Takes the complaints so far, for a test that provokes them. */
    final List<String> takeComplaints() {
        List<String> taken = List.copyOf(complaints);
        complaints.clear();
        return taken;
    }
}
