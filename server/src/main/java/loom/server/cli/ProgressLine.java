package loom.server.cli;

import java.io.PrintStream;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarConsumer;
import me.tongfei.progressbar.ProgressBarStyle;

/**
 * The progress bar as one line on stderr, drawn over itself, and only where a person looks: a log wants whole lines. It is as wide as
 * the narrowest terminal; asking the terminal would load native code.
 */
final class ProgressLine implements ProgressBarConsumer {
    private static final int WIDTH = 79;

    private final PrintStream err;
    private final boolean shown;

    ProgressLine(PrintStream err) {
        this.err = err;
        // Since Java 22 there is a console even without a terminal, unless it is asked for the old one.
        System.setProperty("jdk.console", "java.base");
        this.shown = System.console() != null;
    }

    static ProgressBar bar(String name, int steps) {
        return new ProgressBarBuilder()
                .setTaskName(name)
                .setInitialMax(steps)
                .setStyle(ProgressBarStyle.ASCII)
                .setUpdateIntervalMillis(200)
                .clearDisplayOnFinish()
                .setConsumer(new ProgressLine(System.err))
                .build();
    }

    @Override
    public int getMaxRenderedLength() {
        return WIDTH;
    }

    @Override
    public void accept(String rendered) {
        if (shown) {
            err.print("\r" + rendered);
            err.flush();
        }
    }

    @Override
    public void clear() {
        accept(" ".repeat(WIDTH) + "\r");
    }

    @Override
    public void close() {}
}
