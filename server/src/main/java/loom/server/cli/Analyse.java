package loom.server.cli;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import loom.analysis.Adaptation;
import loom.analysis.AnalysisJson;
import loom.analysis.Clustering;
import loom.analysis.Correlation;
import loom.analysis.Coverage;
import loom.analysis.Signature;
import loom.analysis.Silhouette;
import loom.analysis.Table;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code loom analyse}: statistics of tables and models. */
@Command(
        name = "analyse",
        description = "Statistics: correlation, clusters, models that complement each other, a model's signature.",
        mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "COMMAND")
final class Analyse {
    @Spec
    private CommandSpec spec;

    private static Table table(Path file) {
        try {
            return Table.csv(file.toString(), new String(Disk.read(file), StandardCharsets.UTF_8));
        } catch (IllegalArgumentException e) {
            throw new CommandFailed(e.getMessage());
        }
    }

    private static final class TableFile {
        @Parameters(
                paramLabel = "TABLE",
                description = "Rows of numbers (.csv, .tsv), with or without a line of column names.")
        private Path file;

        @Option(names = "--json", description = "The result as JSON.")
        private boolean json;

        Table read() {
            return table(file);
        }
    }

    @Command(
            name = "correlation",
            description = "How every two columns go together: -1 to 1, '-' where a column is constant.",
            mixinStandardHelpOptions = true)
    int correlation(
            @Mixin TableFile table,
            @Option(names = "--ranks", description = "Spearman's, of the ranks, instead of Pearson's.") boolean ranks) {
        Correlation c = ranks ? Correlation.spearman(table.read()) : Correlation.pearson(table.read());
        Output.print(spec, table.json ? AnalysisJson.write(c) : text(c));
        return ExitStatus.OK;
    }

    private static String text(Correlation c) {
        int width = 8;
        for (String name : c.names()) {
            width = Math.max(width, name.length());
        }
        StringBuilder b = new StringBuilder(" ".repeat(width));
        for (String name : c.names()) {
            b.append(format("  %" + width + "s", name));
        }
        b.append('\n');
        for (int i = 0; i < c.names().size(); i++) {
            b.append(format("%-" + width + "s", c.names().get(i)));
            for (int j = 0; j < c.names().size(); j++) {
                double r = c.at(i, j);
                b.append(format("  %" + width + "s", Double.isNaN(r) ? "-" : format("%.4f", r)));
            }
            b.append('\n');
        }
        return b.toString();
    }

    @Command(
            name = "clusters",
            description = "Puts rows into groups around their means (k-means++), and says how well they lie there.",
            mixinStandardHelpOptions = true)
    int clusters(
            @Mixin TableFile table,
            @Option(names = "--clusters", required = true, paramLabel = "K", description = "How many.") int k,
            @Option(
                            names = "--seed",
                            paramLabel = "N",
                            defaultValue = "1",
                            description = "Of the draws (default ${DEFAULT-VALUE}).")
                    long seed,
            @Option(
                            names = "--starts",
                            paramLabel = "N",
                            defaultValue = "10",
                            description = "How often to begin anew; the best counts (default ${DEFAULT-VALUE}).")
                    int starts) {
        Count.atLeast(1, "--clusters", k);
        Count.atLeast(1, "--starts", starts);
        Table t = table.read();
        Clustering c = Clustering.of(t, k, seed, starts);
        List<Silhouette> silhouette = k < 2 ? List.of() : List.of(Silhouette.of(t, c.clusters()));
        Output.print(spec, table.json ? AnalysisJson.write(c, silhouette) : text(t, c, silhouette));
        return ExitStatus.OK;
    }

    private static String text(Table t, Clustering c, List<Silhouette> silhouette) {
        int[] counts = new int[c.k()];
        for (int row = 0; row < c.clusters().size(); row++) {
            counts[c.clusters().get(row)]++;
        }
        StringBuilder b = new StringBuilder();
        b.append(format("inertia     %.6f%n", c.inertia()));
        silhouette.forEach(s -> b.append(format("silhouette  %.4f%n", s.mean())));
        for (int k = 0; k < c.k(); k++) {
            b.append(format("cluster %-3d %d rows:", k, counts[k]));
            for (int i = 0; i < c.columns(); i++) {
                b.append(format(" %s=%.4f", t.names().get(i), c.centres()[k * c.columns() + i]));
            }
            b.append('\n');
        }
        return b.toString();
    }

