package loom.e2e.bench;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserType;
import com.microsoft.playwright.Playwright;
import java.util.Map;
import loom.e2e.Chromium;

/** Starts browsers: each engine gets one of its own, so that neither's threads, caches or crashes are the other's. */
final class Chrome implements AutoCloseable {
    private final Playwright playwright =
            Playwright.create(new Playwright.CreateOptions().setEnv(Map.of("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1")));

    Browser start() {
        return playwright
                .chromium()
                .launch(new BrowserType.LaunchOptions()
                        .setExecutablePath(Chromium.find())
                        .setArgs(Chromium.FLAGS));
    }

    @Override
    public void close() {
        playwright.close();
    }
}
