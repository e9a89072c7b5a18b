package loom.e2e.bench;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import loom.e2e.bench.Result.Timing;

/** The results as a page in Markdown. */
final class Report {
    private static final double KB = 1024;
    private static final int MESSAGE_LINES = 3;

    private final StringBuilder out = new StringBuilder();

    private Report() {}

    static String of(Setting setting, List<Result> results, Map<Engine, LoadTime> loads) {
        Report report = new Report();
        report.head(setting);
        Map<List<Engine>, List<Result>> tables = results.stream()
                .collect(Collectors.groupingBy(r -> r.field(), LinkedHashMap::new, Collectors.toList()));
        if (!results.isEmpty()) {
            report.speed(tables);
            report.bits(tables);
        }
        if (!loads.isEmpty()) {
            report.load(loads);
        }
        report.failures(results, loads);
        return report.out.toString();
    }

    private void head(Setting setting) {
        line("# Loom beside other engines");
        line("");
        line(
                "%s; %s, %d cores; Chromium %s%s; Java %s.",
                setting.at(),
                setting.cpu(),
                setting.cores(),
                setting.browser(),
                setting.gpu().isEmpty() ? "" : "; WebGPU on " + setting.gpu(),
                setting.java());
        line(
                "Load average %s at the start, %s at the end: above %d the engines had to share the processor with other programs.",
                setting.loadBefore(), setting.loadAfter(), setting.cores());
        line(
                "One run; all engines in turns, one sample of about 60 ms each (of a training all its steps), %d rounds.",
                setting.rounds());
    }

    private void speed(Map<List<Engine>, List<Result>> tables) {
        line("");
        line("## Milliseconds of one run");
        tables.forEach(this::speed);
        line("");
        line(
                "Input and output are `Float32Array`s of the page: copies and the way to a Worker and back count; building the model does not."
                        + " A training goes from samples in `Float32Array`s to the last step, and counts whole."
                        + " Peer ÷ Loom is the median over the rounds of the two times in the same round: above 1, Loom is faster. loom ÷ loom-2, on WebAssembly, is what a second thread gains. The best peer is the one with the least median. GFLOP/s:"
                        + " from Loom's least time. ERR: the output is further than %s from the JVM's, relative to its largest value (in int8, where engines round x by other rules, 0.01); of Loom, one bit is another.",
                Double.toString(Workload.TOLERANCE));
    }

    private void speed(List<Engine> engines, List<Result> results) {
        line("");
        StringBuilder head = new StringBuilder("| workload |");
        StringBuilder rule = new StringBuilder("| --- |");
        for (Engine engine : engines) {
            head.append(' ').append(engine.title()).append(": median (least) |");
            rule.append(" ---: |");
        }
        for (Engine ours : Engine.ours(engines)) {
            head.append(String.format(Locale.ROOT, " best peer ÷ %s |", ours.id()));
            rule.append(" ---: |");
        }
        head.append(" Loom GFLOP/s, best |");
        rule.append(" ---: |");
        if (engines.contains(Engine.LOOM_ON_TWO)) {
            head.append(String.format(Locale.ROOT, " %s ÷ %s |", Engine.LOOM.id(), Engine.LOOM_ON_TWO.id()));
            rule.append(" ---: |");
        }
        line("%s", head);
        line("%s", rule);
        results.forEach(result -> speed(engines, result));
    }

    private void speed(List<Engine> engines, Result result) {
        StringBuilder row = new StringBuilder("| " + result.workload().title() + " |");
        for (Engine engine : engines) {
            row.append(' ').append(time(result.engines().get(engine))).append(" |");
        }
        for (Engine ours : Engine.ours(engines)) {
            Timing own = result.engines().get(ours);
            row.append(' ')
                    .append(result.bestPeer().map(p -> ratio(p, own)).orElse("–"))
                    .append(" |");
        }
        Engine inPage = engines.contains(Engine.LOOM_GPU_IN_PAGE) ? Engine.LOOM_GPU_IN_PAGE : Engine.LOOM_IN_PAGE;
        Timing best = result.engines().get(inPage);
        double least = Sample.least(best.samples(), Sample::wall);
        String speed = best.isRight() ? number(Flop.of(result.workload()) / least / 1e6) : "–";
        row.append(' ').append(speed).append(" |");
        if (engines.contains(Engine.LOOM_ON_TWO)) {
            row.append(' ')
                    .append(ratio(
                            result.engines().get(Engine.LOOM), result.engines().get(Engine.LOOM_ON_TWO)))
                    .append(" |");
        }
        line("%s", row);
    }