    @Command(
            name = "ensemble",
            description = "Which models make up for each other: columns are models, rows samples, 0 is wrong.",
            mixinStandardHelpOptions = true)
    int ensemble(@Mixin TableFile table) {
        Coverage c = Coverage.of(table.read());
        Output.print(spec, table.json ? AnalysisJson.write(c) : text(c));
        return ExitStatus.OK;
    }

    private static String text(Coverage c) {
        StringBuilder b = new StringBuilder(format("samples   %d%n", c.samples()));
        for (int i = 0; i < c.names().size(); i++) {
            b.append(format("model     %s: %d right%n", c.names().get(i), c.covered(i)));
        }
        for (Coverage.Pair p : c.pairs()) {
            b.append(format(
                    "pair      %s + %s: %d right, %d by both%n",
                    c.names().get(p.first()), c.names().get(p.second()), p.union(), p.both()));
        }
        List<String> chosen = new ArrayList<>();
        for (Coverage.Step s : c.ensemble()) {
            chosen.add(c.names().get(s.model()));
            b.append(format("ensemble  %s: %d right%n", String.join(" + ", chosen), s.covered()));
        }
        return b.toString();
    }

    @Command(
            name = "adaptation",
            description =
                    "How a model gets over changes of its task: a row is a step, its task's number and its score.",
            mixinStandardHelpOptions = true)
    int adaptation(
            @Mixin TableFile table,
            @Option(
                            names = "--window",
                            paramLabel = "N",
                            defaultValue = "50",
                            description = "Steps that a mean is of (default ${DEFAULT-VALUE}).")
                    int window) {
        Count.atLeast(1, "--window", window);
        Adaptation.Report report = Adaptation.of(table.read(), window).report();
        Output.print(spec, table.json ? report.json() : text(report));
        return ExitStatus.OK;
    }

    private static String text(Adaptation.Report r) {
        StringBuilder b = new StringBuilder(format(
                "%-8s  %13s  %6s  %6s  %6s  %6s  recovery%n", "task", "steps", "mean", "before", "after", "last"));
        for (Adaptation.Phase p : r.phases()) {
            b.append(format(
                    "%-8s  %6d-%-6d  %.4f  %6s  %.4f  %.4f  %s%n",
                    p.task(),
                    p.from(),
                    p.to() - 1,
                    p.mean(),
                    Double.isNaN(p.before()) ? "-" : format("%.4f", p.before()),
                    p.after(),
                    p.last(),
                    p.from() == 0 ? "-" : p.recovery() < 0 ? "never" : p.recovery() + " steps"));
        }
        return b.toString();
    }

    @Command(
            name = "signature",
            description = "A model in a few numbers, layer by layer.",
            mixinStandardHelpOptions = true)
    int signature(@Mixin ModelFile model, @Option(names = "--json", description = "The result as JSON.") boolean json) {
        Signature s = Signature.of(model.load().model());
        Output.print(spec, json ? AnalysisJson.write(s) : text(s));
        return ExitStatus.OK;
    }

    private static String text(Signature s) {
        StringBuilder b = new StringBuilder("digest  " + s.digest() + "\n");
        for (Signature.LayerSignature l : s.layers()) {
            b.append(format("%-44s %9d values", l.label(), l.elements()));
            b.append(
                    l.elements() == 0
                            ? "\n"
                            : format(
                                    "  mean %.5f  deviation %.5f  norm %.5f  largest %.5f  zeros %d%n",
                                    l.mean(), l.deviation(), l.norm(), l.largest(), l.zeros()));
        }
        return b.toString();
    }

    private static String format(String format, Object... values) {
        return String.format(Locale.ROOT, format, values);
    }
}
