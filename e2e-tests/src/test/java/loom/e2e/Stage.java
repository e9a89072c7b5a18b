package loom.e2e;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserType;
import com.microsoft.playwright.Playwright;
import java.util.Map;
import loom.server.LoomServer;

/** What all browser tests share: a server on a free port and one browser. */
final class Stage implements AutoCloseable {
    private final LoomServer.Running server;
    private final Playwright playwright;
    private final Browser browser;

    private Stage(LoomServer.Running server, Playwright playwright, Browser browser) {
        this.server = server;
        this.playwright = playwright;
        this.browser = browser;
    }

    static Stage open() {
        Playwright playwright = Playwright.create(
                new Playwright.CreateOptions().setEnv(Map.of("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1")));
        Browser browser = playwright
                .chromium()
                .launch(new BrowserType.LaunchOptions()
                        .setExecutablePath(Chromium.find())
                        .setArgs(Chromium.FLAGS));
        return new Stage(LoomServer.start(0, false), playwright, browser);
    }

    String url() {
        return server.url();
    }

    Browser browser() {
        return browser;
    }

    @Override
    public void close() {
        browser.close();
        playwright.close();
        server.close();
    }
}