    private static String time(Timing timing) {
        if (!timing.failure().isEmpty()) {
            return "fails";
        }
        if (!timing.isRight()) {
            return "ERR " + String.format(Locale.ROOT, "%.1e", timing.error());
        }
        return number(Sample.median(timing.samples(), Sample::wall)) + " ("
                + number(Sample.least(timing.samples(), Sample::wall)) + ")";
    }

    private static String ratio(Timing peer, Timing ours) {
        double ratio = Sample.ratio(peer.samples(), ours.samples(), Sample::wall);
        return peer.isRight() && ours.isRight() && !Double.isNaN(ratio)
                ? String.format(Locale.ROOT, "%.2f ×", ratio)
                : "–";
    }

    private void bits(Map<List<Engine>, List<Result>> tables) {
        line("");
        line("## Bits");
        tables.forEach(this::bits);
        line("");
        line(
                "Repeats: the outputs before and after the timed runs have the same bits. JVM's bits: they are those of the reference"
                        + " machine on the JVM. The distance is relative to the largest value.");
    }

    private void bits(List<Engine> engines, List<Result> results) {
        line("");
        StringBuilder head = new StringBuilder("| workload |");
        StringBuilder rule = new StringBuilder("| --- |");
        for (Engine engine : engines) {
            head.append(' ').append(engine.title()).append(" |");
            rule.append(" --- |");
        }
        line("%s", head);
        line("%s", rule);
        for (Result result : results) {
            StringBuilder row = new StringBuilder("| " + result.workload().title() + " |");
            result.engines()
                    .values()
                    .forEach(timing -> row.append(' ').append(bits(timing)).append(" |"));
            line("%s", row);
        }
    }

    private static String bits(Timing timing) {
        if (!timing.failure().isEmpty()) {
            return "fails";
        }
        return (timing.repeats() ? "repeats" : "CHANGES") + ", "
                + (timing.sameBits() ? "JVM's bits" : String.format(Locale.ROOT, "%.1e away", timing.error()));
    }

    private void load(Map<Engine, LoadTime> loads) {
        line("");
        line("## Page to the first digit, on localhost");
        line("");
        line(
                "| engine | cold ms, median (least) | again ms, median (least) | html, scripts and wasm KB | model and input KB |");
        line("| --- | ---: | ---: | ---: | ---: |");
        loads.forEach((engine, load) -> line(
                "| %s | %s | %s | %.0f | %.0f |",
                engine.title(),
                times(load, load.cold()),
                times(load, load.warm()),
                load.engineBytes() / KB,
                load.modelBytes() / KB));
        line("");
        line(
                "W7, from the start of the navigation to the output, in a browser that was just started; \"again\": the same page opened a"
                        + " second time in it. Sizes: content as sent, Brotli.");
    }

    private static String times(LoadTime load, List<Double> times) {
        if (!load.failure().isEmpty()) {
            return "fails";
        }
        if (!(load.error() <= Workload.TOLERANCE)) {
            return "ERR";
        }
        double[] all = times.stream().mapToDouble(Double::doubleValue).toArray();
        double least = times.stream().mapToDouble(Double::doubleValue).min().orElse(Double.NaN);
        return number(Sample.median(all)) + " (" + number(least) + ")";
    }

    private void failures(List<Result> results, Map<Engine, LoadTime> loads) {
        List<String> failures = new ArrayList<>();
        for (Result result : results) {
            result.engines()
                    .forEach((engine, timing) -> failure(
                                    engine, result.workload().title(), timing.failure())
                            .ifPresent(failures::add));
        }
        loads.forEach(
                (engine, load) -> failure(engine, "first digit", load.failure()).ifPresent(failures::add));
        if (!failures.isEmpty()) {
            line("");
            line("## Failures");
            line("");
            failures.forEach(failure -> line("%s", failure));
        }
    }

    private static Optional<String> failure(Engine engine, String what, String text) {
        return text.isEmpty()
                ? Optional.empty()
                : Optional.of("* " + engine.title() + ", " + what + ": "
                        + text.lines().limit(MESSAGE_LINES).collect(Collectors.joining(" ")));
    }

    /** Three digits or so. */
    static String number(double value) {
        if (Double.isNaN(value)) {
            return "–";
        }
        return String.format(
                Locale.ROOT, value >= 100 ? "%.0f" : value >= 10 ? "%.1f" : value >= 1 ? "%.2f" : "%.3f", value);
    }

    private void line(String format, Object... values) {
        out.append(values.length == 0 ? format : String.format(Locale.ROOT, format, values))
                .append('\n');
    }
}
