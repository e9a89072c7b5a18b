package loom.e2e.bench;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserType;
import com.microsoft.playwright.Playwright;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import loom.e2e.Chromium;

/** Starts browsers: each engine gets one of its own, so that neither's threads, caches or crashes are the other's. */
final class Chrome implements AutoCloseable {
    /** Chromium on Linux has to be asked for a GPU where there is no screen. */
    private static final List<String> WITHOUT_SCREEN =
            List.of("--enable-features=Vulkan", "--use-angle=vulkan", "--disable-vulkan-surface");

    private final Playwright playwright =
            Playwright.create(new Playwright.CreateOptions().setEnv(Map.of("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1")));
    private final List<String> flags;

    private Chrome(List<String> flags) {
        this.flags = flags;
    }

    /** Browsers that know no GPU but the processor. */
    static Chrome software() {
        return new Chrome(Chromium.FLAGS);
    }

    /** Browsers that use the machine's GPU. */
    static Chrome onGpu() {
        List<String> flags = new ArrayList<>(Chromium.FLAGS);
        flags.removeIf(flag -> flag.startsWith("--use-webgpu-adapter="));
        if (System.getProperty("os.name").startsWith("Linux")) {
            flags.addAll(WITHOUT_SCREEN);
        }
        return new Chrome(List.copyOf(flags));
    }

    Browser start() {
        return playwright
                .chromium()
                .launch(new BrowserType.LaunchOptions()
                        .setExecutablePath(Chromium.find())
                        .setArgs(flags));
    }

    @Override
    public void close() {
        playwright.close();
    }
}
