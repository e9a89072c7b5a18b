package loom.server.cli;

import static loom.server.cli.Cli.file;
import static loom.server.cli.Cli.loom;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AnalyseTest {
    @TempDir
    private Path dir;

    @Test
    void correlation() throws Exception {
        Path table = file(dir, "t.csv", "a,b,c\n1,10,7\n2,9,7\n3,2.5,7\n4,6,7\n5,4,7\n");
        assertThat(loom("analyse", "correlation", table).out().lines())
                .containsExactly(
                        "                 a         b         c",
                        "a           1.0000   -0.7426         -",
                        "b          -0.7426    1.0000         -",
                        "c                -         -         -");
        assertThat(loom("analyse", "correlation", table, "--ranks").out()).contains("-0.7000");
        assertThat(loom("analyse", "correlation", table, "--json").out())
                .contains("\"names\": [\"a\", \"b\", \"c\"]", "-0.74261063, 1, null]");
    }

    @Test
    void clusters() throws Exception {
        Path table = file(dir, "t.csv", "x,y\n1,2\n1,4\n1,0\n10,2\n10,4\n10,0\n");
        Cli result = loom("analyse", "clusters", table, "--clusters", 2);
        assertThat(result.err()).isEmpty();
        assertThat(result.out())
                .contains(
                        "inertia     16.000000",
                        "silhouette  0.7133",
                        "3 rows: x=1.0000 y=2.0000",
                        "3 rows: x=10.0000 y=2.0000");
        assertThat(loom("analyse", "clusters", table, "--clusters", 1).out()).doesNotContain("silhouette");
        assertThat(loom("analyse", "clusters", table, "--clusters", 2, "--json").out())
                .contains("\"inertia\": 16", "\"silhouette\": 0.7133478");
        refused(loom("analyse", "clusters", table, "--clusters", 7), "7 clusters of 6 rows, expected 1 to 6");
    }

    @Test
    void ensembleAndSignature() throws Exception {
        Path table = file(dir, "t.csv", "a,b,c\n1,1,0\n1,1,0\n1,0,0\n1,0,0\n0,0,1\n0,0,0\n");
        assertThat(loom("analyse", "ensemble", table).out())
                .contains("model     b: 2 right", "pair      a + c: 5 right, 0 by both", "ensemble  a + c: 5 right");
        Path model = file(dir, "m.json", Cli.MODEL);
        assertThat(loom("analyse", "signature", model).out())
                .contains("cell 0,0 layer 0 dense", "6 values", "norm 5.52268", "largest 4.00000  zeros 0");
    }

    @Test
    void saysWhatIsWrong() throws Exception {
        refused(
                loom("analyse", "correlation", file(dir, "e.csv", "")),
                dir.resolve("e.csv") + ": a table without rows");
        refused(
                loom("analyse", "correlation", file(dir, "x.csv", "1,2\n1,x\n")),
                dir.resolve("x.csv") + " line 2: value 2 is not a number: \"x\"");
        refused(loom("analyse", "correlation", dir.resolve("no")), dir.resolve("no") + ": no such file or folder");
        refused(loom("analyse"), "Missing required subcommand");
    }

    static void refused(Cli result, String sentence) {
        assertThat(result).isEqualTo(new Cli(2, "", result.err()));
        assertThat(result.err()).startsWith("loom: " + sentence);
        assertThat(result.err().lines()).hasSize(1);
    }
}
